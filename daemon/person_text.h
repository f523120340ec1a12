/*
 * What the person is told: the table of wire/person_words.h, with what this
 * host and this person put into it. By password, dead,
 * unknown and wrong get one same sentence with whom to ask; the reason is told
 * to who has shown another proof (DESIGN section 5).
 */
#ifndef TN_DAEMON_PERSON_TEXT_H
#define TN_DAEMON_PERSON_TEXT_H

#include "account/password_rule.h"
#include "account/ssh_key.h"
#include "judge.h"
#include "request.h"
#include "wire/person_words.h"

/* The one sentence; the same whoever it is, in both languages. */
void tn_tell_refused(const struct tn_net *net, struct tn_answer *answer);
/* What a verdict says to the person; nothing where it simply permits. */
void tn_tell_verdict(const struct tn_net *net, const struct tn_judged *judged,
                     const struct tn_verdict *verdict, enum tn_way way,
                     struct tn_answer *answer);
/* Which rule the new password breaks. */
void tn_tell_fault(const struct tn_net *net, enum tn_password_fault fault,
                   struct tn_answer *answer);
/* What is wrong with an SSH key. */
void tn_tell_key_fault(const struct tn_net *net, enum tn_ssh_key_fault fault,
                       struct tn_answer *answer);
/* Words of the table that need to know no more than whom to ask. */
void tn_tell(const struct tn_net *net, enum tn_words words,
             struct tn_answer *answer);
/* Who has another language than Chinese is left the English line alone. Not
   after tn_tell_refused. */
void
tn_tell_in_language(const struct tn_judged *judged, struct tn_answer *answer);

#endif
