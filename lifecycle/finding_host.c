/* Findings on hosts: local accounts, break-glass accounts, silence. */
#include "finding_add.h"

#include <stdio.h>
#include <string.h>

#define CLOCK_SLACK 600 /* seconds that a host's clock may be ahead */

static bool
is_root(const struct local_account *local)
{
	return !local->is_nonsense && local->uid == 0 &&
	       !strcmp(local->name, "root");
}

/* Any uid 0 beside root is root, whatever it is for. */
static int
judge_local(struct finder *finder, const struct local_account *local,
            bool is_second_line_of_root, struct tn_err *err)
{
	char subject[FINDING_SUBJECT_MAX];
	struct found found = { .subject = subject, .since = TN_TIME_NONE };

	snprintf(subject, sizeof(subject), "%.64s/%.60s", local->host,
	         local->name);
	if (local->is_nonsense) {
		found.rule = FINDING_BAD_REPORT;
		found.severity = FINDING_MEDIUM;
		found.todo = "look at tenured on that host";
		return finding_add(finder, &found, err,
		                   "\"%.64s\" is no local account",
		                   local->name);
	}
	if (is_root(local) && !is_second_line_of_root)
		return TN_OK;
	if (local->uid == 0) {
		found.rule = FINDING_SECOND_ROOT;
		found.severity = FINDING_CRITICAL;
		found.todo = local->is_break_glass
		                 ? "give the break-glass account a number of "
		                   "its own, and sudo"
		                 : "remove it on that host: it is root";
	} else if (local->is_break_glass) {
		return TN_OK;
	} else {
		found.rule = FINDING_LOCAL_ACCOUNT;
		found.severity = FINDING_HIGH;
		found.todo = "remove it on that host, or issue its person an "
		             "account";
	}
	return finding_add(
	    finder, &found, err, "%s has the local account %s (uid %u, %s)",
	    local->host, local->name, (unsigned int)local->uid, local->shell);
}

/* The account that opens when nothing else does: named, and there. */
static int
judge_break_glass(struct finder *finder, const struct host_report *host,
                  struct tn_err *err)
{
	const struct people *people = finder->input->people;
	struct found found = {
		.severity = FINDING_HIGH,
		.subject = host->host,
		.since = TN_TIME_NONE,
	};
	size_t i;

	if (!*host->break_glass) {
		found.rule = FINDING_BREAK_GLASS_UNNAMED;
		found.todo = "make a local account for emergencies and name "
		             "it in that host's tenure.conf (break_glass)";
		return finding_add(finder, &found, err,
		                   "its tenure.conf names none");
	}
	for (i = 0; i < people->local_count; i++) {
		if (people->locals[i].is_break_glass &&
		    !strcmp(people->locals[i].host, host->host))
			return TN_OK;
	}
	found.rule = FINDING_BREAK_GLASS_MISSING;
	found.todo = "make it on that host, with a shell and a number of its "
	             "own above 1000, or name another";
	return finding_add(finder, &found, err,
	                   "%.64s is named, and is no local account there that "
	                   "can log in",
	                   host->break_glass);
}

/* What else may be true of a silent host. */
static const char *
unless(const struct people *people)
{
	return people->peer_is_silent
	           ? "; unless it reports to the other directory server, "
	             "which was not heard"
	           : "";
}

/* Its hosts may have done all that they should: nobody knows. */
static int
judge_peer(struct finder *finder, struct tn_err *err)
{
	const struct people *people = finder->input->people;
	const struct found found = {
		.rule = FINDING_PEER_SILENT,
		.severity = FINDING_HIGH,
		.subject = people->peer,
		.since = TN_TIME_NONE,
		.todo = "look at slapd there, and here at systemctl status "
		        "tenure-peer, which asks it before the daily audit",
	};

	if (!people->peer_is_silent)
		return TN_OK;
	return finding_add(finder, &found, err,
	                   "what hosts report to it is not known: %s",
	                   people->peer_why);
}

/* Silence is not a clean result (UM-14). */
static int
judge_host(struct finder *finder, const struct host_report *host,
           struct tn_err *err)
{
	int64_t now = finder->input->moment->now;
	struct found found = {
		.rule = FINDING_HOST_SILENT,
		.severity = FINDING_HIGH,
		.subject = host->host,
		.since = host->seen,
		.todo = "look at tenured there, or tenure host remove",
	};
	int r;

	if (host->seen == TN_TIME_NONE)
		return host->is_registered
		           ? finding_add(finder, &found, err,
		                         "it has never reported: its local "
		                         "accounts are unknown%s",
		                         unless(finder->input->people))
		           : TN_OK;
	if (host->seen > now + CLOCK_SLACK) {
		found.rule = FINDING_BAD_REPORT;
		found.severity = FINDING_MEDIUM;
		found.todo = "set the clock of that host";
		r = finding_add(finder, &found, err,
		                "it reports from the future");
	} else if (host->seen + FINDING_HOST_SILENCE < now) {
		r = finding_add(finder, &found, err,
		                "its last report is older than a day: what it "
		                "has now is unknown%s",
		                unless(finder->input->people));
	} else {
		r = TN_OK;
	}
	return r ? r : judge_break_glass(finder, host, err);
}

int
finding_add_hosts(struct finder *finder, struct tn_err *err)
{
	const struct people *people = finder->input->people;
	const struct local_account *root = NULL;
	size_t i;
	int r = TN_OK;

	/* Sorted by host: of one host's lines for root all but one are over. */
	for (i = 0; i < people->local_count && !r; i++) {
		const struct local_account *local = &people->locals[i];
		bool is_second =
		    is_root(local) && root && !strcmp(root->host, local->host);

		if (is_root(local))
			root = local;
		r = judge_local(finder, local, is_second, err);
	}
	for (i = 0; i < people->host_count && !r; i++)
		r = judge_host(finder, &people->hosts[i], err);
	if (!r)
		r = judge_peer(finder, err);
	return r;
}
