/* tenure leak item: what could let another in is looked at, one by one. A host is
   searched there (tenure leak search --items), or let go for a reason. */
#include "leak_verb.h"

#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "base/text.h"
#include "command_option.h"
#include "directory/write.h"
#include "people_index.h"

#define HOST_WORDS ": key files, crontab, at jobs and user units of "

int
leak_item_done(struct leak_verb *verb, const char *item, const char *became,
               const char *reason, struct tn_err *err)
{
	char stamp[TN_RFC3339_TEXT_MAX + TN_LOGIN_MAX + 2];
	char text[2 * LEAK_ITEM_BYTES + TN_REASON_MAX];
	char self[TN_DN_MAX + 1];
	char looked[TN_DN_MAX + LEAK_ITEM_BYTES + 3];
	const char *const gone[] = { item, NULL };
	const char *const done[] = { text, NULL };
	const char *const by[] = { looked, NULL };
	const struct tn_modification first[] = {
		{ TN_MODIFY_ADD, "tenureCaseLooked", by },
		{ TN_MODIFY_ADD, "tenureCaseDone", done },
	};
	const struct tn_modification then = { TN_MODIFY_DELETE,
		                              "tenureCaseItem", gone };
	int r;

	leak_verb_stamp(&verb->session, stamp, sizeof(stamp));
	snprintf(text, sizeof(text), "%s: %s: %s%s%s", stamp, became, item,
	         reason ? ": " : "", reason ? reason : "");
	/* As slapd writes who is bound: it compares the two. */
	people_fold_dn(leak_verb_self(&verb->session), self, sizeof(self));
	snprintf(looked, sizeof(looked), "%s: %s", self, item);
	r = tn_modify(verb->session.connection, verb->leak->dn, first,
	              TN_ARRAY_LEN(first), NULL, err);
	/* Written down before, and stopped then: what is left is to take it
	   out. */
	if (!r || r == TN_E_EXISTS)
		r = tn_modify(verb->session.connection, verb->leak->dn, &then,
		              1, NULL, err);
	return r;
}

void
leak_item_host(const struct leak_case *leak, const char *host,
               char ret[LEAK_ITEM_BYTES])
{
	snprintf(ret, LEAK_ITEM_BYTES, "host %.255s" HOST_WORDS "%.64s", host,
	         leak->login);
	leak_item_clean(ret);
}

bool
leak_item_is_host(const char *item, char ret_host[256])
{
	const char *words = strstr(item, HOST_WORDS);

	if (strncmp(item, "host ", 5) != 0 || !words || words < item + 5 ||
	    words - item - 5 > 255)
		return false;
	snprintf(ret_host, 256, "%.*s", (int)(words - item - 5), item + 5);
	return true;
}

bool
leak_item_is_searched(const struct leak_case *leak, const char *item)
{
	char words[LEAK_ITEM_BYTES + 32];
	size_t i;

	snprintf(words, sizeof(words), ": " LEAK_SEARCHED ": %s: ", item);
	for (i = 0; i < leak->done.count; i++)
		if (strstr(leak->done.of[i], words))
			return true;
	return false;
}

int
leak_item_searched(struct leak_verb *verb, const char *host, size_t found,
                   struct tn_err *err)
{
	char stamp[TN_RFC3339_TEXT_MAX + TN_LOGIN_MAX + 2];
	char text[2 * LEAK_ITEM_BYTES];
	char item[LEAK_ITEM_BYTES];
	char words[64];
	const char *const done[] = { text, NULL };
	const struct tn_modification change = { TN_MODIFY_ADD, "tenureCaseDone",
		                                done };
	size_t i;
	int r;

	snprintf(words, sizeof(words), "%zu found, each an item", found);
	leak_item_host(verb->leak, host, item);
	for (i = 0; i < verb->leak->items.count; i++)
		if (!strcmp(verb->leak->items.of[i], item))
			return leak_item_done(verb, item, LEAK_SEARCHED, words,
			                      err);
	/* Not on the list, or not yet: verify passes it over. */
	leak_verb_stamp(&verb->session, stamp, sizeof(stamp));
	snprintf(text, sizeof(text), "%s: " LEAK_SEARCHED ": %s: %s", stamp,
	         item, words);
	r = tn_modify(verb->session.connection, verb->leak->dn, &change, 1,
	              NULL, err);
	return r == TN_E_EXISTS ? TN_OK : r;
}

/* A host that nobody searched is let go by its name, and for a reason. */
static int
check_reason(const char *item, const char *reason, struct tn_err *err)
{
	char host[256];

	if (reason || !leak_item_is_host(item, host))
		return TN_OK;
	return tn_fail(err, TN_E_RULE,
	               "%s is not searched: as root there, tenure leak search "
	               "CASE --items --as LOGIN; or say with --reason how it "
	               "was looked at, or why not",
	               host);
}

int
leak_item(struct command_run *run)
{
	const char *reason = NULL;
	bool confirmed = false;
	bool removed = false;
	const struct command_option options[] = {
		{ .name = "--confirmed", .flag = &confirmed },
		{ .name = "--removed", .flag = &removed },
		{ .name = "--reason", .value = &reason },
		{ .name = NULL },
	};
	struct leak_verb verb = { .leak = NULL };
	struct tn_err err = TN_ERR_INIT;
	enum tn_leak_verdict verdict;
	const char *operands[2] = { NULL, NULL };
	unsigned long long number = 0;
	int status;
	int r;

	status = command_options(run, options, operands, 2, 2);
	if (status != COMMAND_GO_ON)
		return status;
	if (confirmed == removed ||
	    !tn_text_to_u64(operands[1], 100000, &number) || !number)
		return command_usage(run, "the number that leak show gives it, "
		                          "and --confirmed or --removed");
	if (reason) {
		status = command_reason(run, reason);
		if (status != COMMAND_GO_ON)
			return status;
	}
	r = leak_verb_begin(run, operands[0], &verb, &err);
	if (!r && number > verb.leak->items.count)
		r = tn_fail(&err, TN_E_RULE, "%s has %zu items left, not %llu",
		            verb.leak->name, verb.leak->items.count, number);
	(void)(r ||
	       (r = leak_verb_may(&verb, TN_LEAK_STEP_ITEM, false, &verdict,
	                          &err)) ||
	       (r = check_reason(verb.leak->items.of[number - 1], reason,
	                         &err)) ||
	       (r = leak_verb_journal(run, &verb, true, reason, &err)) ||
	       (r = leak_item_done(&verb, verb.leak->items.of[number - 1],
	                           removed ? "removed" : "confirmed", reason,
	                           &err)));
	if (!r)
		printf("%s: %s: %s; %zu left\n", verb.leak->name,
		       removed ? "removed" : "confirmed",
		       verb.leak->items.of[number - 1],
		       verb.leak->items.count - 1);
	return leak_verb_end(run, &verb, r, &err);
}
