#include <config.h>

#include "restored_server.h"

#include <string.h>
#include "base/buf.h"
#include "directory/cookie.h"
#include "directory/entry.h"
#include "directory/search.h"

#define FILTER_MAX 8192
/* Accounts that are looked at while logins may not change the table. */
#define SLICE 4096

static void
put_newest(struct tn_witness *best, size_t *count,
           const struct tn_account *account)
{
	size_t at;

	if (account->changed == TN_TIME_NONE ||
	    (*count == TN_WITNESSES &&
	     best[*count - 1].changed >= account->changed))
		return;
	if (*count < TN_WITNESSES)
		(*count)++;
	for (at = *count - 1; at > 0; at--) {
		if (best[at - 1].changed >= account->changed)
			break;
		best[at] = best[at - 1];
	}
	best[at] = (struct tn_witness){
		.uuid = account->uuid,
		.changed = account->changed,
		.vanished = account->vanished,
	};
}

void
tn_witnesses_pick(struct tn_net *net, int64_t until, struct tn_witnesses *ret)
{
	struct tn_witness alive[TN_WITNESSES];
	struct tn_witness gone[TN_WITNESSES];
	const struct tn_table_account *at;
	size_t alive_count = 0;
	size_t gone_count = 0;
	uint32_t position = 0;
	bool is_over = false;
	uint32_t slice;

	while (!is_over) {
		(void)pthread_rwlock_rdlock(&net->lock);
		for (slice = 0; slice < SLICE && !is_over; slice++) {
			at = tn_table_next(&net->table, &position);
			is_over = at == NULL;
			if (is_over || at->is_unreadable ||
			    at->account->changed > until)
				continue;
			if (at->account->vanished)
				put_newest(gone, &gone_count, at->account);
			else
				put_newest(alive, &alive_count, at->account);
		}
		(void)pthread_rwlock_unlock(&net->lock);
	}
	memcpy(ret->data, alive, alive_count * sizeof(alive[0]));
	memcpy(ret->data + alive_count, gone, gone_count * sizeof(gone[0]));
	ret->count = alive_count + gone_count;
}

static struct tn_witness *
find(struct tn_witnesses *witnesses, const struct tn_uuid *uuid)
{
	size_t i;

	for (i = 0; i < witnesses->count; i++)
		if (memcmp(&witnesses->data[i].uuid, uuid, sizeof(*uuid)) == 0)
			return &witnesses->data[i];
	return NULL;
}

void
tn_witnesses_hear(struct tn_witnesses *witnesses, const struct tn_uuid *uuid,
                  int64_t changed)
{
	struct tn_witness *witness = find(witnesses, uuid);

	if (witness == NULL)
		return;
	witness->is_there = true;
	witness->is_suspect = changed != TN_TIME_NONE &&
	                      (witness->vanished || changed < witness->changed);
}

void
tn_witnesses_heard_all(struct tn_witnesses *witnesses)
{
	struct tn_witness *witness;
	size_t i;

	for (i = 0; i < witnesses->count; i++) {
		witness = &witnesses->data[i];
		if (!witness->is_there && !witness->vanished)
			witness->is_suspect = true;
	}
}

void
tn_witnesses_named(struct tn_witnesses *witnesses, const struct tn_uuid *uuid)
{
	struct tn_witness *witness = find(witnesses, uuid);

	if (witness != NULL)
		witness->is_suspect = false;
}

bool
tn_witnesses_accuse(const struct tn_witnesses *witnesses, bool complete)
{
	const struct tn_witness *witness;
	size_t i;

	for (i = 0; i < witnesses->count; i++) {
		witness = &witnesses->data[i];
		/* Who is missing goes with a complete refresh. */
		if (witness->is_suspect && (witness->is_there || !complete))
			return true;
	}
	return false;
}

struct position {
	const char *cookie;
	bool is_covered;
};

static int
note_position(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct position *position = arg;
	const struct tn_value *csns;
	size_t count;

	(void)err;
	csns = tn_entry_values(entry, "contextCSN", &count);
	position->is_covered =
	    tn_cookie_is_covered(position->cookie, csns, count);
	return TN_OK;
}

/* Read before the accounts are: it says the least that they are of. */
static int
has_seen_cookie(struct tn_net *net, struct tn_connection *connection,
                const char *cookie, bool *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "contextCSN", NULL };
	struct position position = { .cookie = cookie };
	int rc = tn_search(connection, net->config->base, TN_SCOPE_BASE,
	                   "(objectClass=*)", attributes, note_position,
	                   &position, err);

	*ret = rc == TN_OK && position.is_covered;
	return rc == TN_E_NOT_FOUND || rc == TN_E_DENIED ? TN_OK : rc;
}

static int
note_account(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_witnesses *witnesses = arg;
	struct tn_account account;
	bool is_readable =
	    tn_entry_kind(entry) == TN_ENTRY_ACCOUNT &&
	    tn_account_from_entry(entry, &account, NULL) == TN_OK;

	(void)err;
	tn_witnesses_hear(witnesses, &entry->uuid,
	                  is_readable ? account.changed : TN_TIME_NONE);
	return TN_OK;
}

static int
ask(struct tn_net *net, struct tn_connection *connection,
    struct tn_witnesses *witnesses, struct tn_err *err)
{
	char uuid[TN_UUID_TEXT_MAX];
	struct tn_buf filter;
	const char *text;
	size_t i;
	int rc;

	tn_buf_init(&filter, FILTER_MAX);
	(void)tn_buf_put_text(&filter, "(|");
	for (i = 0; i < witnesses->count; i++) {
		tn_uuid_format(&witnesses->data[i].uuid, uuid);
		(void)tn_buf_put_text(&filter, "(entryUUID=");
		(void)tn_buf_put_text(&filter, uuid);
		(void)tn_buf_put_text(&filter, ")");
	}
	(void)tn_buf_put_text(&filter, ")");
	text = tn_buf_text(&filter);
	rc = text == NULL ? tn_fail(err, TN_E_LIMIT, "the newest accounts")
	                  : tn_search(connection, net->config->base,
	                              TN_SCOPE_SUB, text, tn_account_attributes,
	                              note_account, witnesses, err);
	tn_buf_done(&filter);
	return rc;
}

int
tn_restored_look(struct tn_net *net, struct tn_connection *connection,
                 const char *cookie, struct tn_witnesses *ret,
                 struct tn_err *err)
{
	bool is_judged = false;
	int rc;

	ret->count = 0;
	rc = has_seen_cookie(net, connection, cookie, &is_judged, err);
	if (rc != TN_OK || !is_judged)
		return rc;
	tn_witnesses_pick(net, tn_cookie_ms(cookie) / 1000, ret);
	if (ret->count == 0)
		return TN_OK;
	rc = ask(net, connection, ret, err);
	if (rc == TN_OK)
		tn_witnesses_heard_all(ret);
	else
		ret->count = 0;
	return rc == TN_E_NOT_FOUND || rc == TN_E_DENIED ? TN_OK : rc;
}
