/* tenure leak verify: somebody checked who the person is; what could let another
   in becomes the list of the case. */
#include "leak_verb.h"

#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "base/text.h"
#include "command_option.h"
#include "directory/write.h"
#define ITEMS_MAX 4096
#define KEY_SHOWN 24

struct items {
	bool is_full; /* there were more */
	size_t count;
	char text[ITEMS_MAX][LEAK_ITEM_BYTES];
	const char *values[ITEMS_MAX + 1];
};

static void
put(struct items *items, const struct leak_case *leak, const char *text)
{
	size_t i;

	for (i = 0; i < items->count; i++)
		if (!strcmp(items->text[i], text))
			return;
	for (i = 0; i < leak->items.count; i++)
		if (!strcmp(leak->items.of[i], text))
			return;
	if (items->count == ITEMS_MAX) {
		items->is_full = true;
		return;
	}
	snprintf(items->text[items->count], LEAK_ITEM_BYTES, "%s", text);
	leak_item_clean(items->text[items->count]);
	items->values[items->count] = items->text[items->count];
	items->values[++items->count] = NULL;
}

/* "key ssh-ed25519 AAAA...": its kind and its end tell it from others. */
static void
put_key(struct items *items, const struct leak_case *leak, const char *memory)
{
	const char *kind = memory + 4;
	const int kind_len = (int)strcspn(kind, " ");
	const size_t len = strlen(memory);
	const char *end = len > KEY_SHOWN ? memory + len - KEY_SHOWN : memory;
	char text[LEAK_ITEM_BYTES];

	snprintf(text, sizeof(text),
	         "key %.*s that ends in %s: withdrawn for good; is it known "
	         "where else it opens?",
	         kind_len < 64 ? kind_len : 64, kind, end);
	put(items, leak, text);
}

/* A host where the person was, or may have been, unless it was searched. */
static void
put_host(struct items *items, const struct leak_case *leak, const char *host,
         int host_len)
{
	char text[LEAK_ITEM_BYTES];
	char name[256];

	snprintf(name, sizeof(name), "%.*s", host_len, host);
	leak_item_host(leak, name, text);
	if (!leak_item_is_searched(leak, text))
		put(items, leak, text);
}

/* What one host said that it found, and could not or would not end. */
static void
gather_host(const struct leak_case *leak, const struct leak_effect *effect,
            struct items *items)
{
	char text[LEAK_ITEM_BYTES];

	/* Of one that has not answered nobody knows. */
	if (effect->ended > 0 || !effect->is_answer)
		put_host(items, leak, effect->host, 255);
	if (effect->reported > 0) {
		snprintf(text, sizeof(text),
		         "host %s: %lld programs begun in a login of %s run on "
		         "under another uid (its log names them): whose are "
		         "they?",
		         effect->host, (long long)effect->reported,
		         leak->login);
		put(items, leak, text);
	}
	if (effect->left > 0 || effect->is_unfinished) {
		snprintf(text, sizeof(text),
		         "host %s: programs of %s did not end (its log names "
		         "them)",
		         effect->host, leak->login);
		put(items, leak, text);
	}
	if (effect->is_local) {
		snprintf(text, sizeof(text),
		         "host %s: a local account has the uid of %s, and no "
		         "program was ended (uid=local)",
		         effect->host, leak->login);
		put(items, leak, text);
	}
}

/* What stands in the case by then, to be looked at one by one: the keys that
   were withdrawn, and each host where the person was. */
static void
gather(const struct leak_case *leak, struct items *items)
{
	char text[LEAK_ITEM_BYTES];
	size_t i;
	size_t k;

	for (i = 0; i < leak->lock_count; i++)
		for (k = 0; k < leak->locks[i].memory.count; k++)
			if (!strncmp(leak->locks[i].memory.of[k], "key ", 4))
				put_key(items, leak,
				        leak->locks[i].memory.of[k]);
	for (i = 0; i < leak->logins.count; i++)
		put_host(items, leak, leak->logins.of[i],
		         (int)strcspn(leak->logins.of[i], " "));
	for (i = 0; i < leak->effect_count; i++)
		gather_host(leak, &leak->effects[i], items);
	/* No time in it: one that is silent twice is one item. */
	for (i = 0; i < leak->silent.count; i++) {
		snprintf(text, sizeof(text),
		         "directory server %.*s was not heard when this was "
		         "verified: what the hosts told it of %s is not on "
		         "this list",
		         (int)strcspn(leak->silent.of[i], " ") - 1,
		         leak->silent.of[i], leak->login);
		put(items, leak, text);
	}
}

static int
write_verified(struct leak_verb *verb, const char *how, struct tn_err *err)
{
	static struct items items; /* large; one thread */
	const char *const self[] = { leak_verb_self(&verb->session), NULL };
	char now[TN_GTIME_TEXT_MAX];
	const char *const hows[] = { how, NULL };
	const char *const nows[] = { now, NULL };
	const struct tn_modification who[] = {
		{ TN_MODIFY_ADD, "tenureCaseVerifiedBy", self },
		{ TN_MODIFY_ADD, "tenureCaseItem", items.values },
	};
	const struct tn_modification how_and_when[] = {
		{ TN_MODIFY_ADD, "tenureCaseVerifiedHow", hows },
		{ TN_MODIFY_ADD, "tenureCaseVerifiedTime", nows },
	};
	int r = TN_OK;

	items.count = 0;
	items.is_full = false;
	gather(verb->leak, &items);
	if (items.is_full)
		return tn_fail(err, TN_E_LIMIT,
		               "more than %d things to look at: wait until "
		               "more hosts have answered (tenure leak show)",
		               ITEMS_MAX);
	tn_gtime_format(verb->session.moment.now, now);
	/* slapd takes the second from who has signed the first alone. */
	if (!*verb->leak->verified_by)
		r = tn_modify(verb->session.connection, verb->leak->dn, who,
		              items.count ? 2 : 1,
		              "(!(tenureCaseVerifiedBy=*))", err);
	else
		items.count = 0;
	if (!r)
		r = tn_modify(verb->session.connection, verb->leak->dn,
		              how_and_when, TN_ARRAY_LEN(how_and_when), NULL,
		              err);
	if (!r)
		printf("%s: verified. %zu items wait: tenure leak show %s\n",
		       verb->leak->name, verb->leak->items.count + items.count,
		       verb->leak->name);
	return r;
}

int
leak_verify(struct command_run *run)
{
	const char *how = NULL;
	const struct command_option options[] = {
		{ .name = "--how", .value = &how },
		{ .name = NULL },
	};
	struct leak_verb verb = { .leak = NULL };
	struct tn_err err = TN_ERR_INIT;
	enum tn_leak_verdict verdict;
	const char *name = NULL;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (!how)
		return command_usage(run, "say with --how how you know that "
		                          "the person is the person");
	status = command_reason(run, how);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = leak_verb_begin(run, name, &verb, &err)) ||
	       (r = leak_hosts_read(&verb.session, verb.leak, &err)) ||
	       (r = leak_verb_may(&verb, TN_LEAK_STEP_VERIFY, false, &verdict,
	                          &err)) ||
	       (r = leak_verb_journal(run, &verb, true, how, &err)) ||
	       (r = write_verified(&verb, how, &err)));
	return leak_verb_end(run, &verb, r, &err);
}
