/*
 * A login out of a name: the pinyin joined, and a number for homonyms
 * (wangxiaoming, wangxiaoming2, ...). Pure and deterministic: the same names
 * in the same order get the same logins.
 */
#ifndef TN_LIFECYCLE_LOGIN_NAME_H
#define TN_LIFECYCLE_LOGIN_NAME_H

#include <stdbool.h>
#include "base/err.h"

#define LOGIN_NAME_MAX     20 /* bytes; longer pinyin is cut */
#define LOGIN_NAME_NUMBERS 9999

/* May this login not be given? (used, local, a group's) */
typedef bool login_name_taken(const void *context, const char *login);

/*
 * pinyin  lower-case ASCII letters: tn_pinyin's .joined.
 * A reserved name (root, sudo, ...) counts as taken.
 * Errors: TN_E_INVALID (no login can be made of it), TN_E_EXISTS (all numbers
 * are taken).
 */
int login_name(const char *pinyin, login_name_taken *taken, const void *context,
               char ret[LOGIN_NAME_MAX + 1], struct tn_err *err);

#endif
