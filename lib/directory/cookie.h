/* What can be read out of a watch's cookie, as slapd makes it: the numbers of
   the changes that it stands for. Pure; any thread. */
#ifndef TN_DIRECTORY_COOKIE_H
#define TN_DIRECTORY_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "directory/entry.h"

/*
 * Does a cookie look like one of slapd's ("rid=000,csn=...")? slapd takes one
 * that is damaged for none and sends everything, but ends as if it had named
 * every deletion: such a cookie must not be sent.
 */
bool tn_cookie_is_sound(const char *cookie);

/* The newest change that a cookie stands for, by the server's clock, in
   milliseconds since 1970; 0 where it names none. */
int64_t tn_cookie_ms(const char *cookie);

/* Has a server whose contextCSN has these values seen all that the cookie
   stands for? False for a cookie that is not sound. */
bool tn_cookie_is_covered(const char *cookie, const struct tn_value *csns,
                          size_t count);

#endif
