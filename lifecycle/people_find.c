#include "people_find.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "directory/search.h"
#include "people_read.h"

#define FILTER_MAX  8192
#define MATCHES_MAX 16

#define ACCOUNTS "(|(objectClass=tenurePerson)(objectClass=tenureService))"

/* What the first search found: which accounts a word may mean. */
struct match {
	size_t unread;      /* accounts that match and cannot be read */
	struct tn_err why;  /* of the first of them */
	size_t count;
	struct {
		char login[TN_LOGIN_MAX + 1];
		char staff_number[TN_STAFF_MAX + 1];
		char uuid[TN_UUID_TEXT_MAX];
		char dn[TN_DN_MAX + 1];
		uint32_t uid;
	} of[MATCHES_MAX];
};

static int
match_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct match *match = arg;
	struct tn_err unread = TN_ERR_INIT;
	struct tn_account account;
	size_t at = match->count;
	int r;

	r = tn_account_from_entry(entry, &account, &unread);
	if (r == TN_E_NO_MEMORY)
		return tn_fail(err, r, "%.200s", entry->dn);
	if (r) {
		tn_context(&unread, "%.200s", entry->dn);
		if (!match->unread++)
			match->why = unread;
		return TN_OK;
	}
	if (at == MATCHES_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %d accounts match",
		               MATCHES_MAX);
	if (!tn_text_copy(match->of[at].login, sizeof(match->of[at].login),
	                  account.login) ||
	    !tn_text_copy(match->of[at].staff_number,
	                  sizeof(match->of[at].staff_number),
	                  account.staff_number) ||
	    !tn_text_copy(match->of[at].dn, sizeof(match->of[at].dn),
	                  account.dn))
		return tn_fail(err, TN_E_LIMIT, "%.200s: a value is too long",
		               entry->dn);
	tn_uuid_format(&account.uuid, match->of[at].uuid);
	match->of[at].uid = account.uid;
	match->count++;
	return TN_OK;
}

static void
put_equal(struct tn_buf *filter, const char *attribute, const char *value)
{
	tn_buf_printf(filter, "(%s=", attribute);
	tn_filter_escape(filter, value);
	tn_buf_put_text(filter, ")");
}

static int
search(struct session *session, struct tn_buf *filter, tn_search_found *found,
       void *arg, struct tn_err *err)
{
	const char *text = tn_buf_text(filter);
	int r;

	if (!text)
		return tn_fail(err, TN_E_LIMIT, "the name is too long");
	r = tn_search(session->connection, session->config->base, TN_SCOPE_SUB,
	              text, tn_watch_attributes, found, arg, err);
	/* Not "nobody is called so": there was nothing to look in. */
	if (r == TN_E_NOT_FOUND)
		r = tn_fail(err, TN_E_INCOMPLETE,
		            "the directory does not show %s",
		            session->config->base);
	return r;
}

static int
find_matches(struct session *session, const char *word, struct match *ret,
             struct tn_err *err)
{
	unsigned long long number;
	struct tn_buf filter;
	int r;

	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, "(&" ACCOUNTS "(|");
	put_equal(&filter, "uid", word);
	put_equal(&filter, "employeeNumber", word);
	if (tn_text_to_u64(word, UINT32_MAX, &number))
		put_equal(&filter, "uidNumber", word);
	tn_buf_put_text(&filter, "))");
	r = search(session, &filter, match_found, ret, err);
	tn_buf_done(&filter);
	return r;
}

/* The account and everything that names it. */
static int
read_around(struct session *session, const struct match *match,
            struct people *people, struct tn_err *err)
{
	struct tn_buf filter;
	char uid[16];
	int r;

	snprintf(uid, sizeof(uid), "%u", (unsigned int)match->of[0].uid);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, "(|(&" ACCOUNTS "(|");
	put_equal(&filter, "uid", match->of[0].login);
	put_equal(&filter, "uidNumber", uid);
	if (match->of[0].staff_number[0])
		put_equal(&filter, "employeeNumber", match->of[0].staff_number);
	tn_buf_put_text(&filter, "))(&(objectClass=tenureLock)(|");
	put_equal(&filter, "tenurePersonUUID", match->of[0].uuid);
	if (match->of[0].staff_number[0])
		put_equal(&filter, "tenureStaffNumber",
		          match->of[0].staff_number);
	tn_buf_put_text(&filter, "))(objectClass=tenureRelease)"
	                         "(objectClass=tenureRole)"
	                         "(&(objectClass=posixGroup)(|");
	put_equal(&filter, "memberUid", match->of[0].login);
	put_equal(&filter, "member", match->of[0].dn);
	tn_buf_put_text(&filter, ")))");
	r = search(session, &filter, people_read_entry, people, err);
	tn_buf_done(&filter);
	if (!r)
		r = people_finish(people, err);
	return r;
}

static int
several(const char *word, const struct match *match, struct tn_err *err)
{
	char names[TN_ERR_TEXT_MAX / 2] = "";
	size_t len = 0;
	size_t i;

	for (i = 0; i < match->count && len < sizeof(names); i++)
		len +=
		    (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
		                     i ? ", " : "", match->of[i].login);
	return tn_fail(err, TN_E_RULE,
	               "\"%.64s\" may be any of %s: say which by its login",
	               word, names);
}

int
people_find(struct session *session, const char *word, struct people **ret,
            const struct person **ret_person, struct tn_err *err)
{
	struct match match = { .count = 0 };
	struct people *people = NULL;
	const struct person *person;
	int r;

	r = find_matches(session, word, &match, err);
	if (r)
		return r;
	/* One that cannot be read may be the one that is meant, unless another
	   has this very login. */
	if (match.unread &&
	    (match.count != 1 || strcmp(match.of[0].login, word) != 0))
		return tn_fail(err, match.why.code, "%s", match.why.text);
	if (!match.count)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "nobody here is called \"%.64s\" (login, staff "
		               "number or uid)",
		               word);
	if (match.count > 1)
		return several(word, &match, err);
	r = people_new(&people, err);
	if (!r)
		r = read_around(session, &match, people, err);
	if (!r) {
		person = people_by_login(people, match.of[0].login);
		if (person) {
			*ret = people;
			*ret_person = person;
			people = NULL;
		} else {
			r = tn_fail(err, TN_E_STALE,
			            "%s was there and is not any more",
			            match.of[0].login);
		}
	}
	people_free(people);
	return r;
}
