/*
 * The account phase while tenured is dead: the same verdict, by the root-only
 * part of the snapshot (snapshot/account_file.h). For programs that are root;
 * to the others the file says nothing, and nobody guesses.
 */
#ifndef TN_PAM_OFFLINE_H
#define TN_PAM_OFFLINE_H

#include "pam_ask.h"

/*
 * Judge. Nobody checks a password here, so row 6 is what ppolicy said last.
 * path   TN_ACCOUNT_FILE.
 * ret    as tenured would have answered; untouched on failure.
 * Errors: as tn_account_file_find.
 */
int tn_pam_offline(const char *path, const char *user, enum tn_way way,
                   struct tn_pam_answer *ret, struct tn_err *err);

#endif
