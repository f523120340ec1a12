#include "leak_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application.h"
#include "base/attrs.h"
#include "base/buf.h"
#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"

#define CASES_MAX  100000
#define FILTER_MAX 2048
#define NAME_BYTES                                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" \
	"._-"

static const char *const case_attributes[] = { "cn",
	                                       "tenureCaseWhom",
	                                       "tenureStaffNumber",
	                                       "tenureRequestRole",
	                                       "tenureRequestLevel",
	                                       "tenureCaseLock",
	                                       "tenureCaseReporter",
	                                       "tenureCaseReport",
	                                       "tenureCaseItem",
	                                       "tenureCaseDone",
	                                       "tenureCaseVerifiedBy",
	                                       "tenureCaseVerifiedHow",
	                                       "tenureCaseVerifiedTime",
	                                       "tenureCaseClosedBy",
	                                       "tenureCaseClosedSecond",
	                                       "tenureCaseRestoredTime",
	                                       "createTimestamp",
	                                       NULL };
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

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
take_texts(const struct tn_entry *entry, const char *attribute,
           struct leak_texts *ret, struct tn_err *err)
{
	const struct tn_value *values;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	values = tn_entry_values(entry, attribute, &count);
	for (i = 0; i < count && !r; i++)
		r = leak_texts_add(ret, values[i].data, err);
	if (!r && ret->count)
		qsort(ret->of, ret->count, sizeof(*ret->of), by_text);
	return r;
}

/* What is longer than it may be is cut. */
static void
take_text(const struct tn_entry *entry, const char *attribute, char *ret,
          size_t size)
{
	const char *text = tn_entry_text(entry, attribute);

	snprintf(ret, size, "%s", text ? text : "");
	if (strlen(ret) + 1 == size)
		tn_text_cut(ret, size - 1);
	tn_text_clean(ret);
}

void
leak_name_of(const char *dn, char *ret, size_t size)
{
	application_dn_value(dn, ret, size);
	tn_text_clean(ret);
}

static int
take_case(struct leak_case *leak, const struct tn_entry *entry,
          struct tn_err *err)
{
	char role[TN_DN_MAX + 1];
	char level[4];
	size_t count = 0;
	const struct tn_value *locks;
	size_t i;
	int r;

	leak->verified = leak->restored = TN_TIME_NONE;
	leak->discovered = leak->released = TN_TIME_NONE;
	leak->reported = TN_TIME_NONE;
	if (!tn_text_copy(leak->dn, sizeof(leak->dn), entry->dn))
		return tn_fail(err, TN_E_LIMIT, "%.200s: too long", entry->dn);
	take_text(entry, "cn", leak->name, sizeof(leak->name));
	take_text(entry, "tenureCaseWhom", leak->whom, sizeof(leak->whom));
	leak_name_of(leak->whom, leak->login, sizeof(leak->login));
	take_text(entry, "tenureStaffNumber", leak->staff_number,
	          sizeof(leak->staff_number));
	take_text(entry, "tenureRequestRole", role, sizeof(role));
	if (*role)
		leak_name_of(role, leak->role, sizeof(leak->role));
	take_text(entry, "tenureRequestLevel", level, sizeof(level));
	leak->level = *level == '1' ? TN_LEVEL_FIRST
	              : *level      ? TN_LEVEL_SECOND
	                            : 0;
	take_text(entry, "tenureCaseVerifiedBy", leak->verified_by,
	          sizeof(leak->verified_by));
	take_text(entry, "tenureCaseVerifiedHow", leak->verified_how,
	          sizeof(leak->verified_how));
	take_text(entry, "tenureCaseClosedBy", leak->closed_by,
	          sizeof(leak->closed_by));
	take_text(entry, "tenureCaseClosedSecond", leak->closed_second,
	          sizeof(leak->closed_second));
	(void)tn_entry_time(entry, "tenureCaseVerifiedTime", &leak->verified);
	(void)tn_entry_time(entry, "tenureCaseRestoredTime", &leak->restored);
	(void)tn_entry_time(entry, "createTimestamp", &leak->reported);
	locks = tn_entry_values(entry, "tenureCaseLock", &count);
	for (i = 0; i < count && leak->lock_count < LEAK_LOCKS_MAX; i++) {
		struct leak_lock *lock = &leak->locks[leak->lock_count];

		if (!tn_text_copy(lock->name, sizeof(lock->name),
		                  locks[i].data))
			continue;
		lock->discovered = lock->reported = TN_TIME_NONE;
		lock->released = TN_TIME_NONE;
		leak->lock_count++;
	}
	(void)((r = take_texts(entry, "tenureCaseReporter", &leak->reporters,
	                       err)) ||
	       (r = take_texts(entry, "tenureCaseReport", &leak->reports,
	                       err)) ||
	       (r = take_texts(entry, "tenureCaseItem", &leak->items, err)) ||
	       (r = take_texts(entry, "tenureCaseDone", &leak->done, err)));
	return r;
}

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
	size_t i;

	for (i = 0; name && i < leak->lock_count; i++)
		if (!strcmp(leak->locks[i].name, name))
			lock = &leak->locks[i];
	if (!lock)
		return TN_OK;
	if (ref) {
		(void)tn_entry_time(entry, "createTimestamp", &lock->released);
		return TN_OK;
	}
	take_text(entry, "tenureLockedBy", lock->by, sizeof(lock->by));
	take_text(entry, "tenureLeakFrom", lock->from, sizeof(lock->from));
	take_text(entry, "tenureLeakHow", lock->how, sizeof(lock->how));
	take_text(entry, "description", lock->what, sizeof(lock->what));
	(void)tn_entry_time(entry, "tenureLeakDiscovered", &lock->discovered);
	(void)tn_entry_time(entry, "createTimestamp", &lock->reported);
	if (take_keys(entry, &lock->memory, err))
		return err ? err->code : TN_E_NO_MEMORY;
	return take_texts(entry, "tenureLockMemory", &lock->memory, err);
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
		const struct leak_lock *lock = &leak->locks[i];

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

