/* Password Modify (RFC 3062): never pre-hashed, so that the server's history
   and quality checks see the password. */
#include <string.h>
#include "directory/connection_private.h"
#include "directory/ppolicy_control.h"
#include "directory/result.h"

struct change {
	struct tn_connection *connection;
	const char *dn;
	const struct tn_secret *new_password;
	struct berval old;
	int message_id;
};

/* libldap only reads through a berval. */
static struct berval
as_berval(const char *data, size_t len)
{
	union {
		const char *lent;
		char *data;
	} cast = { .lent = data };
	struct berval value = { len, cast.data };

	return value;
}

static int
send_change(const char *data, size_t len, void *arg)
{
	struct change *change = arg;
	struct berval new_password = as_berval(data, len);
	struct berval dn = { 0, NULL };

	if (change->dn != NULL)
		dn = as_berval(change->dn, strlen(change->dn));
	return ldap_passwd(
	    change->connection->ld, change->dn != NULL ? &dn : NULL,
	    change->old.bv_val != NULL ? &change->old : NULL, &new_password,
	    tn_ppolicy_request, NULL, &change->message_id);
}

static int
with_old(const char *data, size_t len, void *arg)
{
	struct change *change = arg;

	change->old = as_berval(data, len);
	return tn_secret_use(change->new_password, send_change, change);
}

/* Which refusal is it? The server's words go to err, for the log and, where it
   is about quality, for the person. */
static int
judge(const struct tn_answer *answer, const struct tn_ppolicy *ppolicy,
      bool has_old, enum tn_passwd_result *ret, struct tn_err *err)
{
	enum tn_passwd_result refusal;

	switch (answer->result) {
	case LDAP_SUCCESS:
		*ret = TN_PASSWD_DONE;
		return TN_OK;
	case LDAP_CONSTRAINT_VIOLATION:
		if (ppolicy->error == PP_passwordTooShort)
			refusal = TN_PASSWD_TOO_SHORT;
		else if (ppolicy->error == PP_passwordInHistory)
			refusal = TN_PASSWD_HISTORY;
		else if (ppolicy->error == PP_passwordTooYoung)
			refusal = TN_PASSWD_TOO_YOUNG;
		else
			refusal = TN_PASSWD_QUALITY;
		break;
	case LDAP_UNWILLING_TO_PERFORM:
		/* slapd: "unwilling to verify old password" */
		if (has_old && answer->words != NULL &&
		    strstr(answer->words, "old password") != NULL)
			refusal = TN_PASSWD_OLD_WRONG;
		else
			refusal = TN_PASSWD_FORBIDDEN;
		break;
	case LDAP_INVALID_CREDENTIALS: /* 389-ds */
		refusal = has_old ? TN_PASSWD_OLD_WRONG : TN_PASSWD_FORBIDDEN;
		break;
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
		refusal = TN_PASSWD_FORBIDDEN;
		break;
	default:
		return tn_result_fail(err, answer->result, answer->words,
		                      "password change");
	}
	tn_result_fail(err, answer->result, answer->words, "password change");
	*ret = refusal;
	return TN_OK;
}

int
tn_password_modify(struct tn_connection *connection, const char *dn,
                   const struct tn_secret *old,
                   const struct tn_secret *new_password,
                   enum tn_passwd_result *ret, struct tn_err *err)
{
	struct change change = { .connection = connection,
		                 .dn = dn,
		                 .new_password = new_password };
	struct tn_ppolicy ppolicy;
	struct tn_answer answer;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	/* Without a new one the server would invent it and tell nobody. */
	if (tn_secret_len(new_password) == 0)
		return tn_fail(err, TN_E_INVALID, "an empty new password");
	if (old != NULL)
		result = tn_secret_use(old, with_old, &change);
	else
		result = tn_secret_use(new_password, send_change, &change);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result,
		                                 "password change", err);
	code =
	    tn_connection_answer(connection, change.message_id, &answer, err);
	if (code == TN_E_UNREACHABLE)
		return tn_fail(err, TN_E_TIMEOUT,
		               "password change: the connection broke before "
		               "the answer");
	if (code != TN_OK)
		return code;
	code = tn_ppolicy_read(connection->ld, answer.controls, &ppolicy, err);
	if (code == TN_OK)
		code = judge(&answer, &ppolicy, old != NULL, ret, err);
	tn_answer_done(&answer);
	return code;
}
