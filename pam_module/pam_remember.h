/*
 * What this module knows in one PAM transaction: whose password it checked,
 * and, where a change is due, the password itself. libpam clears PAM_AUTHTOK
 * after authentication, so without this the person would be asked for the
 * current password a second time.
 *
 * The password lies in a page of its own: not in core files, not swapped where
 * the system lets us, empty in a child after fork, wiped when the transaction
 * ends or the password is no longer needed.
 */
#ifndef TN_PAM_REMEMBER_H
#define TN_PAM_REMEMBER_H

#include <security/pam_modules.h>
#include <stdbool.h>

/* password  NULL: remember only that it was checked. PAM_SUCCESS or
   PAM_BUF_ERR. */
int tn_pam_remember(pam_handle_t *pamh, const char *user, const char *password);
struct tn_pam_recalled {
	bool checked;         /* this module checked the user's password */
	const char *password; /* where it was kept, else NULL; borrowed until
				 it is forgotten */
};
/* PAM_SUCCESS, or libpam's error: then nobody knows, and what was found due
   could be forgotten. ret is always filled. */
int tn_pam_recall(pam_handle_t *pamh, const char *user,
                  struct tn_pam_recalled *ret);
/* Wipes the password; that it was checked is still known. */
void tn_pam_forget(pam_handle_t *pamh);

#endif
