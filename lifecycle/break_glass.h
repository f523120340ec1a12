/* The local account of a machine that Tenure never touches (IS-8). */
#ifndef TN_LIFECYCLE_BREAK_GLASS_H
#define TN_LIFECYCLE_BREAK_GLASS_H

#include "base/err.h"

/*
 * Is it there, and can it log in? Read in /etc/passwd itself: an account from a
 * directory is no way in when the directory is the trouble. TN_E_RULE says
 * what is wrong with it, naming --break-glass.
 */
int break_glass_check(const char *login, struct tn_err *err);

#endif