static int
read_locks(struct session *session, struct leak_case *leak, struct tn_err *err)
{
	char base[TN_DN_MAX + 1];
	struct tn_buf filter;
	size_t i;
	int r;

	snprintf(base, sizeof(base), "ou=locks,%.400s", session->config->base);
	tn_buf_init(&filter, (size_t)LEAK_LOCKS_MAX * FILTER_MAX);
	tn_buf_put_text(&filter, "(|");
	for (i = 0; i < leak->lock_count; i++) {
		tn_buf_put_text(&filter, "(&(objectClass=tenureLock)(cn=");
		tn_filter_escape(&filter, leak->locks[i].name);
		tn_buf_put_text(&filter, "))(tenureLockRef=");
		tn_filter_escape(&filter, leak->locks[i].name);
		tn_buf_put_text(&filter, ")");
	}
	tn_buf_put_text(&filter, ")");
	if (!leak->lock_count)
		r = TN_OK;
	else if (!tn_buf_text(&filter))
		r = tn_fail(err, TN_E_LIMIT, "%s: too many locks", leak->name);
	else
		r = tn_search(session->connection, base, TN_SCOPE_ONE,
		              tn_buf_text(&filter), lock_attributes, lock_found,
		              leak, err);
	tn_buf_done(&filter);
	if (!r)
		join_locks(leak);
	return r;
}

static int
case_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct leak_cases *cases = arg;
	struct leak_case **more;
	struct leak_case *leak;

	if (cases->count == CASES_MAX)
		return tn_fail(err, TN_E_LIMIT, "too many cases");
	more = reallocarray(cases->of, cases->count + 1, sizeof(*more));
	leak = calloc(1, sizeof(*leak));
	if (more)
		cases->of = more;
	if (!more || !leak) {
		free(leak);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	cases->of[cases->count++] = leak;
	return take_case(leak, entry, err);
}

static int
by_name(const void *a, const void *b)
{
	const struct leak_case *const *x = a;
	const struct leak_case *const *y = b;

	if ((*x)->reported != (*y)->reported)
		return (*x)->reported < (*y)->reported ? -1 : 1;
	return strcmp((*x)->name, (*y)->name);
}

int
leak_cases_of(struct session *session, const char *whom, struct leak_cases *ret,
              struct tn_err *err)
{
	char base[TN_DN_MAX + 1];
	struct tn_buf filter;
	int r;

	*ret = (struct leak_cases){ .count = 0 };
	snprintf(base, sizeof(base), "ou=incidents,%.400s",
	         session->config->base);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter,
	                "(&(objectClass=tenureLeakCase)(tenureCaseWhom=");
	tn_filter_escape(&filter, whom);
	tn_buf_put_text(&filter, "))");
	if (!tn_buf_text(&filter))
		r = tn_fail(err, TN_E_LIMIT, "the dn is too long");
	else
		r = tn_search(session->connection, base, TN_SCOPE_ONE,
		              tn_buf_text(&filter), case_attributes, case_found,
		              ret, err);
	tn_buf_done(&filter);
	if (r)
		leak_cases_done(ret);
	return r;
}

static int
read_with(struct session *session, const char *base, enum tn_scope scope,
          struct leak_cases *ret, struct tn_err *err)
{
	size_t i;
	int r;

