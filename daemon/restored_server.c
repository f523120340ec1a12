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

/* The newest of one kind. */
struct newest {
	struct tn_witness best[TN_WITNESSES];
	size_t count;
	int64_t until;
};

static void
put_newest(struct newest *newest, const struct tn_witness *witness)
{
	struct tn_witness *best = newest->best;
	size_t at;

	if (witness->changed == TN_TIME_NONE ||
	    witness->changed > newest->until ||
	    (newest->count == TN_WITNESSES &&
	     best[newest->count - 1].changed >= witness->changed))
		return;
	if (newest->count < TN_WITNESSES)
		newest->count++;
	for (at = newest->count - 1; at > 0; at--) {
		if (best[at - 1].changed >= witness->changed)
			break;
		best[at] = best[at - 1];
	}
	best[at] = *witness;
}

static void
add_newest(struct tn_witnesses *witnesses, const struct newest *newest)
{
	memcpy(witnesses->data + witnesses->count, newest->best,
	       newest->count * sizeof(newest->best[0]));
	witnesses->count += newest->count;
}

/* The lock is held. */
static void
put_groups(const struct tn_account_table *table, struct newest *alive,
           struct newest *gone)
{
	const struct tn_table_group *at;
	size_t i;

	for (at = table->groups; at != NULL; at = at->hh.next)
		if (!at->is_gone)
			put_newest(alive, &(struct tn_witness){
			                      .uuid = at->group->uuid,
			                      .changed = at->group->changed });
	for (i = 0; i < TN_GONE_GROUPS && i < table->gone_group_count; i++)
		put_newest(gone, &(struct tn_witness){
		                     .uuid = table->gone_groups[i].uuid,
		                     .changed = table->gone_groups[i].changed,
		                     .vanished = true });
}

void
tn_witnesses_pick(struct tn_net *net, int64_t until, struct tn_witnesses *ret)
{
	struct newest alive = { .until = until };
	struct newest gone = { .until = until };
	struct newest groups = { .until = until };
	struct newest gone_groups = { .until = until };
	const struct tn_table_account *at;
	struct tn_witness witness;
	uint32_t position = 0;
	bool is_over = false;
	uint32_t slice;

	while (!is_over) {
		(void)pthread_rwlock_rdlock(&net->lock);
		for (slice = 0; slice < SLICE && !is_over; slice++) {
			at = tn_table_next(&net->table, &position);
			is_over = at == NULL;
			if (is_over || at->is_unreadable)
				continue;
			witness = (struct tn_witness){
				.uuid = at->account->uuid,
				.changed = at->account->changed,
				.vanished = at->account->vanished,
			};
			put_newest(witness.vanished ? &gone : &alive, &witness);
		}
		if (is_over)
			put_groups(&net->table, &groups, &gone_groups);
		(void)pthread_rwlock_unlock(&net->lock);
	}
	ret->count = 0;
	add_newest(ret, &alive);
	add_newest(ret, &gone);
	add_newest(ret, &groups);
	add_newest(ret, &gone_groups);
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

/* When it changed; TN_TIME_NONE of what cannot be read. */
static int64_t
changed_of(const struct tn_entry *entry)
{
	int64_t changed = TN_TIME_NONE;
	struct tn_group *group = NULL;
	struct tn_account account;

	switch (tn_entry_kind(entry)) {
	case TN_ENTRY_ACCOUNT:
		if (tn_account_from_entry(entry, &account, NULL) == TN_OK)
			changed = account.changed;
		break;
	case TN_ENTRY_GROUP:
		if (tn_group_from_entry(entry, &group, NULL) == TN_OK)
			changed = group->changed;
		tn_group_free(group);
		break;
	case TN_ENTRY_LOCK:
	case TN_ENTRY_RELEASE:
	case TN_ENTRY_OTHER:
	default:
		break;
	}
	return changed;
}

static int
note_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)err;
	tn_witnesses_hear(arg, &entry->uuid, changed_of(entry));
	return TN_OK;
}

/* Without the members of groups, who are many. */
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
	rc = text == NULL
	         ? tn_fail(err, TN_E_LIMIT, "the newest entries")
	         : tn_search(connection, net->config->base, TN_SCOPE_SUB, text,
	                     tn_account_attributes, note_entry, witnesses, err);
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
