/* What becomes of a request: the scheduler's for a departure, a host's for a lock
   after a leak, and a person's own, who holds a role. Pure. */
#ifndef TN_DAEMON_ENFORCER_GRANT_H
#define TN_DAEMON_ENFORCER_GRANT_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "removal_brake.h"

enum tn_grant {
	TN_GRANT_YES = 0,
	TN_GRANT_ALREADY,      /* a lock of that kind is open */
	TN_GRANT_BRAKE,        /* too many within the hour */
	TN_GRANT_HOST,         /* too many of this host within the hour */
	TN_GRANT_ROLE,         /* holds a role: a second source is needed */
	TN_GRANT_NOT_A_PERSON, /* a service account has an end date */
	TN_GRANT_NOBODY,       /* names no account */
	TN_GRANT_SEVERAL,      /* names more than one */
	TN_GRANT_KIND,         /* not what it may ask for */
	TN_GRANT_COUNT,
};

struct tn_grant_facts {
	enum tn_lock_kind kind; /* what is asked for */
	bool from_host;         /* and by whom: else the scheduler */
	bool from_self; /* or by the person, who has shown the password */
	size_t matches; /* accounts that it names */
	const struct tn_account *account; /* where it is one */
	unsigned int open_locks;
	bool holds_role;
	size_t granted_lately; /* within TN_GRANT_WINDOW before now; of a host:
				  to this one */
	size_t total;          /* active people when the hour began */
	struct tn_removal_brake brake;
};

#define TN_GRANT_WINDOW   3600 /* seconds */
#define TN_GRANT_HOST_MAX 5    /* of one host, within it */

/* Rule    DESIGN section 4 (the enforcer) and section 9 (brakes); UM-15.1. */
enum tn_grant tn_grant_decide(const struct tn_grant_facts *facts);

/* What is written into the request: "granted", "refused: ..." or "held: ...".
   Static. */
const char *tn_grant_words(enum tn_grant grant);

#endif
