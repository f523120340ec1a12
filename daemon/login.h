/* Checking a password at the directory, for login.c, password_change.c, password_settle.c. */
#ifndef TN_DAEMON_LOGIN_H
#define TN_DAEMON_LOGIN_H

#include "directory/connection.h"
#include "judge.h"
#include "request.h"

/* A login in all, a little less than the 4 s that pam_tenure gives the password
   (its pam_deadline.c), and a password change in all. */
#define TN_LOGIN_MS  3800
#define TN_CHANGE_MS 10000

/*
 * Bind as dn on a connection of its own, at the best server that answers
 * before deadline; to_write: at the one that takes account changes.
 * ret_connection: set when accepted (close it), else NULL.
 */
int tn_login_bind(struct tn_net *net, const char *dn,
                  const struct tn_secret *password, bool to_write,
                  int64_t deadline, struct tn_connection **ret_connection,
                  struct tn_bind_result *ret, struct tn_err *err);

/*
 * A change was asked for and nobody knows whether it was made: find out. Where
 * the new password opens nothing, the request may be lost, or still on its way
 * in slapd; so it is asked for once more (of two that come to be carried out
 * the second finds the old password gone), and what holds then is what holds.
 * TN_OK with ret, as tn_password_modify(); an error where no server says it:
 * either password may hold. May need a second grace login.
 */
int tn_password_settle(struct tn_net *net, const char *dn,
                       const struct tn_secret *old,
                       const struct tn_secret *new_password, int64_t deadline,
                       enum tn_passwd_result *ret, struct tn_err *err);

/* Nobody learns from the time of a refusal why it is one (answer_time.h). */
void tn_login_hold(struct tn_net *net, const struct tn_request *request,
                   struct tn_answer *answer);
/* Shall this try be heard (guesses.h)? Then tn_login_end is called once. */
bool tn_login_begin(struct tn_net *net, const struct tn_request *request);
/* What the try came to. bound: NULL where nobody looked at the password. */
void tn_login_end(struct tn_net *net, const struct tn_request *request,
                  const struct tn_bind_result *bound);
/* Hold the connection for the change that comes next; answer tells the token.
   *connection is NULL then. */
void tn_login_hold_connection(struct tn_net *net,
                              const struct tn_request *request,
                              struct tn_connection **connection,
                              struct tn_answer *answer);
/* The one that the request's token stands for; NULL: bind anew. */
struct tn_connection *tn_login_held(struct tn_net *net,
                                    const struct tn_request *request);
/* The bind was made and refused: wrong, or right and past its last grace. */
void tn_login_bind_refused(struct tn_net *net, const struct tn_request *request,
                           const struct tn_judged *judged,
                           const struct tn_bind_result *bound,
                           struct tn_answer *answer);

/*
 * What stands in the way before a password is looked at: nothing read yet,
 * unknown, throttled, a verdict that denies. True when the answer is complete.
 */
bool tn_login_is_refused(struct tn_net *net, const struct tn_request *request,
                         const struct tn_judged *judged, enum tn_way way,
                         struct tn_answer *answer);

#endif
