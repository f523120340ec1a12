#include <config.h>

#include "pam_status.h"

#include <security/pam_modules.h>
#include <stdbool.h>
#include <stddef.h>

#define ANY (-100) /* no code, result, decision or row has this number */

struct status_row {
	enum tn_pam_phase phase;
	int code;
	int result;
	int decision;
	int row;
	int status;
};

#define ANSWERED(phase, result, decision, row, status)                      \
	{                                                                   \
		TN_PHASE_##phase, TN_OK, TN_RESULT_##result, decision, row, \
		    status                                                  \
	}
#define UNANSWERED(phase, code, status)                       \
	{                                                     \
		TN_PHASE_##phase, code, ANY, ANY, ANY, status \
	}

/* The first row that fits decides. */
static const struct status_row rows[] = {
	/* A right password opens this phase also where a change is due: the
	   account phase then asks for it (DESIGN 5, rows 8 and 9). */
	ANSWERED(AUTH, OK, TN_ALLOW, ANY, PAM_SUCCESS),
	ANSWERED(AUTH, OK, TN_WARN, ANY, PAM_SUCCESS),
	ANSWERED(AUTH, OK, TN_CHANGE, ANY, PAM_SUCCESS),
	ANSWERED(AUTH, UNKNOWN_USER, ANY, ANY, PAM_USER_UNKNOWN),
	ANSWERED(AUTH, UNAVAILABLE, ANY, ANY, PAM_AUTHINFO_UNAVAIL),
	ANSWERED(AUTH, NOT_ALLOWED, ANY, ANY, PAM_CRED_INSUFFICIENT),
	ANSWERED(AUTH, BAD_REQUEST, ANY, ANY, PAM_SERVICE_ERR),
	UNANSWERED(AUTH, TN_E_UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(AUTH, TN_E_TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(AUTH, TN_E_PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(AUTH, TN_E_NO_MEMORY, PAM_BUF_ERR),

	ANSWERED(ACCOUNT, OK, TN_ALLOW, ANY, PAM_SUCCESS),
	ANSWERED(ACCOUNT, OK, TN_WARN, ANY, PAM_SUCCESS),
	ANSWERED(ACCOUNT, OK, TN_RUN, ANY, PAM_SUCCESS),
	ANSWERED(ACCOUNT, OK, TN_CHANGE, ANY, PAM_NEW_AUTHTOK_REQD),
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_NOT_SERVED, PAM_ACCT_EXPIRED),
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_LEAK, PAM_ACCT_EXPIRED),
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_DEPARTED, PAM_ACCT_EXPIRED),
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_SUSPENDED, PAM_ACCT_EXPIRED),
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_INITIAL_LAPSED,
	         PAM_AUTHTOK_EXPIRED),
	/* By key, on a host that says so (key_change = deny). */
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_MUST_CHANGE, PAM_AUTHTOK_EXPIRED),
	ANSWERED(ACCOUNT, DENIED, ANY, TN_ROW_OVERDUE, PAM_AUTHTOK_EXPIRED),
	/* A name that is not local and that tenured does not know: the profile
	   ignores PAM_USER_UNKNOWN, which is for local names alone, so that
	   would let in by key whom NSS still names. */
	ANSWERED(ACCOUNT, UNKNOWN_USER, ANY, ANY, PAM_PERM_DENIED),
	ANSWERED(ACCOUNT, UNAVAILABLE, ANY, ANY, PAM_AUTHINFO_UNAVAIL),
	ANSWERED(ACCOUNT, BAD_REQUEST, ANY, ANY, PAM_SERVICE_ERR),
	UNANSWERED(ACCOUNT, TN_E_UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(ACCOUNT, TN_E_TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(ACCOUNT, TN_E_PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(ACCOUNT, TN_E_NO_MEMORY, PAM_BUF_ERR),

	/* Whether the person may in is not asked here: a right password, or a
	   change that was made, is that whatever the decision. */
	ANSWERED(VERIFY, OK, ANY, ANY, PAM_SUCCESS),
	ANSWERED(VERIFY, WRONG_PASSWORD, ANY, ANY, PAM_AUTH_ERR),
	ANSWERED(VERIFY, UNKNOWN_USER, ANY, ANY, PAM_USER_UNKNOWN),
	ANSWERED(VERIFY, UNAVAILABLE, ANY, ANY, PAM_AUTHINFO_UNAVAIL),
	ANSWERED(VERIFY, BAD_REQUEST, ANY, ANY, PAM_SERVICE_ERR),
	UNANSWERED(VERIFY, TN_E_UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(VERIFY, TN_E_TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(VERIFY, TN_E_PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(VERIFY, TN_E_NO_MEMORY, PAM_BUF_ERR),

	ANSWERED(CHANGE, OK, ANY, ANY, PAM_SUCCESS),
	ANSWERED(CHANGE, REFUSED_NEW, ANY, ANY, PAM_AUTHTOK_ERR),
	ANSWERED(CHANGE, WRONG_PASSWORD, ANY, ANY, PAM_AUTH_ERR),
	ANSWERED(CHANGE, UNKNOWN_USER, ANY, ANY, PAM_USER_UNKNOWN),
	ANSWERED(CHANGE, UNAVAILABLE, ANY, ANY, PAM_AUTHINFO_UNAVAIL),
	ANSWERED(CHANGE, BAD_REQUEST, ANY, ANY, PAM_SERVICE_ERR),
	UNANSWERED(CHANGE, TN_E_UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(CHANGE, TN_E_TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(CHANGE, TN_E_PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	UNANSWERED(CHANGE, TN_E_LIMIT, PAM_AUTHTOK_ERR),
	UNANSWERED(CHANGE, TN_E_NO_MEMORY, PAM_BUF_ERR),

	/* The account phase has just let them in, and reports of a session are
	   no reason to shut somebody out while tenured restarts. Only a denial
	   in so many words is one: a lock that came in between. */
	ANSWERED(SESSION, OK, ANY, ANY, PAM_SUCCESS),
	ANSWERED(SESSION, UNKNOWN_USER, ANY, ANY, PAM_SUCCESS),
	ANSWERED(SESSION, UNAVAILABLE, ANY, ANY, PAM_SUCCESS),
	UNANSWERED(SESSION, TN_E_UNREACHABLE, PAM_SUCCESS),
	UNANSWERED(SESSION, TN_E_TIMEOUT, PAM_SUCCESS),
	UNANSWERED(SESSION, TN_E_PROTOCOL, PAM_SUCCESS),
	UNANSWERED(SESSION, TN_E_NO_MEMORY, PAM_SUCCESS),
};

/* What is not in the table. */
static const int denials[TN_PHASE_COUNT] = {
	[TN_PHASE_AUTH] = PAM_AUTH_ERR,
	[TN_PHASE_ACCOUNT] = PAM_PERM_DENIED,
	[TN_PHASE_VERIFY] = PAM_PERM_DENIED,
	[TN_PHASE_CHANGE] = PAM_PERM_DENIED,
	[TN_PHASE_SESSION] = PAM_SESSION_ERR,
};

static bool
fits(int wanted, int value)
{
	return wanted == ANY || wanted == value;
}

int
tn_pam_status(enum tn_pam_phase phase, const struct tn_pam_answer *answer)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct status_row *row = &rows[i];

		if (row->phase == phase && row->code == answer->code &&
		    fits(row->result, (int)answer->result) &&
		    fits(row->decision, (int)answer->decision) &&
		    fits(row->row, (int)answer->row))
			return row->status;
	}
	return (unsigned int)phase < TN_PHASE_COUNT ? denials[phase]
	                                            : PAM_PERM_DENIED;
}
