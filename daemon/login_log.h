/*
 * The last logins on this host: who, by which service, from where; first, last
 * and how often. For the incident of a leak (docs/directory.md), sent to nobody
 * while nobody is locked; and for net after a restart, which forgets with it
 * whence people always come (guesses.h). A file of root's own with a fixed number of places:
 * the eldest of a few neighbours makes way. Nothing is kept in memory. publish
 * alone writes it.
 */
#ifndef TN_DAEMON_LOGIN_LOG_H
#define TN_DAEMON_LOGIN_LOG_H

#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

#define TN_LOGIN_LOG_PLACES   2048
#define TN_LOGIN_LOG_TELL_MAX 100
#define TN_LOGIN_LOG_TEXT_MAX 32768

/* One login; texts are cleaned and cut. way: "key". now: seconds since 1970.
   TN_E_IO. */
int tn_login_log_add(const char *path, const char *login, const char *service,
                     const char *way, const char *from, int64_t now,
                     struct tn_err *err);

/* Of one login, lines "login=... service=... way=... from=... first=...
   last=... count=...", the latest first, TN_LOGIN_LOG_TELL_MAX at most. No
   file is none. TN_E_IO, TN_E_LIMIT. */
int tn_login_log_of(const char *path, const char *login, struct tn_buf *ret);

/* By password since then, a (login, source) each, in no order: to told(). The
   source as in guesses.h, as far as it was not cut. No file is none. TN_E_IO. */
int tn_login_log_known(const char *path, int64_t since,
                       int (*told)(const char *login, const char *source,
                                   int64_t last, void *arg),
                       void *arg);

#endif
