/*
 * tenure audit --unattended: the daily run, with nobody watching. It acts as
 * the scheduler, who may add requests for departures and nothing else; the
 * enforcer grants them. A roster or a directory that was not read whole means
 * no request at all.
 * Rule    CI-P38, UM-11.3 (a holder of a role by two people, never by this),
 *         UM-14; DESIGN section 4 and 9.
 */
#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "audit_record.h"
#include "lock_write.h"
#include "request_list.h"

#define LOCK_PATH    AUDIT_DIR "/lock"
#define SCHEDULER_DN "dn:cn=scheduler,ou=agents,"

/* One at a time; held until the process ends. */
static int
lock(int *ret_fd, struct tn_err *err)
{
	int fd =
	    open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", LOCK_PATH);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		int cause = errno;

		close(fd);
		if (cause == EWOULDBLOCK)
			return tn_fail(err, TN_E_TIMEOUT,
			               "another unattended audit is running");
		return tn_fail_errno(err, TN_E_IO, cause, "%s", LOCK_PATH);
	}
	*ret_fd = fd;
	return TN_OK;
}

/* Whoever else ran it could do more than ask, and would leave files that the
   scheduler cannot replace. */
static int
check_user(struct tn_err *err)
{
	if (geteuid())
		return TN_OK;
	return tn_fail(err, TN_E_RULE,
	               "--unattended runs as tenure-scheduler, not as root");
}

static int
check_identity(const struct session *session, struct tn_err *err)
{
	if (session->who &&
	    !strncasecmp(session->who, SCHEDULER_DN, strlen(SCHEDULER_DN)))
		return TN_OK;
	return tn_fail(err, TN_E_RULE,
	               "it runs as tenure-scheduler on the directory server, "
	               "not as %s",
	               session->who ? session->who : "nobody");
}

static int
ask_for(struct audit *audit, const struct request_list *waiting,
        const struct plan_item *item, struct tn_err *err)
{
	struct audit_result *result = &audit->results[audit->result_count++];
	struct tn_err why = TN_ERR_INIT;
	char reason[256];
	int r;

	*result = (struct audit_result){ .item = item, .outcome = "requested" };
	if (item->person->locks & TN_LOCK_DEPARTURE) {
		result->outcome = "locked-before";
		return TN_OK;
	}
	if (request_list_has(waiting, &item->person->account->uuid)) {
		result->outcome = "requested-before";
		return TN_OK;
	}
	audit_reason(audit, item, reason, sizeof(reason));
	r = lock_request_add(&audit->session, item->person->account, reason,
	                     &why);
	if (!r)
		return TN_OK;
	result->outcome = "failed";
	memcpy(result->why, why.text, sizeof(result->why));
	audit->failed++;
	if (!audit_ends_all(r))
		return TN_OK;
	if (err)
		*err = why;
	return r;
}

/* The plan holds who holds a role apart (PLAN_ROLE): a finding, no request. */
static int
ask_for_all(struct audit *audit, struct tn_err *err)
{
	struct request_list waiting = { .count = 0 };
	const struct plan *plan = audit->plan;
	size_t i;
	int r;

	audit->results = calloc(plan->count + 1, sizeof(*audit->results));
	if (!audit->results)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	r = request_list_read(&audit->session, &waiting, err);
	for (i = 0; i < plan->count && !r; i++) {
		if (plan->items[i].kind == PLAN_DISABLE)
			r = ask_for(audit, &waiting, &plan->items[i], err);
	}
	request_list_done(&waiting);
	return r;
}

static int
run_all(struct audit *audit, const char *roster, struct tn_err *err)
{
	struct audit_record last = { .present = 0 };
	struct audit_record record;
	bool is_change;
	int r;

	r = audit_record_read(AUDIT_STATUS_PATH, &last, err);
	if (r && r != TN_E_NOT_FOUND)
		return tn_context(err, "the roster cannot be measured against "
		                       "the last one");
	audit->present_before = last.present;
	(void)((r = audit_read(audit, roster, err)) ||
	       (r = check_identity(&audit->session, err)));
	if (r)
		return r;
	is_change = audit->plan->disable_count && !plan_is_braked(audit->plan);
	r = audit_journal(audit, is_change, err);
	if (!r && is_change)
		r = ask_for_all(audit, err);
	(void)(r || (r = audit_find(audit, audit->session.moment.now, err)) ||
	       (r = audit_record_report(audit, err)));
	if (r)
		return r;
	record = audit_record_of(audit, (int64_t)time(NULL));
	return audit_record_save(AUDIT_STATUS_PATH, &record, err);
}

/* For the journal of whatever started it: one line. */
static void
tell(const struct audit *audit)
{
	const struct audit_record record = audit_record_of(audit, 0);

	printf("%zu findings (%zu new, %zu resolved), %zu departures to end, "
	       "%zu asked for, %zu failed%s\n",
	       audit->findings->count, record.fresh, record.resolved,
	       audit->plan->disable_count, record.requested, record.failed,
	       record.is_braked ? "; a brake tripped: none was asked for" : "");
}

int
audit_unattended(struct command_run *run, const char *roster)
{
	struct audit audit = { .run = run };
	struct tn_err err = TN_ERR_INIT;
	int status;
	int fd = -1;
	int r;

	(void)((r = check_user(&err)) || (r = lock(&fd, &err)) ||
	       (r = run_all(&audit, roster, &err)));
	if (r) {
		if (audit.result_count)
			tn_context(&err, "stopped after %zu of %zu requests",
			           audit.result_count,
			           audit.plan->disable_count);
		status = command_fail(run, &err);
		/* 3 says that nothing was written. */
		if (r != TN_E_RULE)
			status =
			    audit.result_count ? EXIT_FINDINGS : EXIT_UNKNOWN;
	} else {
		if (run->json) {
			json_t *root = audit_json(&audit, false);

			json_dumpf(root, stdout, JSON_INDENT(1));
			putchar('\n');
			json_decref(root);
		} else {
			tell(&audit);
		}
		status = audit.findings->count || audit.failed ||
		                 plan_is_braked(audit.plan)
		             ? EXIT_FINDINGS
		             : EXIT_CLEAN;
	}
	if (r || audit.failed)
		audit_journal_outcome(&audit, status, r ? &err : NULL);
	audit_done(&audit);
	if (fd >= 0)
		close(fd);
	return status;
}
