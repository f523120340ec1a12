/*
 * Findings of an audit: pure, sorted, stable from run to run. Each has an id
 * made of its rule and its subject, so that two reports can be compared.
 */
#ifndef TN_LIFECYCLE_FINDING_H
#define TN_LIFECYCLE_FINDING_H

#include <stddef.h>
#include <stdint.h>
#include "account/verdict.h"
#include "config/config.h"
#include "people.h"
#include "plan.h"
#include "roster.h"

#define FINDING_TEXT_MAX     400
#define FINDING_SUBJECT_MAX  128
#define FINDING_ID_MAX       160
#define FINDING_HOST_SILENCE 86400 /* seconds that a report stays fresh */

enum finding_rule {
	FINDING_DEPARTED_OPEN = 0, /* has left and is not shut everywhere */
	FINDING_UNREADABLE,        /* an entry nobody can read is left out */
	FINDING_ROLE_DEPARTED,     /* has left and holds a role */
	FINDING_SECOND_ACCOUNT,
	FINDING_SECOND_UID,
	FINDING_SECOND_ROOT,         /* a local uid 0 that is not root */
	FINDING_ORPHAN,              /* HR does not know the person */
	FINDING_LOCAL_ACCOUNT,       /* on a host, of no person */
	FINDING_LOCK_ACTIVE,         /* an open lock, and the status active */
	FINDING_UNAPPROVED,          /* no approved application lists them */
	FINDING_BREAK_GLASS_MISSING, /* named, and not there */
	FINDING_BREAK_GLASS_UNNAMED, /* the host names none */
	FINDING_HOST_SILENT,         /* no report, or an old one */
	FINDING_PEER_SILENT,         /* the other directory server */
	FINDING_NO_REAL_NAME,
	FINDING_NAME_DIFFERS,
	FINDING_NUMBER_DIFFERS,
	FINDING_NOT_SERVED, /* any other reason of verdict row 1 */
	FINDING_BAD_REPORT, /* a host reports nonsense */
	FINDING_INITIAL_PASSWORD,
	FINDING_RESET,          /* an administrator set the password */
	FINDING_LEAK,           /* a leak past one of its clocks */
	FINDING_LEAK_HALF,      /* one that a single host knows */
	FINDING_RULE_COUNT,
};

enum finding_severity { /* the worst first */
	                FINDING_CRITICAL = 0,
	                FINDING_HIGH,
	                FINDING_MEDIUM,
	                FINDING_NOTE,
};

/* Against the last audit that was remembered. */
enum finding_state {
	FINDING_NEW = 0, /* also where nothing is remembered */
	FINDING_OPEN,
};

struct finding {
	enum finding_rule rule;
	enum finding_severity severity;
	char subject[FINDING_SUBJECT_MAX]; /* "wangwu", "host1/test" */
	char id[FINDING_ID_MAX];           /* "orphan-account/wangwu" */
	int64_t since; /* when it began, else first seen, or NONE */
	enum finding_state state;
	char what[FINDING_TEXT_MAX];
	const char *todo; /* static */
};

struct findings {
	size_t count;
	struct finding *of; /* by severity, rule, subject */
};

struct leak_cases;
struct leak_halves;

struct finding_input {
	const struct roster *roster;
	const struct people *people;
	const struct plan *plan; /* made of these people and this roster */
	const struct tn_config *config;
	const struct tn_moment *moment;
	const struct leak_cases *leaks; /* or NULL */
	const struct leak_halves *halves; /* or NULL */
};

int findings_make(const struct finding_input *input, struct findings **ret,
                  struct tn_err *err);
void findings_free(struct findings *findings); /* NULL is legal */

const char *finding_rule_text(enum finding_rule rule);    /* its name */
const char *finding_rule_title(enum finding_rule rule);   /* for people */
const char *finding_rule_article(enum finding_rule rule); /* "CI-P38" */
const char *finding_severity_text(enum finding_severity severity);
const char *finding_state_text(enum finding_state state); /* "new", "open" */

#endif
