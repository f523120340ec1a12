#include <config.h>

#include "pam_stack.h"

#include <security/pam_ext.h>
#include <unistd.h>
#include "pam_remember.h"
#include "pam_talk.h"
#include "pam_transaction.h"

/* How often a new password may be refused before the change is given up. */
#define TRIES 3

/* A denial that tenured has no words for. */
static int
fail(const struct tn_pam *pam, int status)
{
	tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
	                  TN_WORDS_FAILED);
	return status;
}

/*
 * Find out that the current password is right. root has to know it too: who
 * could set a password without it could become its holder unseen.
 */
static int
verify(struct tn_pam *pam)
{
	struct tn_pam_recalled recalled;
	struct tn_pam_answer answer;
	const char *old = NULL;
	int status;

	/* Checked a moment ago in this transaction. Asking again would bind
	   again, and a bind with an overdue password costs a grace login. */
	(void)tn_pam_recall(pam->pamh, pam->user, &recalled);
	if (recalled.password != NULL) {
		status =
		    pam_set_item(pam->pamh, PAM_OLDAUTHTOK, recalled.password);
		return status == PAM_SUCCESS ? status : fail(pam, status);
	}
	if (getuid() == 0 &&
	    ((unsigned int)pam->flags & PAM_CHANGE_EXPIRED_AUTHTOK) == 0)
		tn_pam_tell_words(pam->pamh, pam->flags, PAM_TEXT_INFO,
		                  TN_WORDS_ROOT_TOO);
	status = pam_get_authtok(pam->pamh, PAM_OLDAUTHTOK, &old, NULL);
	if (status != PAM_SUCCESS)
		return status;
	if (old == NULL || old[0] == '\0') {
		tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
		                  TN_WORDS_OLD_WRONG);
		return PAM_AUTH_ERR;
	}
	status = tn_pam_question(pam, TN_PHASE_VERIFY, old, NULL, &answer);
	if (status != PAM_SUCCESS) {
		(void)pam_set_item(pam->pamh, PAM_OLDAUTHTOK, NULL);
		/* tenured's sentence for this is about logging in. */
		if (status == PAM_AUTH_ERR)
			tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
			                  TN_WORDS_OLD_WRONG);
		else if (status != PAM_USER_UNKNOWN)
			tn_pam_tell_denial(pam, status, &answer);
	}
	return status;
}

/* The new password, typed twice, from libpam or from a module before us. */
static int
get_new(const struct tn_pam *pam, const char **ret)
{
	int status = pam_get_authtok(pam->pamh, PAM_AUTHTOK, ret, NULL);

	/* libpam says by itself what was mistyped, or given up. */
	if (status == PAM_AUTHTOK_RECOVERY_ERR)
		return fail(pam, status);
	if (status != PAM_SUCCESS)
		return status;
	if (*ret == NULL || (*ret)[0] == '\0') {
		tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
		                  TN_WORDS_NEW_NONE);
		return PAM_TRY_AGAIN;
	}
	return PAM_SUCCESS;
}

/* One try. PAM_TRY_AGAIN: another new password may do. */
static int
change_once(const struct tn_pam *pam, const char *old)
{
	struct tn_pam_answer answer;
	const char *new = NULL;
	int status;

	status = get_new(pam, &new);
	if (status != PAM_SUCCESS)
		return status;
	status = tn_pam_question(pam, TN_PHASE_CHANGE, old, new, &answer);
	if (status == PAM_SUCCESS)
		return PAM_SUCCESS;
	if (answer.code == TN_E_TIMEOUT || answer.code == TN_E_PROTOCOL ||
	    answer.code == TN_E_UNREACHABLE)
		tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
		                  TN_WORDS_UNCERTAIN);
	else
		tn_pam_tell_denial(pam, status, &answer);
	return status == PAM_AUTHTOK_ERR ? PAM_TRY_AGAIN : status;
}

static int
update(const struct tn_pam *pam)
{
	const void *old = NULL;
	int status;

	status = pam_get_item(pam->pamh, PAM_OLDAUTHTOK, &old);
	if (status != PAM_SUCCESS || old == NULL)
		return fail(pam, PAM_AUTHTOK_RECOVERY_ERR);
	for (int i = 0; i < TRIES; i++) {
		status = change_once(pam, old);
		if (status == PAM_SUCCESS) {
			tn_pam_forget(pam->pamh);
			return PAM_SUCCESS;
		}
		/* No later module may take up what was refused. */
		(void)pam_set_item(pam->pamh, PAM_AUTHTOK, NULL);
		if (status != PAM_TRY_AGAIN)
			return status;
		if (pam->options.use_authtok)
			break;
	}
	return PAM_AUTHTOK_ERR;
}

int
tn_pam_change(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	struct tn_pam pam;
	int status;

	status = tn_pam_begin(&pam, pamh, flags, argc, argv);
	if (status != PAM_SUCCESS)
		return status;
	if ((flags & PAM_PRELIM_CHECK) != 0)
		return verify(&pam);
	if ((flags & PAM_UPDATE_AUTHTOK) != 0)
		return update(&pam);
	return PAM_ABORT;
}
