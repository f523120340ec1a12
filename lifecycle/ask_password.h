/* A password from a terminal without echo, or from a descriptor. */
#ifndef TN_LIFECYCLE_ASK_PASSWORD_H
#define TN_LIFECYCLE_ASK_PASSWORD_H

#include "base/err.h"
#include "secret/secret.h"

/*
 * fd      read it from there up to the end or the first newline; -1 asks on
 *         the controlling terminal with prompt.
 * Errors: TN_E_INVALID (empty, too long, no terminal to ask on), TN_E_IO.
 */
int ask_password(int fd, const char *prompt, struct tn_secret **ret,
                 struct tn_err *err);
/* The same where none is an answer, too: TN_E_NOT_FOUND. */
int ask_password_if_any(int fd, const char *prompt, struct tn_secret **ret,
                        struct tn_err *err);

#endif
