/*
 * Words to the person, through the program's conversation. Nothing is said
 * with PAM_SILENT. English first, then the person's language: an SSH client
 * that ends a keyboard-interactive exchange in a denial prints all but ASCII as
 * octal, so one line has to be readable there.
 */
#ifndef TN_PAM_TALK_H
#define TN_PAM_TALK_H

#include <security/pam_modules.h>

/* flags  of the PAM call. english, local  NULL or "": left out. Bytes that
   could steer a terminal are shown as '?'. */
void tn_pam_tell_error(pam_handle_t *pamh, int flags, const char *english,
                       const char *local);
void tn_pam_tell_info(pam_handle_t *pamh, int flags, const char *english,
                      const char *local);

#endif
