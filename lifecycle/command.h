/*
 * The commands of `tenure`, as one table: help, "did you mean", completion and
 * the manual's lint all read it. Each verb is int cmd_<verb>(struct command_run *)
 * in cmd_<verb>.c.
 */
#ifndef TN_LIFECYCLE_COMMAND_H
#define TN_LIFECYCLE_COMMAND_H

#include <stdbool.h>
#include <stdio.h>
#include "base/err.h"
#include "config/config.h"

/* Exit status of every command (DESIGN section 10). */
enum exit_status {
	EXIT_CLEAN = 0,
	EXIT_FINDINGS = 1, /* findings, or refused by a rule */
	EXIT_USAGE = 2,
	EXIT_UNKNOWN = 3, /* could not tell: nothing was written */
};

struct command_run {
	const char *name; /* "issue" */
	int argc;         /* after the verb: argv[0] is the verb */
	char **argv;
	const char *config_path; /* --config, or TN_CONFIG_PATH */
	bool json;               /* --json */
	bool colour;             /* stdout is a terminal, NO_COLOR unset */
	const char *as;          /* --as LOGIN: act as this person; NULL: the
				    identity of root over ldapi, or the host's
				    certificate */
	char writer[320];        /* session_open(): where account changes are
				    made, unless that is the server asked */
	int password_fd;         /* --password-fd N, or -1: ask on a terminal */
};

struct command {
	const char *name;
	int (*run)(struct command_run *run); /* returns enum exit_status */
	const char *arguments;               /* "--roster FILE [--apply]" */
	const char *summary;                 /* one line */
	const char *help; /* options and EXAMPLES, several lines */
};

extern const struct command commands[]; /* ends with .name NULL */

int cmd_init(struct command_run *run);
int cmd_host(struct command_run *run);
int cmd_apply(struct command_run *run);
int cmd_approve(struct command_run *run);
int cmd_reject(struct command_run *run);
int cmd_application(struct command_run *run);
int cmd_department(struct command_run *run);
int cmd_issue(struct command_run *run);
int cmd_show(struct command_run *run);
int cmd_explain(struct command_run *run);
int cmd_depart(struct command_run *run);
int cmd_suspend(struct command_run *run);
int cmd_leak(struct command_run *run);
int cmd_release(struct command_run *run);
int cmd_reset(struct command_run *run);
int cmd_role(struct command_run *run);
int cmd_request(struct command_run *run);
int cmd_audit(struct command_run *run);
int cmd_doctor(struct command_run *run);
int cmd_key(struct command_run *run);
int cmd_journal(struct command_run *run);
int cmd_leaked(struct command_run *run);
int cmd_status(struct command_run *run);

/* "tenure: issue: text" on stderr, once; returns the exit status for the
   code: TN_E_RULE, _EXISTS, _STALE, _DENIED -> 1; everything that left us
   unable to tell -> 3; bad arguments are the verb's own business (2). */
int command_fail(const struct command_run *run, const struct tn_err *err);
/* "tenure: depart: text" on stderr, for what a rule refuses without a tn_err;
   returns EXIT_FINDINGS. */
int command_refuse(const struct command_run *run, const char *format, ...)
    TN_PRINTF(2, 3);
/* A usage error: one line, "(try: tenure help VERB)" at its end; returns
   EXIT_USAGE. */
int command_usage(const struct command_run *run, const char *format, ...)
    TN_PRINTF(2, 3);

#endif
