#include "leak_half.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "leak_case.h"
#include "lock_write.h"
#include "people_find.h"

#define HALVES_MAX 10000
#define REFUSED    "refused: holds a role"

static int
half_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct leak_halves *halves = arg;
	const char *by = tn_entry_text(entry, "tenureLockedBy");
	const char *name = tn_entry_name(entry, "cn");
	const char *result = tn_entry_text(entry, "tenureRequestResult");
	struct leak_half *more;

	/* daemon/enforcer_grant.c; the schema has no way to ask for a part. */
	if (!result || strncmp(result, REFUSED, strlen(REFUSED)) != 0)
		return TN_OK;
	if (halves->count == HALVES_MAX)
		return tn_fail(err, TN_E_LIMIT, "too many requests");
	more = reallocarray(halves->of, halves->count + 1, sizeof(*more));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	halves->of = more;
	more += halves->count++;
	*more = (struct leak_half){ .reported = TN_TIME_NONE };
	(void)snprintf(more->name, sizeof(more->name), "%.60s",
	               name ? name : "?");
	tn_text_clean(more->name);
	leak_text_take(entry, "tenureStaffNumber", more->staff_number,
	               sizeof(more->staff_number));
	if (by)
		leak_name_of(by, more->host, sizeof(more->host));
	(void)tn_entry_time(entry, "createTimestamp", &more->reported);
	return TN_OK;
}

/* A leak lock that came after it, open or not, or another password. Who is
   nobody any more has nothing open. */
static int
look_up(struct session *session, struct leak_half *half, bool *ret_is_settled,
        struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *person = NULL;
	struct tn_err why = TN_ERR_INIT;
	size_t i;
	int r = people_find(session, half->staff_number, &people, &person, &why);

	*ret_is_settled = false;
	if (r == TN_E_NOT_FOUND) {
		*ret_is_settled = true;
		return TN_OK;
	}
	/* Two of one number: somebody has to look all the same. */
	if (r == TN_E_RULE)
		return TN_OK;
	if (r)
		return tn_fail(err, r, "%s", why.text);
	(void)snprintf(half->login, sizeof(half->login), "%s",
	               person->account->login);
	*ret_is_settled = person->account->password_changed != TN_TIME_NONE &&
	                  person->account->password_changed > half->reported;
	for (i = 0; i < people->lock_count; i++)
		if (people->locks[i]->kind == TN_LOCK_LEAK &&
		    (!people->locks[i]->released ||
		     people->locks[i]->created >= half->reported))
			*ret_is_settled = true;
	people_free(people);
	return TN_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct leak_half *x = a;
	const struct leak_half *y = b;

	if (x->reported != y->reported)
		return x->reported < y->reported ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Of one person the first says it all. */
static bool
is_told(const struct leak_half *of, size_t count, const struct leak_half *half)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(of[i].staff_number, half->staff_number))
			return true;
	return false;
}

int
leak_halves_read(struct session *session, struct leak_halves *ret,
                 struct tn_err *err)
{
	static const char *const wanted[] = { "cn", "tenureStaffNumber",
		                              "tenureLockedBy",
		                              "tenureRequestResult",
		                              "createTimestamp", NULL };
	bool is_settled = false;
	size_t kept = 0;
	size_t i;
	int r;

	*ret = (struct leak_halves){ .count = 0 };
	r = tn_search(session->connection, LOCK_REQUESTS_DN, TN_SCOPE_ONE,
	              "(&(objectClass=tenureLock)(tenureLockKind=leak)"
	              "(tenureRequestResult=*))",
	              wanted, half_found, ret, err);
	if (!r && ret->count)
		qsort(ret->of, ret->count, sizeof(*ret->of), by_time);
	for (i = 0; i < ret->count && !r; i++) {
		if (is_told(ret->of, kept, &ret->of[i]))
			continue;
		r = look_up(session, &ret->of[i], &is_settled, err);
		if (!r && !is_settled)
			ret->of[kept++] = ret->of[i];
	}
	if (r) {
		leak_halves_done(ret);
		return tn_context(err, "what holders of roles reported");
	}
	ret->count = kept;
	return TN_OK;
}

void
leak_halves_done(struct leak_halves *halves)
{
	free(halves->of);
	*halves = (struct leak_halves){ .count = 0 };
}

void
leak_half_text(const struct leak_half *half, char *ret, size_t size)
{
	const char *who = *half->login ? half->login : half->staff_number;

	(void)snprintf(ret, size,
	               "%s holds a role, reported the own leak on %s (%s) and "
	               "is closed THERE ALONE: tenure leak report %s --reason "
	               "TEXT --as LOGIN",
	               who, half->host, half->name, who);
}
