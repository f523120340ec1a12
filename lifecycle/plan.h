/*
 * What an audit would do: roster and directory joined on the staff number.
 * Pure: computed whole before the first write. It disables and nothing else.
 */
#ifndef TN_LIFECYCLE_PLAN_H
#define TN_LIFECYCLE_PLAN_H

#include <stddef.h>
#include <stdint.h>
#include "plan_brake.h"
#include "people.h"
#include "roster.h"

enum plan_kind {
	PLAN_DISABLE = 1, /* depart this account */
	PLAN_ROLE,        /* departed, but holds a role: two people decide */
	PLAN_QUARANTINE,  /* contradictory: a human decides */
	PLAN_LATER,       /* has left in the roster, last day not over */
};

enum plan_cause {
	PLAN_CAUSE_DEPARTED = 1,   /* the roster says so */
	PLAN_CAUSE_ABSENT,         /* not in a complete roster */
	PLAN_CAUSE_NAME_DIFFERS,   /* same number, another name */
	PLAN_CAUSE_NUMBER_DIFFERS, /* same name, another number */
	PLAN_CAUSE_SECOND,         /* the number has two accounts */
};

/* All borrowed from the people and the roster. */
struct plan_item {
	enum plan_kind kind;
	enum plan_cause cause;
	const struct person *person;
	const struct roster_row *row; /* NULL when absent */
};

/* A brake that tripped. */
struct plan_brake {
	const char *department; /* borrowed; NULL: the whole class */
	enum brake_cause cause;
	size_t affected;
	size_t total;
};

struct plan {
	size_t count;
	struct plan_item *items; /* by login, so that two runs agree */
	size_t disable_count;
	size_t population; /* accounts of people that are not departed */
	size_t brake_count;
	struct plan_brake *brakes; /* the class first, then by department */
	bool has_shrunk;           /* the roster, against the last one */
};

struct plan_input {
	const struct roster *roster;
	const struct people *people;
	const struct brake_limits *limits;
	bool roster_is_complete; /* only then is absence departure */
	int32_t today;
	size_t present_before; /* in the last accepted roster, or 0 */
};

int plan_make(const struct plan_input *input, struct plan **ret,
              struct tn_err *err);
void plan_free(struct plan *plan); /* NULL is legal */

/* True when a brake tripped: nothing may be applied. */
bool plan_is_braked(const struct plan *plan);
/* "the roster says that she has left": static words for people. */
const char *plan_cause_words(enum plan_cause cause);
/* "departed", "absent", ...: for programs. */
const char *plan_cause_text(enum plan_cause cause);
const char *plan_kind_text(enum plan_kind kind);

#endif
