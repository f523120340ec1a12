/* What `tenure issue --roster` would do: pure, computed before a write. */
#ifndef TN_LIFECYCLE_ISSUE_PLAN_H
#define TN_LIFECYCLE_ISSUE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "people.h"
#include "roster.h"

enum issue_kind {
	ISSUE_CREATE = 1,
	ISSUE_EXISTS,     /* has an account already (UM-5.4) */
	ISSUE_DEPARTED,   /* has left: gets none */
	ISSUE_QUARANTINE, /* .why: a human decides */
	ISSUE_UNAPPROVED, /* no approved application lists them (UM-10) */
};

struct issue_item {
	enum issue_kind kind;
	const struct roster_row *row; /* borrowed */
	char login[TN_LOGIN_MAX + 1]; /* to create, or the one it has */
	bool is_homonym;              /* another present person is so called */
	const char *application;      /* to create: borrowed */
	char why[TN_ERR_TEXT_MAX];
};

struct issue_plan {
	size_t count;
	struct issue_item *items; /* in the roster's order */
	size_t create;
	size_t exists;
	size_t departed;
	size_t quarantine;
	size_t unapproved;
};

/* Names that the local machine uses (/etc/passwd, /etc/group). */
typedef bool issue_local_name(const void *context, const char *name);

/*
 * The application that permits an account for a row of the roster, or NULL.
 * ret_why  set where the application says something else about the person
 *          than the roster: then a human decides.
 */
typedef const char *
issue_permit(const void *context, const struct roster_row *row,
             const char **ret_why);

struct issue_input {
	const struct roster *roster;
	const struct people *people;
	const char *home_root; /* "/home" */
	uint32_t min_uid;
	issue_local_name *is_local;
	issue_permit *permit;
	/* Nobody can approve yet: the application that stands in for one
	   (directory.md, "Applications"), else NULL. */
	const char *bootstrap;
	const void *context;
};

int issue_plan_make(const struct issue_input *input, struct issue_plan **ret,
                    struct tn_err *err);
void issue_plan_free(struct issue_plan *plan); /* NULL is legal */

#endif
