/*
 * Whose the mail addresses of a list of leaked credentials are (`tenure leak
 * import`), found in one search for all of them: the directory has no index of
 * mail (ldif/config.ldif), and a search for each line would read everybody each
 * time.
 */
#ifndef TN_LIFECYCLE_LEAK_MAIL_H
#define TN_LIFECYCLE_LEAK_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include "session.h"

struct leak_mail; /* leak_mail.c */

struct leak_mails { /* start with zeros */
	struct leak_mail *table;
};

/* Has an @: no login and no staff number has one (slapo-constraint). */
bool leak_mail_is(const char *who);

/* This address is to be found; others are passed over. TN_E_NO_MEMORY. */
int
leak_mails_want(struct leak_mails *mails, const char *who, struct tn_err *err);
/* Finds all that are wanted. Errors of a search. */
int leak_mails_read(struct session *session, struct leak_mails *mails,
                    struct tn_err *err);
/* How many people have this address, which was wanted, in upper or lower case.
   *ret_dn: of the last one, of mails; NULL of none. */
size_t leak_mails_of(const struct leak_mails *mails, const char *who,
                     const char **ret_dn);
void leak_mails_done(struct leak_mails *mails);

#endif
