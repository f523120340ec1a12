/*
 * What the directory must say of an account while locks on it are open, and
 * when its hours have come. Pure: no I/O, no clock.
 *
 * Nothing here ever opens an account: a status becomes no milder, an end comes
 * no later, a start no earlier, and a lock is not taken away. The access rules
 * refuse all of that to the enforcer too.
 * Rule    UM-11, UM-13.2, UM-15.1, CI-P38; DESIGN section 4.
 */
#ifndef TN_DAEMON_ENFORCER_PLAN_H
#define TN_DAEMON_ENFORCER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "base/day.h"
#include "directory/write.h"

struct tn_enforce_facts {
	const struct tn_account *account;
	unsigned int open_locks; /* enum tn_lock_kind: what no release ended */
	int64_t now;
	int32_t utc_offset; /* of the zone in which days begin */
};

struct tn_enforce_change {
	enum tn_modify_kind kind; /* ADD where nothing stands: REPLACE is
				     refused once a status is not active */
	const char *attribute;
	char value[TN_GTIME_TEXT_MAX];
};

#define TN_ENFORCE_CHANGES_MAX 4

struct tn_enforce_plan {
	size_t count; /* of changes to the account's entry, in one write */
	struct tn_enforce_change changes[TN_ENFORCE_CHANGES_MAX];
	const char *why;    /* static words; NULL without changes */
	bool is_put_back;   /* some of it stood there before */
	bool withdraw_keys; /* there may be none */
	bool leave_groups;  /* the same */
};

struct tn_enforce_plan tn_enforce_plan(const struct tn_enforce_facts *facts);

#endif
