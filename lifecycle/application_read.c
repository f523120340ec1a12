#include "application_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/text.h"
#include "directory/search.h"

#define NAME_BYTES \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

struct application_number {
	char number[TN_STAFF_MAX + 1]; /* lower case */
	const struct application *application;
	const struct applicant *person;
	UT_hash_handle hh;
};

static int
one_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct application **ret = arg;

	return *ret ? TN_OK : application_from_entry(entry, ret, err);
}

int
application_read(struct session *session, const char *name,
                 struct application **ret, struct tn_err *err)
{
	char dn[TN_DN_MAX + 1];
	int n;
	int r;

	*ret = NULL;
	n = snprintf(dn, sizeof(dn), "cn=%s,ou=applications,%s", name,
	             session->config->base);
	if (!*name || strlen(name) > APPLICATION_NAME_MAX ||
	    name[strspn(name, NAME_BYTES)] || n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_NOT_FOUND,
		               "%.64s is no name of an application", name);
	r = tn_search(session->connection, dn, TN_SCOPE_BASE,
	              "(objectClass=tenureForm)", application_attributes,
	              one_found, ret, err);
	if (r && r != TN_E_NOT_FOUND)
		return r;
	if (!*ret)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "there is no application %s, or you may not see "
		               "it",
		               name);
	return TN_OK;
}

static bool
fold(const char *number, char ret[TN_STAFF_MAX + 1])
{
	char *at;

	if (!tn_text_copy(ret, TN_STAFF_MAX + 1, number))
		return false;
	for (at = ret; *at; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at | 0x20);
	}
	return true;
}

/* Of several the one that was filed last: it corrects those before it. */
static int
permit(struct application_set *set, const struct application *application,
       const char *number, const struct applicant *person, struct tn_err *err)
{
	struct application_number *found = NULL;
	char folded[TN_STAFF_MAX + 1];

	if (!fold(number, folded))
		return TN_OK; /* no account has such a number */
	HASH_FIND_STR(set->permits, folded, found);
	if (!found) {
		found = calloc(1, sizeof(*found));
		if (!found)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		memcpy(found->number, folded, sizeof(folded));
		HASH_ADD_STR(set->permits, number, found);
		if (TN_HASH_LOST(hh, found)) {
			free(found);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
	}
	found->application = application;
	found->person = person;
	return TN_OK;
}

/* Every number of an application that permits accounts, with the person whom
   the form names where it can be believed. */
static int
permit_all(struct application_set *set, const struct application *application,
           struct tn_err *err)
{
	const bool good = application_is_consistent(application);
	size_t i;
	int r = TN_OK;

	if (application_state(application) != APPLICATION_APPROVED ||
	    (application->kind != APPLICATION_ACCOUNT &&
	     application->kind != APPLICATION_ROSTER))
		return TN_OK;
	for (i = 0; i < application->number_count && !r; i++) {
		const struct applicant *person =
		    good ? &application->people[i] : NULL;

		r = permit(set, application,
		           good ? person->number : application->numbers[i],
		           person, err);
	}
	return r;
}

static int
set_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct application_set *set = arg;
	struct application *application = NULL;
	struct application **more;
	int r;

	/* Somebody's nonsense asks for nothing. */
	r = application_from_entry(entry, &application, err);
	if (r)
		return r == TN_E_INVALID ? TN_OK : r;
	if (set->count == set->room) {
		set->room = set->room ? set->room * 2 : 16;
		more = reallocarray(set->of, set->room, sizeof(void *));
		if (!more) {
			application_free(application);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
		set->of = more;
	}
	set->of[set->count++] = application;
	return TN_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct application *const *left = a;
	const struct application *const *right = b;

	if ((*left)->filed != (*right)->filed)
		return (*left)->filed < (*right)->filed ? -1 : 1;
	return strcmp((*left)->name, (*right)->name);
}

int
application_set_read(struct session *session, struct application_set *ret,
                     struct tn_err *err)
{
	char base[TN_DN_MAX + 1];
	size_t i;
	int n;
	int r;

	*ret = (struct application_set){ .count = 0 };
	n = snprintf(base, sizeof(base), "ou=applications,%s",
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(base))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	r = tn_search(session->connection, base, TN_SCOPE_ONE,
	              "(objectClass=tenureForm)", application_attributes,
	              set_found, ret, err);
	if (!r && ret->count)
		qsort(ret->of, ret->count, sizeof(struct application *),
		      by_time);
	for (i = 0; i < ret->count && !r; i++)
		r = permit_all(ret, ret->of[i], err);
	if (r) {
		application_set_done(ret);
		return tn_context(err, "the applications");
	}
	return TN_OK;
}

const struct application *
application_set_permit(const struct application_set *set, const char *number,
                       const struct applicant **ret_person)
{
	struct application_number *found = NULL;
	char folded[TN_STAFF_MAX + 1];

	*ret_person = NULL;
	if (!fold(number, folded))
		return NULL;
	HASH_FIND_STR(set->permits, folded, found);
	if (found)
		*ret_person = found->person;
	return found ? found->application : NULL;
}

void
application_set_done(struct application_set *set)
{
	struct application_number *number;
	struct application_number *next;
	size_t i;

	HASH_ITER(hh, set->permits, number, next)
	{
		HASH_DEL(set->permits, number);
		free(number);
	}
	for (i = 0; i < set->count; i++)
		application_free(set->of[i]);
	free(set->of);
	*set = (struct application_set){ .count = 0 };
}
