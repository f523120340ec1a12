#include "directory/result.h"

#include <string.h>
#include "base/attrs.h"

static const struct {
	int result;
	int code;
} table[] = {
	{ LDAP_SUCCESS, TN_OK },
	{ LDAP_OPERATIONS_ERROR, TN_E_PROTOCOL },
	{ LDAP_PROTOCOL_ERROR, TN_E_PROTOCOL },
	/* A part of an answer is none. */
	{ LDAP_TIMELIMIT_EXCEEDED, TN_E_INCOMPLETE },
	{ LDAP_SIZELIMIT_EXCEEDED, TN_E_INCOMPLETE },
	{ LDAP_ADMINLIMIT_EXCEEDED, TN_E_INCOMPLETE },
	{ LDAP_REFERRAL, TN_E_INCOMPLETE },
	{ LDAP_AUTH_METHOD_NOT_SUPPORTED, TN_E_DENIED },
	{ LDAP_STRONG_AUTH_REQUIRED, TN_E_DENIED },
	{ LDAP_UNAVAILABLE_CRITICAL_EXTENSION, TN_E_PROTOCOL },
	{ LDAP_CONFIDENTIALITY_REQUIRED, TN_E_DENIED },
	{ LDAP_NO_SUCH_ATTRIBUTE, TN_E_NOT_FOUND },
	{ LDAP_UNDEFINED_TYPE, TN_E_RULE },
	{ LDAP_INAPPROPRIATE_MATCHING, TN_E_RULE },
	{ LDAP_CONSTRAINT_VIOLATION, TN_E_RULE },
	{ LDAP_TYPE_OR_VALUE_EXISTS, TN_E_EXISTS },
	{ LDAP_INVALID_SYNTAX, TN_E_RULE },
	{ LDAP_NO_SUCH_OBJECT, TN_E_NOT_FOUND },
	{ LDAP_INVALID_DN_SYNTAX, TN_E_INVALID },
	{ LDAP_INAPPROPRIATE_AUTH, TN_E_DENIED },
	{ LDAP_INVALID_CREDENTIALS, TN_E_DENIED },
	{ LDAP_INSUFFICIENT_ACCESS, TN_E_DENIED },
	{ LDAP_BUSY, TN_E_UNREACHABLE },
	{ LDAP_UNAVAILABLE, TN_E_UNREACHABLE },
	{ LDAP_UNWILLING_TO_PERFORM, TN_E_RULE },
	{ LDAP_NAMING_VIOLATION, TN_E_RULE },
	{ LDAP_OBJECT_CLASS_VIOLATION, TN_E_RULE },
	{ LDAP_NOT_ALLOWED_ON_NONLEAF, TN_E_RULE },
	{ LDAP_NOT_ALLOWED_ON_RDN, TN_E_RULE },
	{ LDAP_ALREADY_EXISTS, TN_E_EXISTS },
	{ LDAP_NO_OBJECT_CLASS_MODS, TN_E_RULE },
	/* The server's own trouble: its disk, its database. */
	{ LDAP_OTHER, TN_E_IO },
	{ LDAP_ASSERTION_FAILED, TN_E_STALE },
	{ LDAP_SYNC_REFRESH_REQUIRED, TN_E_STALE },
	/* libldap's own */
	{ LDAP_SERVER_DOWN, TN_E_UNREACHABLE },
	{ LDAP_CONNECT_ERROR, TN_E_UNREACHABLE },
	{ LDAP_TIMEOUT, TN_E_TIMEOUT },
	{ LDAP_NO_MEMORY, TN_E_NO_MEMORY },
	{ LDAP_ENCODING_ERROR, TN_E_INVALID },
	{ LDAP_FILTER_ERROR, TN_E_INVALID },
	{ LDAP_PARAM_ERROR, TN_E_INVALID },
	{ LDAP_DECODING_ERROR, TN_E_PROTOCOL },
	{ LDAP_NOT_SUPPORTED, TN_E_PROTOCOL },
	{ LDAP_CONTROL_NOT_FOUND, TN_E_PROTOCOL },
	{ LDAP_AUTH_UNKNOWN, TN_E_BUG },
	{ LDAP_LOCAL_ERROR, TN_E_BUG },
};

int
tn_result_code(int result)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(table); i++)
		if (table[i].result == result)
			return table[i].code;
	return TN_E_PROTOCOL;
}

int
tn_result_put(struct tn_err *err, int result, const char *server_words,
              const char *what)
{
	int code = tn_result_code(result);

	if (server_words == NULL || server_words[0] == '\0')
		return tn_fail(err, code == TN_OK ? TN_E_BUG : code, "%s: %s",
		               what, ldap_err2string(result));
	if (result == LDAP_CONSTRAINT_VIOLATION &&
	    strstr(server_words, "non-unique") != NULL)
		code = TN_E_EXISTS;
	return tn_fail(err, code == TN_OK ? TN_E_BUG : code, "%s: %s (%s)",
	               what, ldap_err2string(result), server_words);
}
