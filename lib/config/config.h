/*
 * /etc/tenure/tenure.conf: "key = value" lines, '#' comments. One table
 * (config_key.c) holds each key's type, range, default and help; tenure.conf(5) is
 * checked against it. An unknown key, a value out of range and a key given
 * twice are errors that name the line. The file must be root's own. A comment
 * has a line of its own. Values are UTF-8; lists are split at blanks and commas.
 * Texts that nobody set and that have no default are "", never NULL.
 */
#ifndef TN_CONFIG_CONFIG_H
#define TN_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define TN_CONFIG_PATH        TENURE_SYSCONFDIR "/tenure.conf"
#define TN_CONFIG_SERVERS_MAX 8
#define TN_CONFIG_LIST_MAX    64
#define TN_CONFIG_FILE_MAX    65536 /* bytes */

struct tn_config {
	/* The directory. */
	char *servers[TN_CONFIG_SERVERS_MAX + 1]; /* servers: ldaps:// or
		ldapi:// URIs in order of preference, NULL-terminated */
	char *writer; /* writer: the ldaps:// URI of the one server that takes
			 account changes; "": whichever is asked */
	char *base;            /* base: "dc=example,dc=org" */
	char *ca_file;         /* ca_file: PEM */
	char *certificate;     /* certificate: PEM, this host's own */
	char *key;             /* key: PEM, its private key */
	char *host_name;       /* host_name: the cn in the certificate */
	int connect_timeout;   /* connect_timeout: seconds, 2 */
	int operation_timeout; /* operation_timeout: seconds, 3 */
	int fleet_hosts;       /* fleet_hosts: 10; hosts of each server */
	char *bare_groups[TN_CONFIG_LIST_MAX + 1]; /* bare_groups: names; the
		members are not asked for */

	/* A directory server that is one of two. */
	int provider;      /* provider: 1 or 2; slapd's server id */
	char *peer;        /* peer: the other one's ldaps:// URI */
	char *replication; /* replication: "delta" or "plain" */

	/* Who is let in on this host (verdict row 5; CP-5). */
	char *admit_groups[TN_CONFIG_LIST_MAX + 1]; /* admit_groups: names;
		none admits everyone */
	bool only_admitted; /* only_admitted: no; others are not shown */
	char *break_glass; /* break_glass: the local account that
			      pam_tenure never touches */

	/* Password rules as this host judges them (CI-3.2, UM-13). */
	int max_age_days;      /* max_age_days: 30 */
	int lead_days;         /* lead_days: 3; the change is due so early */
	int warn_days;         /* warn_days: 7 */
	int initial_days;      /* initial_days: 14; an unused initial password
				 lapses; written as a deadline by `issue` */
	char *key_change;      /* key_change: "change", "deny" or "warn" */
	int64_t max_silence;   /* max_silence: seconds, 259200 (72 h) */
	int utc_offset;        /* utc_offset: "+08:00" as seconds, +28800: the
				 zone in which a last day ends */
	int throttle_failures; /* throttle_failures: 5 ... */
	int throttle_window;   /* throttle_window: ... in seconds, 300 */
	int min_length;        /* min_length: characters, 10 */
	char *leaked_passwords; /* leaked_passwords: a file of `tenure leaked
				   build`; "": none is asked */

	/* What the directory may say (DESIGN section 12). */
	uint32_t min_uid; /* min_uid: 1000, never below */
	char *home_roots[TN_CONFIG_LIST_MAX + 1]; /* home_roots: /home */
	bool list_everybody; /* list_everybody: no; what NSS enumerates */

	/* The organisation. */
	char *organisation; /* organisation: words that no password may hold */
	char *contact;      /* contact: whom to ask, told to who is refused */

	/* Roster and audit (DESIGN section 9). */
	char *column_staff_number; /* column_staff_number: 工号 */
	char *column_name;         /* column_name: 姓名 */
	char *column_status;       /* column_status: 状态 */
	char *column_department;   /* column_department: 部门 */
	char *column_post;         /* column_post: 岗位 */
	char *column_start;        /* column_start: 入职日期 */
	char *column_end;          /* column_end: 离职日期 */
	char *status_present;      /* status_present: 在职 */
	char *status_departed;     /* status_departed: 离职 */
	bool roster_complete; /* roster_complete: no; absence is departure */
	int brake_count;      /* brake_count: 20 */
	int brake_percent;    /* brake_percent: 5 */
	int brake_floor;      /* brake_floor: 3; the percentage trips only
				 above this many */
	int roster_shrink_percent; /* roster_shrink_percent: 10 against the
				      last accepted roster */

	/* Leaks: the targets of each case (UM-15.1). */
	int leak_report_hours; /* leak_report_hours: 24 */
	int leak_lock_seconds; /* leak_lock_seconds: 1 */
	int leak_verify_days;  /* leak_verify_days: 3 */
	int leak_restore_days; /* leak_restore_days: 7 */
};

/*
 * Read and check a file.
 * ret  set on success; tn_config_free() it.
 * Errors: TN_E_NOT_FOUND, TN_E_DENIED (not root's own), TN_E_INVALID.
 */
int
tn_config_read(const char *path, struct tn_config **ret, struct tn_err *err);
/* The same from text (NUL-terminated); name stands in messages. */
int tn_config_parse(const char *name, const char *text, struct tn_config **ret,
                    struct tn_err *err);
void tn_config_free(struct tn_config *config); /* NULL is legal */

/* What a key is, for the manual page's check and for help. Static. */
struct tn_config_about {
	const char *name;
	const char *preset; /* the default as one would write it; "" none */
	const char *range;  /* "1 to 60 seconds", "yes or no", ... */
	const char *help;   /* one line */
};
/* The key number index, from 0 on; false past the last. */
bool tn_config_about(size_t index, struct tn_config_about *ret);

#endif
