/*
 * What the person is told, in English and in Chinese. By password, dead,
 * unknown and wrong get one same sentence with whom to ask; the reason is told
 * to who has shown another proof (DESIGN section 5).
 */
#ifndef TN_DAEMON_PERSON_TEXT_H
#define TN_DAEMON_PERSON_TEXT_H

#include "account/password_rule.h"
#include "judge.h"
#include "request.h"

/* The one sentence; the same whoever it is. */
void tn_tell_refused(const struct tn_net *net, struct tn_answer *answer);
/* The reason of a verdict that denies. */
void tn_tell_reason(const struct tn_net *net, const struct tn_judged *judged,
                    const struct tn_verdict *verdict, struct tn_answer *answer);
/* Why the password has to be changed now. */
void tn_tell_change(const struct tn_net *net, const struct tn_judged *judged,
                    const struct tn_verdict *verdict, struct tn_answer *answer);
/* It expires soon. */
void tn_tell_expiry(const struct tn_net *net, const struct tn_verdict *verdict,
                    const struct tn_moment *moment, struct tn_answer *answer);
/* Which rule the new password breaks. */
void tn_tell_fault(const struct tn_net *net, enum tn_password_fault fault,
                   struct tn_answer *answer);
/* A fixed text of our own. */
void
tn_tell(struct tn_answer *answer, const char *english, const char *chinese);

#endif
