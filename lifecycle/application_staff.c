#include "application_staff.h"

#include <stdio.h>

#include "base/text.h"
#include "directory/search.h"

static void
take(const struct tn_entry *entry, const char *attribute, char *ret,
     size_t size)
{
	const char *text = tn_entry_name(entry, attribute);

	if (!text || !tn_text_copy(ret, size, text))
		ret[0] = '\0';
}

static int
staff_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct application_staff *staff = arg;

	(void)err;
	if (staff->count++)
		return TN_OK;
	(void)tn_text_copy(staff->dn, sizeof(staff->dn), entry->dn);
	take(entry, "uid", staff->login, sizeof(staff->login));
	take(entry, "employeeNumber", staff->number, sizeof(staff->number));
	take(entry, "cn", staff->name, sizeof(staff->name));
	take(entry, "departmentNumber", staff->department,
	     sizeof(staff->department));
	take(entry, "title", staff->post, sizeof(staff->post));
	return TN_OK;
}

int
application_staff_find(struct session *session, const char *word,
                       struct application_staff *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "uid",   "employeeNumber",
		                                  "cn",    "departmentNumber",
		                                  "title", NULL };
	struct tn_buf filter;
	char base[TN_DN_MAX + 1];
	const char *text;
	int n;
	int r;

	*ret = (struct application_staff){ .count = 0 };
	n = snprintf(base, sizeof(base), "ou=people,%s", session->config->base);
	if (n < 0 || (size_t)n >= sizeof(base))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	tn_buf_init(&filter, (size_t)4 * APPLICATION_FIELD_MAX);
	tn_buf_put_text(&filter, "(&(objectClass=tenurePerson)(|(uid=");
	tn_filter_escape(&filter, word);
	tn_buf_put_text(&filter, ")(employeeNumber=");
	tn_filter_escape(&filter, word);
	tn_buf_put_text(&filter, ")))");
	text = tn_buf_text(&filter);
	r = text ? tn_search(session->connection, base, TN_SCOPE_ONE, text,
	                     attributes, staff_found, ret, err)
	         : tn_fail(err, TN_E_LIMIT, "the name is too long");
	tn_buf_done(&filter);
	if (r && r != TN_E_NOT_FOUND)
		return r;
	if (!ret->count)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "nobody that you may see is called %.64s", word);
	if (ret->count > 1)
		return tn_fail(err, TN_E_RULE,
		               "%.64s is the login of one and the staff number "
		               "of another",
		               word);
	if (!*ret->number || !*ret->dn)
		return tn_fail(err, TN_E_RULE, "%.64s has no staff number",
		               word);
	return TN_OK;
}

static int
number_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *number = tn_entry_text(entry, "employeeNumber");
	char folded[TN_DN_MAX + 1];

	if (!number)
		return TN_OK;
	people_fold_dn(number, folded, sizeof(folded));
	return people_word_add(arg, folded, 0, err);
}

int
application_staff_numbers(struct session *session, struct people_word **ret,
                          struct tn_err *err)
{
	static const char *const attributes[] = { "employeeNumber", NULL };
	char base[TN_DN_MAX + 1];
	int n;
	int r;

	*ret = NULL;
	n = snprintf(base, sizeof(base), "ou=people,%s", session->config->base);
	if (n < 0 || (size_t)n >= sizeof(base))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	r = tn_search(session->connection, base, TN_SCOPE_ONE,
	              "(objectClass=tenurePerson)", attributes, number_found,
	              ret, err);
	if (r) {
		people_words_free(ret);
		return tn_context(err, "the staff numbers");
	}
	return TN_OK;
}
