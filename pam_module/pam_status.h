/*
 * The one table from what tenured answered to what PAM is told. What no row
 * names is a denial. PAM_IGNORE is in no row.
 */
#ifndef TN_PAM_STATUS_H
#define TN_PAM_STATUS_H

#include "pam_ask.h"

enum tn_pam_phase {
	TN_PHASE_AUTH = 0,    /* pam_authenticate */
	TN_PHASE_ACCOUNT = 1, /* pam_acct_mgmt */
	TN_PHASE_VERIFY = 2,  /* pam_chauthtok, PAM_PRELIM_CHECK */
	TN_PHASE_CHANGE = 3,  /* pam_chauthtok, PAM_UPDATE_AUTHTOK */
	TN_PHASE_SESSION = 4, /* pam_open_session */
	TN_PHASE_COUNT = 5,
};

/* Pure. A PAM status. */
int tn_pam_status(enum tn_pam_phase phase, const struct tn_pam_answer *answer);

#endif
