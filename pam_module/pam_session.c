#include <config.h>

#include "pam_stack.h"

#include "pam_remember.h"
#include "pam_talk.h"
#include "pam_transaction.h"

int
tn_pam_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct tn_pam_answer answer;
	struct tn_pam pam;
	int status;

	/* Whatever was kept for a change is needed no more. */
	tn_pam_forget(pamh);
	status = tn_pam_begin(&pam, pamh, flags, argc, argv);
	/* The session of a local person is none of ours, and opens: sudo's is
	   root's. */
	if (status == PAM_USER_UNKNOWN)
		return PAM_SUCCESS;
	if (status != PAM_SUCCESS)
		return PAM_SESSION_ERR;
	status = tn_pam_question(&pam, TN_PHASE_SESSION, NULL, NULL, &answer);
	if (status != PAM_SUCCESS)
		tn_pam_tell_denial(&pam, status, &answer);
	else if (answer.code == TN_OK && answer.decision != TN_CHANGE)
		/* That a change is due was told by the account phase. */
		tn_pam_tell(pamh, flags, PAM_TEXT_INFO, answer.message,
		            answer.message_local);
	return status;
}
