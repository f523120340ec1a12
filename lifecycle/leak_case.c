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
	                                       "tenureCaseLooked",
	                                       "tenureCaseDone",
	                                       "tenureCaseDossier",
	                                       "tenureCaseVerifiedBy",
	                                       "tenureCaseVerifiedHow",
	                                       "tenureCaseVerifiedTime",
	                                       "tenureCaseClosedBy",
	                                       "tenureCaseClosedSecond",
	                                       "tenureCaseRestoredTime",
	                                       "createTimestamp",
	                                       NULL };
static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
leak_texts_take(const struct tn_entry *entry, const char *attribute,
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
void
leak_text_take(const struct tn_entry *entry, const char *attribute, char *ret,
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
	leak_text_take(entry, "cn", leak->name, sizeof(leak->name));
	leak_text_take(entry, "tenureCaseWhom", leak->whom, sizeof(leak->whom));
	leak_name_of(leak->whom, leak->login, sizeof(leak->login));
	leak_text_take(entry, "tenureStaffNumber", leak->staff_number,
	               sizeof(leak->staff_number));
	leak_text_take(entry, "tenureRequestRole", role, sizeof(role));
	if (*role)
		leak_name_of(role, leak->role, sizeof(leak->role));
	leak_text_take(entry, "tenureRequestLevel", level, sizeof(level));
	leak->level = *level == '1' ? TN_LEVEL_FIRST
	              : *level      ? TN_LEVEL_SECOND
	                            : 0;
	leak_text_take(entry, "tenureCaseVerifiedBy", leak->verified_by,
	               sizeof(leak->verified_by));
	leak_text_take(entry, "tenureCaseVerifiedHow", leak->verified_how,
	               sizeof(leak->verified_how));
	leak_text_take(entry, "tenureCaseClosedBy", leak->closed_by,
	               sizeof(leak->closed_by));
	leak_text_take(entry, "tenureCaseClosedSecond", leak->closed_second,
	               sizeof(leak->closed_second));
	(void)tn_entry_time(entry, "tenureCaseVerifiedTime", &leak->verified);
	(void)tn_entry_time(entry, "tenureCaseRestoredTime", &leak->restored);
	(void)tn_entry_time(entry, "createTimestamp", &leak->reported);
	locks = tn_entry_values(entry, "tenureCaseLock", &count);
	leak->locks = calloc(count + 1, sizeof(*leak->locks));
	if (!leak->locks)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	for (i = 0; i < count; i++) {
		struct leak_lock *lock = &leak->locks[leak->lock_count];

		/* Each must be released before the case is over. */
		if (!tn_text_copy(lock->name, sizeof(lock->name),
		                  locks[i].data))
			return tn_fail(err, TN_E_LIMIT,
			               "%s: the name of a lock is too long",
			               leak->name);
		lock->discovered = lock->reported = TN_TIME_NONE;
		lock->released = TN_TIME_NONE;
		leak->lock_count++;
	}
	(void)((r = leak_texts_take(entry, "tenureCaseReporter",
	                            &leak->reporters, err)) ||
	       (r = leak_texts_take(entry, "tenureCaseReport", &leak->reports,
	                            err)) ||
	       (r = leak_texts_take(entry, "tenureCaseItem", &leak->items,
	                            err)) ||
	       (r = leak_texts_take(entry, "tenureCaseLooked", &leak->looked,
	                            err)) ||
	       (r = leak_texts_take(entry, "tenureCaseDossier", &leak->dossiers,
	                            err)) ||
	       (r = leak_texts_take(entry, "tenureCaseDone", &leak->done,
	                            err)));
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
	leak->targets = cases->targets;
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

	*ret = (struct leak_cases){ .targets =
		                        leak_case_targets(session->config) };
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

	*ret = (struct leak_cases){ .targets =
		                        leak_case_targets(session->config) };
	r = tn_search(session->connection, base, scope,
	              "(objectClass=tenureLeakCase)", case_attributes,
	              case_found, ret, err);
	for (i = 0; i < ret->count && !r; i++)
		r = leak_locks_read(session, ret->of[i], err);
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
	leak_texts_done(&leak->looked);
	leak_texts_done(&leak->done);
	leak_texts_done(&leak->dossiers);
	leak_texts_done(&leak->logins);
	leak_texts_done(&leak->silent);
	free(leak->locks);
	free(leak->effects);
	free(leak);
}
