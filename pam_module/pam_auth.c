#include <config.h>

#include "pam_stack.h"

#include <security/pam_ext.h>
#include "pam_deadline.h"
#include "pam_remember.h"
#include "pam_talk.h"
#include "pam_transaction.h"

/* What a wrong password costs at the prompt, as pam_unix has it. */
#define DELAY_US 2000000

int
tn_pam_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct tn_pam_answer answer;
	const char *password = NULL;
	struct tn_pam pam;
	int status;

	tn_pam_delay_on(pamh);
	status = tn_pam_begin(&pam, pamh, flags, argc, argv);
	if (status != PAM_SUCCESS)
		return status;
	tn_pam_deadline_start(pamh);
	if (!pam.options.nodelay)
		(void)pam_fail_delay(pamh, DELAY_US);
	status = pam_get_authtok(pamh, PAM_AUTHTOK, &password, NULL);
	if (status != PAM_SUCCESS)
		return status == PAM_CONV_AGAIN ? PAM_INCOMPLETE : status;
	/* A directory takes an empty password for an anonymous bind. */
	if (password == NULL || password[0] == '\0') {
		tn_pam_tell_words(pamh, flags, PAM_ERROR_MSG, TN_WORDS_FAILED);
		return PAM_AUTH_ERR;
	}
	status = tn_pam_question(&pam, TN_PHASE_AUTH, password, NULL, &answer);
	if (status != PAM_SUCCESS) {
		tn_pam_delay_at_most(
		    pamh,
		    status == PAM_AUTHINFO_UNAVAIL
		        ? 0
		        : tn_pam_deadline_rest(pamh, pam.options.timeout));
		tn_pam_tell_denial(&pam, status, &answer);
		return status;
	}
	/* Kept only where the forced change will want it. */
	status = tn_pam_remember(
	    pamh, pam.user, answer.decision == TN_CHANGE ? password : NULL);
	if (status != PAM_SUCCESS)
		tn_pam_tell_words(pamh, flags, PAM_ERROR_MSG, TN_WORDS_FAILED);
	return status;
}

int
tn_pam_account(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct tn_pam_answer answer = { .code = TN_E_BUG };
	struct tn_pam_recalled recalled;
	struct tn_pam pam;
	int status;

	status = tn_pam_begin(&pam, pamh, flags, argc, argv);
	if (status != PAM_SUCCESS)
		return status;
	/* Without it a change that is due would be forgotten below. */
	status = tn_pam_recall(pamh, pam.user, &recalled);
	if (status != PAM_SUCCESS) {
		tn_pam_tell_denial(&pam, status, &answer);
		return PAM_SYSTEM_ERR;
	}
	pam.checked = recalled.checked;
	status = tn_pam_question(&pam, TN_PHASE_ACCOUNT, NULL, NULL, &answer);
	/* The bind saw what the watch may not know yet: a grace login, a reset.
	   The password is kept exactly while a change is due. */
	if (status == PAM_SUCCESS &&
	    (answer.decision == TN_ALLOW || answer.decision == TN_WARN) &&
	    recalled.password != NULL) {
		tn_pam_tell_words(pamh, flags, PAM_TEXT_INFO,
		                  TN_WORDS_CHANGE_NOW);
		return PAM_NEW_AUTHTOK_REQD;
	}
	switch (status) {
	case PAM_SUCCESS: /* a warning is told once, when the session opens */
	case PAM_USER_UNKNOWN:
		break;
	case PAM_NEW_AUTHTOK_REQD:
		tn_pam_tell(pamh, flags, PAM_TEXT_INFO, answer.message,
		            answer.message_local);
		break;
	default:
		tn_pam_tell_denial(&pam, status, &answer);
	}
	return status;
}
