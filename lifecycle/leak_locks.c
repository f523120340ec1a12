/* The locks that a case lists, with what was said when they were added, and
   their releases. */
#include "leak_case.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "directory/entry.h"
#include "directory/search.h"

#define AT_ONCE    16
#define FILTER_MAX 2048

static const char *const lock_attributes[] = { "cn",
	                                       "tenureLockedBy",
	                                       "tenureLockedTime",
	                                       "tenureLeakDiscovered",
	                                       "tenureLeakHow",
	                                       "tenureLeakFrom",
	                                       "tenureLockMemory",
	                                       "tenureSshPublicKey",
	                                       "tenureLockRef",
	                                       "description",
	                                       "createTimestamp",
	                                       NULL };

/* A key that the enforcer withdrew stands in the lock as a key. */
static int
take_keys(const struct tn_entry *entry, struct leak_texts *ret,
          struct tn_err *err)
{
	const struct tn_value *values;
	struct tn_buf text;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	values = tn_entry_values(entry, "tenureSshPublicKey", &count);
	for (i = 0; i < count && !r; i++) {
		tn_buf_init(&text, (size_t)16 << 10);
		tn_buf_printf(&text, "key %s", values[i].data);
		if (tn_buf_text(&text))
			r = leak_texts_add(ret, tn_buf_text(&text), err);
		tn_buf_done(&text);
	}
	return r;
}

/* A lock of the case, or the release of one. */
static int
lock_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct leak_case *leak = arg;
	const char *ref = tn_entry_text(entry, "tenureLockRef");
	const char *name = ref ? ref : tn_entry_name(entry, "cn");
	struct leak_lock *lock = NULL;
	int64_t released = TN_TIME_NONE;
	size_t i;

	for (i = 0; name && i < leak->lock_count; i++)
		if (!strcmp(leak->locks[i].name, name))
			lock = &leak->locks[i];
	if (!lock)
		return TN_OK;
	if (ref) {
		(void)tn_entry_time(entry, "createTimestamp", &released);
		if (released > lock->released)
			lock->released = released;
		return TN_OK;
	}
	leak_text_take(entry, "tenureLockedBy", lock->by, sizeof(lock->by));
	leak_text_take(entry, "tenureLeakFrom", lock->from, sizeof(lock->from));
	leak_text_take(entry, "tenureLeakHow", lock->how, sizeof(lock->how));
	leak_text_take(entry, "description", lock->what, sizeof(lock->what));
	(void)tn_entry_time(entry, "tenureLeakDiscovered", &lock->discovered);
	(void)tn_entry_time(entry, "createTimestamp", &lock->reported);
	if (take_keys(entry, &lock->memory, err))
		return err ? err->code : TN_E_NO_MEMORY;
	return leak_texts_take(entry, "tenureLockMemory", &lock->memory, err);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	if (a == TN_TIME_NONE)
		return b;
	return b != TN_TIME_NONE && b < a ? b : a;
}

static void
join_locks(struct leak_case *leak)
{
	bool is_open = !leak->lock_count;
	size_t i;

	for (i = 0; i < leak->lock_count; i++) {
		struct leak_lock *lock = &leak->locks[i];

		/* A release that was there before it ended nothing. */
		if (lock->released < lock->reported)
			lock->released = TN_TIME_NONE;
		leak->discovered = earlier(leak->discovered, lock->discovered);
		leak->reported = earlier(leak->reported, lock->reported);
		if (lock->released == TN_TIME_NONE)
			is_open = true;
		else if (lock->released > leak->released)
			leak->released = lock->released;
	}
	if (is_open)
		leak->released = TN_TIME_NONE;
}

/* So many of them in one question. */
static int
read_some(struct session *session, struct leak_case *leak, size_t first,
          size_t count, struct tn_err *err)
{
	char base[TN_DN_MAX + 1];
	struct tn_buf filter;
	size_t i;
	int r;

	snprintf(base, sizeof(base), "ou=locks,%.400s", session->config->base);
	tn_buf_init(&filter, (size_t)AT_ONCE * FILTER_MAX);
	tn_buf_put_text(&filter, "(|");
	for (i = first; i < first + count; i++) {
		tn_buf_put_text(&filter, "(&(objectClass=tenureLock)(cn=");
		tn_filter_escape(&filter, leak->locks[i].name);
		tn_buf_put_text(&filter, "))(tenureLockRef=");
		tn_filter_escape(&filter, leak->locks[i].name);
		tn_buf_put_text(&filter, ")");
	}
	tn_buf_put_text(&filter, ")");
	if (!tn_buf_text(&filter))
		r = tn_fail(err, TN_E_LIMIT, "%s: too many locks", leak->name);
	else
		r = tn_search(session->connection, base, TN_SCOPE_ONE,
		              tn_buf_text(&filter), lock_attributes, lock_found,
		              leak, err);
	tn_buf_done(&filter);
	return r;
}

int
leak_locks_read(struct session *session, struct leak_case *leak,
                struct tn_err *err)
{
	size_t first;
	int r = TN_OK;

	for (first = 0; first < leak->lock_count && !r; first += AT_ONCE)
		r = read_some(session, leak, first,
		              leak->lock_count - first < AT_ONCE
		                  ? leak->lock_count - first
		                  : AT_ONCE,
		              err);
	if (!r)
		join_locks(leak);
	return r;
}
