/*
 * Who am I to the server. A bind that is not accepted ends the connection:
 * slapd refuses an expired password with 49 and yet the connection is
 * authenticated (measured), so nothing may follow on it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/attrs.h"
#include "directory/connection_private.h"
#include "directory/ppolicy_control.h"
#include "directory/result.h"

#define IDENTITY_MAX 2048 /* bytes of an authorisation identity */

/*
 * slapd lets in whoever has a certificate of the authority, or comes over
 * ldapi, also where its mapping finds no entry: the identity is then the
 * subject, or the peer, itself. To us that is nobody.
 */
static bool
is_unmapped(const char *identity)
{
	static const char *const ends[] = { ",ou=hosts,o=tenure",
		                            ",cn=external,cn=auth" };
	const size_t len = strlen(identity);
	size_t end_len;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(ends); i++) {
		end_len = strlen(ends[i]);
		if (len >= end_len &&
		    strcasecmp(identity + len - end_len, ends[i]) == 0)
			return true;
	}
	return len == 0;
}

static int
check_mapped(struct tn_connection *connection, struct tn_err *err)
{
	char *identity = NULL;
	int code;

	code = tn_who_am_i(connection, &identity, err);
	if (code == TN_OK && is_unmapped(identity))
		code = tn_fail(err, TN_E_DENIED,
		               "%s: the directory does not know us (%s): no "
		               "such host, or its certificate was withdrawn",
		               connection->uri, identity);
	free(identity);
	return code;
}

int
tn_bind_external(struct tn_connection *connection, struct tn_err *err)
{
	char nobody[] = "";
	struct berval empty = { 0, nobody };
	struct tn_answer answer;
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	result = ldap_sasl_bind(connection->ld, NULL, "EXTERNAL", &empty, NULL,
	                        NULL, &message_id);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "bind",
		                                 err);
	code = tn_connection_answer(connection, message_id, &answer, err);
	if (code != TN_OK)
		return code;
	if (answer.result != LDAP_SUCCESS)
		code = tn_result_fail(err, answer.result, answer.words,
		                      "bind by certificate or peer");
	tn_answer_done(&answer);
	if (code == TN_OK)
		code = check_mapped(connection, err);
	if (code != TN_OK)
		tn_connection_destroy(connection);
	return code;
}

int
tn_who_am_i(struct tn_connection *connection, char **ret, struct tn_err *err)
{
	struct tn_answer answer;
	char *identity;
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	result = ldap_extended_operation(connection->ld, LDAP_EXOP_WHO_AM_I,
	                                 NULL, NULL, NULL, &message_id);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "whoami",
		                                 err);
	code = tn_connection_answer(connection, message_id, &answer, err);
	if (code != TN_OK)
		return code;
	if (answer.result != LDAP_SUCCESS) {
		code =
		    tn_result_fail(err, answer.result, answer.words, "whoami");
		goto out;
	}
	/* Anonymous is an empty identity; a NUL would hide what follows. */
	if (answer.data != NULL &&
	    (answer.data->bv_len > IDENTITY_MAX ||
	     memchr(answer.data->bv_val, '\0', answer.data->bv_len) != NULL)) {
		code = tn_fail(err, TN_E_PROTOCOL, "whoami: nonsense");
		goto out;
	}
	if (answer.data != NULL && answer.data->bv_len > 0)
		identity = strndup(answer.data->bv_val, answer.data->bv_len);
	else
		identity = strdup("");
	if (identity == NULL)
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory");
	else
		*ret = identity;
out:
	tn_answer_done(&answer);
	return code;
}

