/*
 * tenure doctor: is this machine set up as Tenure needs it? One table of
 * checks (doctor_table.c); each looks at one thing and changes nothing. A
 * complaint is one line: what it is about, what is wrong, the way out.
 */
#ifndef TN_LIFECYCLE_DOCTOR_H
#define TN_LIFECYCLE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include "base/attrs.h"
#include "base/buf.h"
#include "base/err.h"
#include "session.h"

#define DOCTOR_TEXT_MAX 400
#define DOCTOR_SAID_MAX 512 /* of all checks together */

enum doctor_where { DOCTOR_DIRECTORY = 1, DOCTOR_HOST = 2, DOCTOR_BOTH = 3 };

enum doctor_kind {
	DOCTOR_COMPLAINT = 1,
	DOCTOR_UNKNOWN, /* could not be told, and why */
	DOCTOR_NOTE,    /* good, and worth saying */
};

struct doctor;

struct doctor_check {
	const char *id; /* "pam-stack" */
	enum doctor_where where;
	const char *article; /* of policy.md, or "DESIGN 8" */
	const char *what;    /* what is true when it is good */
	const char *mend;    /* the way out */
	void (*run)(struct doctor *doctor);
};
extern const struct doctor_check doctor_checks[]; /* ends with .id NULL */

/* One thing that a check said. */
struct doctor_said {
	const struct doctor_check *check;
	enum doctor_kind kind;
	char object[160];
	char cause[DOCTOR_TEXT_MAX];
};

struct doctor {
	enum doctor_where where;
	const char *config_path;
	struct session session;      /* config always, connection if heard */
	struct tn_err connect_error; /* why there is no connection */
	struct tn_buf *comparison;   /* doctor_shipped.c: made once, or NULL */
	struct tn_err comparison_error;
	const struct doctor_check *check; /* the one that runs */
	size_t count;
	struct doctor_said said[DOCTOR_SAID_MAX];
};

/* For checks. object: a file, a dn, a line of a configuration. */
void doctor_complain(struct doctor *doctor, const char *object,
                     const char *format, ...) TN_PRINTF(3, 4);
void doctor_unknown(struct doctor *doctor, const char *object,
                    const char *format, ...) TN_PRINTF(3, 4);
void doctor_note(struct doctor *doctor, const char *object, const char *format,
                 ...) TN_PRINTF(3, 4);
/* Is there a connection? If not, says once that the check could not tell. */
bool doctor_is_heard(struct doctor *doctor);

/* Owner and mode of a file or folder: none of the bits of forbidden. owner
   (uid_t)-1: any. Missing is a complaint. False when it complained. */
bool doctor_file(struct doctor *doctor, const char *path, uid_t owner,
                 mode_t forbidden);
/* A text file of at most 1 MiB, to be freed; complains when it is missing,
   and says that it could not tell for other errors: NULL. */
char *doctor_read(struct doctor *doctor, const char *path);
/* The same for a file that need not be there (TN_E_NOT_FOUND). */
int doctor_read_optional(const char *path, char **ret, struct tn_err *err);

/* What was said, as text or JSON; returns enum exit_status: 1 with a
   complaint, else 3 when something could not be told, else 0. */
int doctor_report(const struct doctor *doctor, const struct command_run *run);

/* The checks of the directory server. */
void doctor_overlays(struct doctor *doctor);
void doctor_overlay_order(struct doctor *doctor);
void doctor_rules(struct doctor *doctor);
void doctor_configuration(struct doctor *doctor);
void doctor_policy(struct doctor *doctor);
void doctor_slapd_modules(struct doctor *doctor);
void doctor_hash_module(struct doctor *doctor);
void doctor_hash_stored(struct doctor *doctor);
void doctor_access_anonymous(struct doctor *doctor);
void doctor_access_agents(struct doctor *doctor);
void doctor_access_nobody(struct doctor *doctor);
void doctor_fleet(struct doctor *doctor);
void doctor_tls_certificate(struct doctor *doctor);
void doctor_tls_version(struct doctor *doctor);
void doctor_tls_client(struct doctor *doctor);
void doctor_plain(struct doctor *doctor);
void doctor_server_keys(struct doctor *doctor);
void doctor_authority_key(struct doctor *doctor);
void doctor_slip_key(struct doctor *doctor);
void doctor_enforcer(struct doctor *doctor);
void doctor_roles(struct doctor *doctor);
void doctor_host_clocks(struct doctor *doctor);
void doctor_host_silent(struct doctor *doctor);
void doctor_host_break_glass(struct doctor *doctor);
/* Of one that has a peer; good where there is none. */
void doctor_provider_certificate(struct doctor *doctor);
void doctor_provider_link(struct doctor *doctor);
void doctor_server_id(struct doctor *doctor);
void doctor_access_log(struct doctor *doctor);
void doctor_replication(struct doctor *doctor);

/* The checks of both. */
void doctor_leaked(struct doctor *doctor);
void doctor_profile(struct doctor *doctor);
void doctor_break_glass(struct doctor *doctor);

/* The checks of a login host. */
void doctor_pam_stack(struct doctor *doctor);
void doctor_pam_authtok(struct doctor *doctor);
void doctor_pam_services(struct doctor *doctor);
void doctor_pam_loginuid(struct doctor *doctor);
void doctor_nsswitch(struct doctor *doctor);
void doctor_nscd(struct doctor *doctor);
void doctor_sshd(struct doctor *doctor);
void doctor_ssh_keys(struct doctor *doctor);
void doctor_home_keys(struct doctor *doctor);
void doctor_modules(struct doctor *doctor);
void doctor_tenured(struct doctor *doctor);
void doctor_heard(struct doctor *doctor);
void doctor_snapshot_file(struct doctor *doctor);
void doctor_snapshot_age(struct doctor *doctor);
void doctor_servers(struct doctor *doctor);
void doctor_host_key(struct doctor *doctor);
void doctor_host_certificate(struct doctor *doctor);
void doctor_access_host(struct doctor *doctor);
void doctor_subid(struct doctor *doctor);
void doctor_min_uid(struct doctor *doctor);
void doctor_local_names(struct doctor *doctor);
void doctor_clock(struct doctor *doctor);
void doctor_home_roots(struct doctor *doctor);

#endif
