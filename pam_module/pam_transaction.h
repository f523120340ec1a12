/*
 * What each entry point starts with: the options, the person, the program,
 * and whether tenured is to be asked at all. And what each ends with: one
 * question, its answer as a PAM status, one line in the log.
 */
#ifndef TN_PAM_TRANSACTION_H
#define TN_PAM_TRANSACTION_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include "pam_options.h"
#include "pam_status.h"

struct tn_pam {
	pam_handle_t *pamh;
	int flags;
	struct tn_pam_options options;
	const char *user; /* libpam's */
	bool checked; /* this module checked their password (account phase) */
	char service[64];
	char rhost[256]; /* "" when not given; printable ASCII */
	char tty[64];
};

/*
 * PAM_SUCCESS: a person of the directory's, as far as this machine can tell.
 * PAM_USER_UNKNOWN: a login of /etc/passwd, or none that a directory could
 * have; nothing but that file was looked at. Anything else: a denial, told.
 */
int tn_pam_begin(struct tn_pam *pam, pam_handle_t *pamh, int flags, int argc,
                 const char **argv);

/*
 * Ask tenured. password, new_password  borrowed, or NULL.
 * answer  always filled. Returns tn_pam_status of it. Tells nobody anything.
 */
int tn_pam_question(const struct tn_pam *pam, enum tn_pam_phase phase,
                    const char *password, const char *new_password,
                    struct tn_pam_answer *answer);

/* tenured's words about a denial, or else ours for the status. */
void tn_pam_tell_denial(const struct tn_pam *pam, int status,
                        const struct tn_pam_answer *answer);

#endif