/* The same dn, whatever its spelling: escapes, blanks, case. */
static bool
is_same_dn(const char *a, const char *b)
{
	char *plain_a = NULL;
	char *plain_b = NULL;
	bool is_same = false;

	if (ldap_dn_normalize(a, LDAP_DN_FORMAT_LDAP, &plain_a,
	                      LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    ldap_dn_normalize(b, LDAP_DN_FORMAT_LDAP, &plain_b,
	                      LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
	    plain_a != NULL && plain_b != NULL && plain_a[0] != '\0')
		is_same = strcasecmp(plain_a, plain_b) == 0;
	ldap_memfree(plain_a);
	ldap_memfree(plain_b);
	return is_same;
}

/* A proxy or a mapping may bind us as somebody else: ask. */
static int
check_identity(struct tn_connection *connection, const char *dn,
               struct tn_err *err)
{
	char *identity = NULL;
	int code;

	code = tn_who_am_i(connection, &identity, err);
	if (code != TN_OK)
		return code;
	if (strncasecmp(identity, "dn:", 3) != 0 ||
	    !is_same_dn(identity + 3, dn))
		code = tn_fail(err, TN_E_PROTOCOL,
		               "bound as another than who was asked for");
	free(identity);
	return code;
}

struct simple_bind {
	struct tn_connection *connection;
	const char *dn;
	int message_id;
};

static int
send_simple_bind(const char *data, size_t len, void *arg)
{
	struct simple_bind *bind = arg;
	union {
		const char *lent;
		char *data;
	} cast = { .lent = data }; /* libldap only reads */
	struct berval credentials = { len, cast.data };

	return ldap_sasl_bind(bind->connection->ld, bind->dn, LDAP_SASL_SIMPLE,
	                      &credentials, tn_ppolicy_request, NULL,
	                      &bind->message_id);
}

/* Does a result say that these credentials are refused? All others are the
   server's trouble, and nobody's wrong password. */
static bool
is_refusal(int result)
{
	switch (result) {
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_NO_SUCH_OBJECT:
	case LDAP_INVALID_DN_SYNTAX:
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_UNWILLING_TO_PERFORM:
	case LDAP_CONSTRAINT_VIOLATION:
		return true;
	default:
		return false;
	}
}

/* The result code first, the control second. */
static int
judge(struct tn_connection *connection, const struct tn_answer *answer,
      const char *dn, struct tn_bind_result *ret, struct tn_err *err)
{
	struct tn_ppolicy ppolicy;
	int code;

	if (answer->result != LDAP_SUCCESS && !is_refusal(answer->result)) {
		code =
		    tn_result_fail(err, answer->result, answer->words, "bind");
		/* What a bind may return is listed in the header. */
		return code == TN_E_UNREACHABLE ? code : TN_E_PROTOCOL;
	}
	code = tn_ppolicy_read(connection->ld, answer->controls, &ppolicy, err);
	if (code != TN_OK)
		return code;
	if (answer->result != LDAP_SUCCESS) {
		ret->expired = answer->result == LDAP_INVALID_CREDENTIALS &&
		               ppolicy.error == PP_passwordExpired;
		return TN_OK;
	}
	code = check_identity(connection, dn, err);
	if (code != TN_OK)
		return code;
	ret->accepted = true;
	ret->grace_left = ppolicy.grace_left;
	ret->grace_used = ppolicy.grace_left >= 0;
	ret->expires_in = ppolicy.expires_in;
	/* Let in with an expired password is what a grace login is too. */
	ret->must_change = ppolicy.error == PP_changeAfterReset ||
	                   ppolicy.error == PP_passwordExpired;
	return TN_OK;
}

int
tn_bind_password(struct tn_connection *connection, const char *dn,
                 const struct tn_secret *password, struct tn_bind_result *ret,
                 struct tn_err *err)
{
	struct simple_bind bind = { .connection = connection, .dn = dn };
	struct tn_bind_result told = { .grace_left = -1, .expires_in = -1 };
	struct tn_answer answer;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	if (dn == NULL || dn[0] == '\0')
		return tn_fail(err, TN_E_INVALID, "bind: whose password?");
	/* RFC 4513 5.1.2: an empty one binds as nobody, and succeeds. */
	if (tn_secret_len(password) == 0) {
		tn_connection_destroy(connection);
		*ret = told;
		return TN_OK;
	}
	result = tn_secret_use(password, send_simple_bind, &bind);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "bind",
		                                 err);
	code = tn_connection_answer(connection, bind.message_id, &answer, err);
	if (code != TN_OK)
		return code;
	code = judge(connection, &answer, dn, &told, err);
	tn_answer_done(&answer);
	if (code != TN_OK || !told.accepted)
		tn_connection_destroy(connection);
	if (code == TN_OK)
		*ret = told;
	return code;
}
