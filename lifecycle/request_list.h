/*
 * The requests for departures that wait for the enforcer: entries of the class
 * tenureLock beneath ou=requests that have no tenureRequestResult yet.
 */
#ifndef TN_LIFECYCLE_REQUEST_LIST_H
#define TN_LIFECYCLE_REQUEST_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "base/err.h"
#include "session.h"

#define REQUEST_LIST_MAX 100000

struct request_list {
	size_t count;
	size_t room;
	struct tn_uuid *persons; /* whom each names; zeros: nobody */
	int64_t oldest;          /* tenureLockedTime, or NONE */
};

/* Whole, or an error; request_list_done() it either way. */
int request_list_read(struct session *session, struct request_list *ret,
                      struct tn_err *err);
bool
request_list_has(const struct request_list *list, const struct tn_uuid *person);
void request_list_done(struct request_list *list);

#endif
