/*
 * Words to the person, through the program's conversation. Nothing is said
 * with PAM_SILENT. English first, then the person's language: an SSH client
 * that ends a keyboard-interactive exchange in a denial prints all but ASCII as
 * octal, so one line has to be readable there.
 */
#ifndef TN_PAM_TALK_H
#define TN_PAM_TALK_H

#include <security/pam_modules.h>
#include "wire/person_words.h"

/* flags  of the PAM call. style  PAM_ERROR_MSG or PAM_TEXT_INFO. english,
   local  NULL or "": left out. Bytes that could steer a terminal are shown as
   '?'. */
void tn_pam_tell(pam_handle_t *pamh, int flags, int style, const char *english,
                 const char *local);
/* The same of words of the table, for a person whose language nobody knows. */
void tn_pam_tell_words(pam_handle_t *pamh, int flags, int style,
                       enum tn_words words);

#endif
