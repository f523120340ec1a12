#include "leak_verb.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "directory/signed_request.h"
#include "journal_person.h"
#include "journal_write.h"

const char *
leak_verb_self(const struct session *session)
{
	const char *who = session->who ? session->who : "";

	return strncmp(who, "dn:", 3) ? who : who + 3;
}

int
leak_verb_begin(struct command_run *run, const char *name,
                struct leak_verb *verb, struct tn_err *err)
{
	int r = session_open(run, &verb->session, err);

	return r ? r : leak_case_read(&verb->session, name, &verb->leak, err);
}

int
leak_verb_end(struct command_run *run, struct leak_verb *verb, int r,
              const struct tn_err *err)
{
	int status = journal_end(run, &verb->session, r, err);

	leak_case_free(verb->leak);
	verb->leak = NULL;
	session_close(&verb->session);
	return status;
}

int
leak_verb_may(struct leak_verb *verb, enum tn_leak_step step, bool holds_role,
              enum tn_leak_verdict *ret, struct tn_err *err)
{
	const struct leak_case *leak = verb->leak;
	const char *self = leak_verb_self(&verb->session);
	const struct tn_leak_case_facts facts = {
		.level = leak->level,
		.holds_role = holds_role,
		/* By whom, then how: who was stopped between goes on. */
		.is_verified =
		    *leak->verified_by &&
		    (step != TN_LEAK_STEP_VERIFY || *leak->verified_how ||
		     strcasecmp(leak->verified_by, self) != 0),
		.has_dossier = leak->dossiers.count > 0,
		.has_items = leak->items.count > 0,
		.is_closed = *leak->closed_by,
		.is_seconded = *leak->closed_second,
		.is_restored = leak->restored != TN_TIME_NONE &&
		               leak->released != TN_TIME_NONE,
	};
	struct tn_leak_signer who = {
		.is_subject = !strcasecmp(self, leak->whom),
		.has_seconded = !strcasecmp(self, leak->closed_second),
	};
	struct tn_found_holder found;
	size_t i;
	int r;

	for (i = 0; i < leak->reporters.count; i++)
		if (!strcasecmp(self, leak->reporters.of[i]))
			who.is_reporter = true;
	r = tn_holder_read(verb->session.connection, verb->session.config->base,
	                   self, &found, err);
	if (r)
		return r;
	if (found.is_there)
		who.holder = found.holder;
	*ret = tn_leak_may(step, &facts, &who);
	if (*ret == TN_LEAK_MAY || *ret == TN_LEAK_MAY_SECOND)
		return TN_OK;
	return tn_fail(err, TN_E_RULE, "%s: %s", leak->name,
	               tn_leak_words(*ret));
}

int
leak_verb_journal(struct command_run *run, struct leak_verb *verb,
                  bool is_change, const char *reason, struct tn_err *err)
{
	struct journal_list list;
	int r;

	journal_list_init(&list);
	journal_list_put(&list, verb->leak->login, verb->leak->staff_number);
	r = is_change
	        ? journal_change_list(run, &verb->session, &list, reason, err)
	        : journal_read_list(run, &verb->session, &list, reason, err);
	journal_list_done(&list);
	return r;
}

void
leak_verb_stamp(const struct session *session, char *ret, size_t size)
{
	char now[TN_RFC3339_TEXT_MAX];
	char name[TN_LOGIN_MAX + 1];

	tn_rfc3339_format(session->moment.now, now);
	leak_name_of(leak_verb_self(session), name, sizeof(name));
	snprintf(ret, size, "%s %s", now, name);
}

void
leak_item_clean(char *text)
{
	tn_text_clean(text);
	for (; *text; text++)
		if (*text == '[' || *text == ']')
			*text = *text == '[' ? '(' : ')';
}
