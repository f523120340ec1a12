/*
 * An application, 《用户账号申请和变更表》: what it asks, who signed, and what
 * follows. Pure; the server's access rules decide the same (ldif/access.ldif),
 * so that what is refused here is refused there too, without these words.
 * Rule    UM-10, UM-11, CI-2.2.
 */
#ifndef TN_LIFECYCLE_APPLICATION_H
#define TN_LIFECYCLE_APPLICATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "directory/entry.h"

#define APPLICATION_NAME_MAX   64  /* bytes */
#define APPLICATION_FIELD_MAX  256 /* bytes of a name, a post, a reason */
#define APPLICATION_PEOPLE_MAX 20000
#define APPLICATION_TEXT_MAX \
	((size_t)2 << 20) /* of the form; slapd takes 4 MB */

enum application_kind {
	APPLICATION_ACCOUNT = 1,
	APPLICATION_ROSTER,
	APPLICATION_SERVICE,
	APPLICATION_CHANGE,
	APPLICATION_CLOSURE,
};

enum application_state {
	APPLICATION_FILED = 1,
	APPLICATION_CONFIRMED,
	APPLICATION_APPROVED,
	APPLICATION_REJECTED,
};

/* Whom it is for, as the form says. Borrowed from the form; never NULL. */
struct applicant {
	const char *number;
	const char *name;
	const char *department;
	const char *post;
	const char *start; /* first day, YYYY-MM-DD, or "" */
};

struct application {
	char *name; /* cn: "A-20261130-3f9a1c20" */
	enum application_kind kind;
	char *department_dn; /* whose head confirms, or "" */
	size_t number_count;
	char **numbers; /* what the server goes by */
	json_t *form;   /* what was written, or NULL: it cannot be read */
	size_t count;
	struct applicant *people;
	const char *reason; /* these three of the form, or "" */
	const char *what;   /* of a change */
	const char *login;  /* of a service */
	char *filed_by;     /* dns, or "" */
	char *confirmed_by;
	char *approved_by;
	char *rejected_by;
	char *rejected_reason;
	int64_t filed;     /* by the server's clock */
	int64_t confirmed; /* as who confirmed said, or NONE */
	int64_t decided;   /* the last change, where it is decided; else NONE */
};

/* From an entry with application_attributes; an owned copy.
   TN_E_INVALID for what is no application. */
extern const char *const application_attributes[];
int application_from_entry(const struct tn_entry *entry,
                           struct application **ret, struct tn_err *err);
void application_free(struct application *application); /* NULL is legal */

/* The form as the text that is filed: with people, and reason, what, login
   where they are not "". free() it. TN_E_LIMIT above APPLICATION_TEXT_MAX. */
int application_form_make(const struct application *application, char **ret,
                          struct tn_err *err);
/* Fills .form, .people and what else the form holds. False: it is none. */
bool application_form_read(struct application *application, const char *text,
                           size_t len);

const char *application_kind_text(enum application_kind kind);
bool application_kind_parse(const char *text, enum application_kind *ret);
enum application_state application_state(const struct application *application);
const char *application_state_text(enum application_state state);
/* Who signs first and who second: "the head of the department", "hr". */
const char *application_confirmer(enum application_kind kind);
const char *application_approver(enum application_kind kind);

/* Does the form name exactly the numbers that the server goes by? */
bool application_is_consistent(const struct application *application);
/* Is the number on it? As the server compares: without case. */
bool
application_lists(const struct application *application, const char *number);
/* May an account be made on it for this number? */
bool
application_permits(const struct application *application, const char *number);
/* What the form says of a number, or NULL. */
const struct applicant *
application_person(const struct application *application, const char *number);

/* Is it an approved closure of this person's account? TN_E_RULE: why not. */
int application_closes(const struct application *application,
                       const char *number, struct tn_err *err);
/* Why a roster that calls the person so is not what was approved, or NULL.
   person  what the form says of the number; NULL: nothing. */
const char *application_differs(const struct application *application,
                                const struct applicant *person,
                                const char *name, const char *department);

/* Who wants to sign. */
struct application_signer {
	const char *dn;
	const char *number; /* own staff number, or "" */
	const char *head;   /* dn of the department's head; "" where it is not
			       known: the server knows */
};

/*
 * May the next signature be this person's? What only the server knows, who
 * holds hr and it-manager, is left to it.
 * TN_E_RULE with the reason: decided already, about oneself, signed first by
 * the same person, another's department, a form that says something else than
 * its list.
 */
int application_may_sign(const struct application *application,
                         const struct application_signer *signer,
                         struct tn_err *err);
/* The same for a rejection. */
int application_may_reject(const struct application *application,
                           const struct application_signer *signer,
                           struct tn_err *err);

/* The value of the first part of a dn, unescaped: "uid=wang,ou=..." is wang.
   What does not fit is cut. */
void application_dn_value(const char *dn, char *ret, size_t size);

#endif
