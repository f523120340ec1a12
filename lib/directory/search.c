#include "directory/search.h"

#include <stdlib.h>
#include "directory/connection_private.h"
#include "directory/entry_read.h"
#include "directory/result.h"

static int
hand_out(LDAP *ld, LDAPMessage *message, tn_search_found *found, void *arg,
         struct tn_err *err)
{
	struct tn_entry *entry = NULL;
	int code;

	code = tn_entry_read(ld, message, &entry, err);
	if (code != TN_OK)
		return code;
	code = found(entry, arg, err);
	free(entry);
	return code;
}

/* The last message of a search. */
static int
finish(struct tn_connection *connection, LDAPMessage *message,
       bool has_references, struct tn_err *err)
{
	char *words = NULL;
	int result = LDAP_OTHER;
	int code;

	if (ldap_parse_result(connection->ld, message, &result, NULL, &words,
	                      NULL, NULL, 0) != LDAP_SUCCESS) {
		tn_connection_destroy(connection);
		return tn_fail(err, TN_E_PROTOCOL, "search: no LDAP answer");
	}
	code = TN_OK;
	if (result != LDAP_SUCCESS)
		code = tn_result_fail(err, result, words, "search");
	else if (has_references)
		code = tn_fail(err, TN_E_INCOMPLETE,
		               "search: a part is on another server");
	ldap_memfree(words);
	return code;
}

/* Returns TN_OK with *ret_done set when the last message came. */
static int
take_message(struct tn_connection *connection, LDAPMessage *message,
             tn_search_found *found, void *arg, bool *has_references,
             bool *ret_done, struct tn_err *err)
{
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		return hand_out(connection->ld, message, found, arg, err);
	case LDAP_RES_SEARCH_REFERENCE:
		*has_references = true;
		return TN_OK;
	case LDAP_RES_SEARCH_RESULT:
		*ret_done = true;
		return finish(connection, message, *has_references, err);
	default:
		return TN_OK; /* an intermediate message that nobody wanted */
	}
}

static int
run(struct tn_connection *connection, int message_id, tn_search_found *found,
    void *arg, struct tn_err *err)
{
	/* The time that found takes is not the server's. */
	int64_t budget = tn_connection_budget(connection);
	const int64_t each = budget;
	bool has_references = false;
	bool is_done = false;
	bool handed_out = false;
	LDAPMessage *message;
	int code;

	do {
		code = tn_connection_wait(connection, message_id, &budget,
		                          &message, err);
		if (code == TN_E_UNREACHABLE && handed_out)
			return tn_fail(err, TN_E_INCOMPLETE,
			               "search: the connection broke in the "
			               "middle");
		if (code != TN_OK)
			return code;
		code = take_message(connection, message, found, arg,
		                    &has_references, &is_done, err);
		ldap_msgfree(message);
		handed_out = true;
		if (connection->deadline == 0)
			budget = each;
	} while (code == TN_OK && !is_done);
	if (!is_done && connection->ld != NULL)
		(void)ldap_abandon_ext(connection->ld, message_id, NULL, NULL);
	return code;
}

int
tn_search(struct tn_connection *connection, const char *base,
          enum tn_scope scope, const char *filter,
          const char *const *attributes, tn_search_found *found, void *arg,
          struct tn_err *err)
{
	static const int scopes[] = {
		[TN_SCOPE_BASE] = LDAP_SCOPE_BASE,
		[TN_SCOPE_ONE] = LDAP_SCOPE_ONELEVEL,
		[TN_SCOPE_SUB] = LDAP_SCOPE_SUBTREE,
	};
	union {
		const char *const *lent;
		char **names;
	} cast = { .lent = attributes }; /* libldap only reads */
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	result = ldap_search_ext(connection->ld, base, scopes[scope], filter,
	                         cast.names, 0, NULL, NULL, NULL, LDAP_NO_LIMIT,
	                         &message_id);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "search",
		                                 err);
	return run(connection, message_id, found, arg, err);
}