	*ret = (struct leak_cases){ .count = 0 };
	r = tn_search(session->connection, base, scope,
	              "(objectClass=tenureLeakCase)", case_attributes,
	              case_found, ret, err);
	for (i = 0; i < ret->count && !r; i++)
		r = read_locks(session, ret->of[i], err);
	if (!r && ret->count)
		qsort(ret->of, ret->count, sizeof(struct leak_case *), by_name);
	return r;
}

/* The lock that was told this number: a person's own report. */
static int
lock_name_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *name = tn_entry_name(entry, "cn");
	char *ret = arg;

	(void)err;
	if (name && strlen(name) < TN_STAFF_MAX + 64)
		snprintf(ret, TN_STAFF_MAX + 64, "%s", name);
	return TN_OK;
}

static int
read_by_number(struct session *session, const char *number,
               struct leak_cases *ret, struct tn_err *err)
{
	static const char *const wanted[] = { "cn", NULL };
	char lock[TN_STAFF_MAX + 64] = "";
	char base[TN_DN_MAX + 1];
	char filter[FILTER_MAX];
	struct leak_cases all;
	size_t i;
	size_t k;
	int r;

	snprintf(base, sizeof(base), "ou=locks,%.400s", session->config->base);
	snprintf(filter, sizeof(filter),
	         "(&(tenureLockKind=leak)(tenureIncident=%s))", number);
	r = tn_search(session->connection, base, TN_SCOPE_ONE, filter, wanted,
	              lock_name_found, lock, err);
	if (!r && *lock)
		r = leak_cases_read(session, &all, err);
	if (r || !*lock)
		return r;
	for (i = 0; i < all.count && !ret->count; i++)
		for (k = 0; k < all.of[i]->lock_count && !ret->count; k++)
			if (!strcmp(all.of[i]->locks[k].name, lock)) {
				ret->of = calloc(1, sizeof(struct leak_case *));
				if (!ret->of)
					break;
				ret->of[ret->count++] = all.of[i];
				all.of[i] = NULL;
				break;
			}
	leak_cases_done(&all);
	return TN_OK;
}

int
leak_case_read(struct session *session, const char *name,
               struct leak_case **ret, struct tn_err *err)
{
	struct leak_cases cases = { .count = 0 };
	char dn[TN_DN_MAX + 1];
	int r;

	snprintf(dn, sizeof(dn), "cn=%.100s,ou=incidents,%.380s", name,
	         session->config->base);
	if (!*name || strlen(name) > LEAK_NAME_MAX ||
	    name[strspn(name, NAME_BYTES)])
		r = TN_E_NOT_FOUND;
	else
		r = read_with(session, dn, TN_SCOPE_BASE, &cases, err);
	if (r == TN_E_NOT_FOUND && !strncmp(name, "self-", 5) &&
	    !name[strspn(name, NAME_BYTES)] && strlen(name) <= LEAK_NAME_MAX)
		r = read_by_number(session, name, &cases, err);
	if (r && r != TN_E_NOT_FOUND) {
		leak_cases_done(&cases);
		return tn_context(err, "the leak");
	}
	if (r || !cases.count) {
		leak_cases_done(&cases);
		return tn_fail(err, TN_E_NOT_FOUND,
		               "there is no leak %.64s that you may see: "
		               "tenure leak list",
		               name);
	}
	*ret = cases.of[0];
	cases.count = 0;
	leak_cases_done(&cases);
	return TN_OK;
}

int
leak_cases_read(struct session *session, struct leak_cases *ret,
                struct tn_err *err)
{
	char base[TN_DN_MAX + 1];
	int r;

	snprintf(base, sizeof(base), "ou=incidents,%.400s",
	         session->config->base);
	r = read_with(session, base, TN_SCOPE_ONE, ret, err);
	/* A directory from before there were any. */
	if (r == TN_E_NOT_FOUND && !ret->count)
		r = TN_OK;
	if (r)
		leak_cases_done(ret);
	return r ? tn_context(err, "the leaks") : TN_OK;
}

void
leak_cases_done(struct leak_cases *cases)
{
	size_t i;

	for (i = 0; i < cases->count; i++)
		leak_case_free(cases->of[i]);
	free(cases->of);
	*cases = (struct leak_cases){ .count = 0 };
}

void
leak_case_free(struct leak_case *leak)
{
	size_t i;

	if (!leak)
		return;
	for (i = 0; i < leak->lock_count; i++)
		leak_texts_done(&leak->locks[i].memory);
	leak_texts_done(&leak->reporters);
	leak_texts_done(&leak->reports);
	leak_texts_done(&leak->items);
	leak_texts_done(&leak->done);
	leak_texts_done(&leak->logins);
	free(leak->effects);
	free(leak);
}
