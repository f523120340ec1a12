/* Somebody who has an account, as hr may see them: no more than an application
   needs. */
#ifndef TN_LIFECYCLE_APPLICATION_STAFF_H
#define TN_LIFECYCLE_APPLICATION_STAFF_H

#include "account/account.h"
#include "application.h"
#include "base/err.h"
#include "people_index.h"
#include "session.h"

struct application_staff {
	char dn[TN_DN_MAX + 1];
	char login[TN_LOGIN_MAX + 1];
	char number[TN_STAFF_MAX + 1];
	char name[APPLICATION_FIELD_MAX + 1];
	char department[APPLICATION_FIELD_MAX + 1];
	char post[APPLICATION_FIELD_MAX + 1];
	size_t count; /* how many were found */
};

/* word: a login or a staff number. TN_E_NOT_FOUND; TN_E_RULE: several. */
int application_staff_find(struct session *session, const char *word,
                           struct application_staff *ret, struct tn_err *err);

/* The staff numbers of all accounts, in lower case; people_words_free(). */
int application_staff_numbers(struct session *session, struct people_word **ret,
                              struct tn_err *err);

#endif
