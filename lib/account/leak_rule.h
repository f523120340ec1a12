/*
 * A leak: its clocks, each kept apart and measured against its target, and who
 * may take which step. Pure: no I/O, no clock. slapd's rules (ldif/access.ldif)
 * say the same of the steps; the commands ask here for the words.
 * Rule    UM-1.6, UM-15.1, UM-15.2, IS-9.
 */
#ifndef TN_ACCOUNT_LEAK_RULE_H
#define TN_ACCOUNT_LEAK_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/request_rule.h"

enum tn_leak_clock_name {
	TN_LEAK_REPORT = 0, /* discovered -> reported */
	TN_LEAK_LOCK,       /* reported -> locked on the slowest host */
	TN_LEAK_VERIFY,     /* reported -> the person's identity checked */
	TN_LEAK_RESTORE,    /* reported -> the new password */
	TN_LEAK_CLOCKS,
};

/* How long each may take, in milliseconds, by enum tn_leak_clock_name: from
   tenure.conf (leak_report_hours and the three that follow it). */
struct tn_leak_targets {
	int64_t of[TN_LEAK_CLOCKS];
};

/* A host that has not said that it acted, so long after the report. */
#define TN_LEAK_ANSWER_TARGET (INT64_C(60) * 1000)

/* Times as elsewhere, seconds; TN_TIME_NONE where something has not happened,
   or nobody said when. */
struct tn_leak_facts {
	int64_t discovered;
	int64_t reported;
	int64_t verified;
	int64_t restored;
	int64_t now;
	int64_t slowest;      /* milliseconds until the last host of those that
				 answered was shut, and nothing of the person
				 ran there any more; or TN_TIME_NONE */
	size_t hosts_missing; /* that have not answered, or not when */
	bool is_shut;         /* closed without an account to restore: it
				 departed, or stays locked otherwise */
	size_t hosts_open;    /* where something was left that runs */
};

struct tn_leak_clock {
	int64_t took; /* or runs already; TN_TIME_NONE: not known */
	int64_t target;
	bool runs;    /* it has not been stopped yet */
	bool is_over; /* past its target */
};

void tn_leak_clocks(const struct tn_leak_facts *facts,
                    const struct tn_leak_targets *targets,
                    struct tn_leak_clock ret[TN_LEAK_CLOCKS]);
/* "discovered to reported"; static. */
const char *tn_leak_clock_words(enum tn_leak_clock_name name);

enum tn_leak_step {
	TN_LEAK_STEP_VERIFY,
	TN_LEAK_STEP_ITEM,
	TN_LEAK_STEP_CLOSE
};

struct tn_leak_signer {
	struct tn_holder holder;
	bool is_subject;
	bool is_reporter;
	bool has_seconded; /* signed as the peer already */
};

struct tn_leak_case_facts {
	int level;       /* of the role that the person held then; 0: none */
	bool holds_role; /* still, or again */
	bool is_verified;
	bool has_items;
	bool has_dossier; /* what the account did is among the items */
	bool is_closed;
	bool is_seconded;
	bool is_restored; /* and no lock of it is open */
};

enum tn_leak_verdict {
	TN_LEAK_MAY = 0,
	TN_LEAK_MAY_SECOND, /* close: as the peer, whom another follows */
	TN_LEAK_SUBJECT,
	TN_LEAK_REPORTER,
	TN_LEAK_NO_ROLE,     /* neither system nor security */
	TN_LEAK_NO_SECURITY, /* security closes */
	TN_LEAK_NO_SUPERIOR, /* of who held a role, the first level */
	TN_LEAK_NO_PEER,     /* has seconded it: another one closes */
	TN_LEAK_NOT_VERIFIED,
	TN_LEAK_ALREADY,
	TN_LEAK_ITEMS,
	TN_LEAK_NO_DOSSIER, /* of who held a role: needed first */
	TN_LEAK_HOLDS_ROLE, /* two people take the role first */
	TN_LEAK_VERDICTS,
};

enum tn_leak_verdict
tn_leak_may(enum tn_leak_step step, const struct tn_leak_case_facts *facts,
            const struct tn_leak_signer *who);
const char *tn_leak_words(enum tn_leak_verdict verdict); /* static */

#endif
