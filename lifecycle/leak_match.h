/*
 * Whom one line of a list of leaked credentials names, and what a password of
 * it opens (`tenure leak import`).
 */
#ifndef TN_LIFECYCLE_LEAK_MATCH_H
#define TN_LIFECYCLE_LEAK_MATCH_H

#include "leak_line.h"
#include "leak_mail.h"
#include "session.h"

#define LEAK_PRINT_MAX 64

struct leak_match {
	size_t count; /* of people */
	char dn[TN_DN_MAX + 1];
	char login[TN_LOGIN_MAX + 1];
	char staff_number[TN_STAFF_MAX + 1];
	bool is_active;
	bool has_failures;
	bool has_key; /* the fingerprint's */
};

/* By login, staff number or mail, exactly; an address is one of mails, which
   have been read. Errors of a search. */
int leak_match_find(struct session *session, const struct leak_mails *mails,
                    const struct leak_line *line, struct leak_match *ret,
                    struct tn_err *err);

/* Binds once as dn, on a connection of its own; what it opens is closed at
   once. */
int leak_match_try(struct session *session, const char *dn,
                   const struct leak_line *line, bool *ret_opens,
                   struct tn_err *err);

#endif
