/*
 * The token of the connection that tenured holds for a password change
 * (TN_TAG_TOKEN): kept from the phase that checked the password to the one that
 * changes it, in this PAM transaction. Without it the change takes one bind
 * more, and nothing else is lost.
 */
#ifndef TN_PAM_HELD_H
#define TN_PAM_HELD_H

#include <security/pam_modules.h>

/* token  "": none any more. */
void tn_pam_held_keep(pam_handle_t *pamh, const char *token);
/* Borrowed until the next one is kept; NULL when there is none. */
const char *tn_pam_held(pam_handle_t *pamh);

#endif
