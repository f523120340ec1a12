/*
 * One run of an audit: everything that is read, the plan, what came of it, and
 * the findings. cmd_audit.c shows it and applies it; audit_unattended.c asks
 * for departures.
 */
#ifndef TN_LIFECYCLE_AUDIT_H
#define TN_LIFECYCLE_AUDIT_H

#include <jansson.h>
#include "audit_view.h"
#include "command.h"
#include "finding.h"
#include "finding_memory.h"
#include "leak_case.h"
#include "leak_half.h"
#include "people.h"
#include "plan.h"
#include "roster.h"
#include "session.h"

#define AUDIT_DIR         TENURE_STATEDIR "/audit"
#define AUDIT_MEMORY_PATH AUDIT_DIR "/last.json"
#define AUDIT_STATUS_PATH AUDIT_DIR "/status.json"

struct audit {
	struct command_run *run;
	struct session session;
	struct roster *roster;
	struct people *people;
	struct plan *plan;
	struct brake_limits limits;
	size_t present_before; /* people in the last roster accepted: set it
				  beforehand to be measured against more */
	/* of --apply */
	size_t result_count;
	size_t failed;
	bool was_applied; /* the directory has changed since it was read */
	struct audit_result *results;
	/* the directory after it, and what is found there */
	struct people *people_after;
	struct plan *plan_after;
	struct leak_cases leaks; /* those that are not restored, with what
				    hosts say */
	struct leak_halves halves;
	struct findings *findings;
	struct finding_memory *memory;
	json_t *resolved; /* since the last unattended audit */
};

/* Everything that is read, before anything is written; and the plan. */
int audit_read(struct audit *audit, const char *path, struct tn_err *err);
/*
 * What is true now: where something was applied the directory is read anew.
 * first_seen  as finding_memory_apply takes it.
 */
int audit_find(struct audit *audit, int64_t first_seen, struct tn_err *err);
/* The whole as JSON; a new reference, NULL without memory. */
json_t *audit_json(const struct audit *audit, bool applied);
/* Before anything of the plan is shown or done. A plain audit shows everybody's
   state: it is in the journal as well. On an error nothing may follow. */
int audit_journal(struct audit *audit, bool is_change, struct tn_err *err);
/* After a run that failed, or failed in part. err may be NULL. */
void audit_journal_outcome(struct audit *audit, int status,
                           const struct tn_err *err);
/* Why an item of the plan is locked; size bytes at most. */
void audit_reason(const struct audit *audit, const struct plan_item *item,
                  char *ret, size_t size);
/* A failure that the next item would meet as well. */
bool audit_ends_all(int code);
void audit_done(struct audit *audit);

/* The daily run as cn=scheduler: requests, reports, memory, status. Returns
   the exit status; speaks for itself. */
int audit_unattended(struct command_run *run, const char *roster);
/* Before it, as slapd's user or root: what hosts report to the other directory
   server (peer_reports.h). Returns the exit status. */
int audit_ask_peer(struct command_run *run);

#endif
