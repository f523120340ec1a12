/* What `tenure init` is to build, and the words that its templates hold. */
#ifndef TN_LIFECYCLE_INIT_PLAN_H
#define TN_LIFECYCLE_INIT_PLAN_H

#include <stdbool.h>
#include <sys/types.h>
#include "base/buf.h"
#include "base/err.h"

/* slapd expands a set into 1024 bytes, and what is longer it does not refuse,
   but cuts, and ends: test_init_plan counts. */
#define INIT_SUFFIX_MAX   80
#define INIT_PATH_MAX     200
#define INIT_TEMPLATE_MAX ((size_t)256 * 1024)

#define INIT_LDIF_DIR   TENURE_DATADIR "/ldif"
#define INIT_CONFIG_DIR "/etc/ldap/slapd.d"
#define INIT_DATA_DIR   "/var/lib/ldap"

/* All texts are borrowed. */
struct init_plan {
	const char *suffix;       /* "dc=example,dc=org" */
	const char *organisation; /* "Example", UTF-8 */
	const char *server_names; /* "ldap.example.org,10.0.0.1" */
	const char *break_glass;  /* a local login, or NULL: not named yet */
	const char *ldif_dir;     /* the templates */
	const char *config_dir;   /* slapd.d */
	const char *data_dir;     /* accounts, reports, accesslog beneath */
	int max_age_days;         /* of a password; 0: it does not age */
	int provider;             /* 1 or 2 */
	const char *writer;       /* URI; NULL or "": this one is the writer */
	const char *peer;         /* URI of the other; NULL or "": alone */
	const char *replication;  /* "delta" or "plain" */
	const char *serial;       /* of the certificate; init_build() sets it */
	uid_t slapd_uid;          /* openldap */
	gid_t slapd_gid;
	uid_t scheduler_uid; /* tenure-scheduler, tenure-enforcer: known to */
	gid_t scheduler_gid; /* slapd by their numbers (SO_PEERCRED) */
	uid_t enforcer_uid;
	gid_t enforcer_gid;
};

/*
 * Are the texts such as may stand in a dn, a regular expression, LDIF and a
 * path without being escaped? TN_E_INVALID names the option.
 */
int init_plan_check(const struct init_plan *plan, struct tn_err *err);

/* Is this server one that takes no account changes? */
bool init_plan_is_reader(const struct init_plan *plan);

/* What tenure.conf says of the directory. Borrowed from config. */
struct tn_config;
void init_plan_from(struct init_plan *plan, const struct tn_config *config);

/* Find the system users. TN_E_NOT_FOUND names the one that is missing. */
int init_plan_users(struct init_plan *plan, struct tn_err *err);

/*
 * Read the template of this name in plan->ldif_dir and append it to ret with
 * its @WORDS@ filled in.
 * data_dir  where the databases are for this rendering.
 * Errors: TN_E_INVALID (an unknown word: file and line), those of reading.
 */
int init_render(const struct init_plan *plan, const char *name,
                const char *data_dir, struct tn_buf *ret, struct tn_err *err);

#endif
