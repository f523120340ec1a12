/* slapd's configuration and databases, made offline from the templates. */
#ifndef TN_LIFECYCLE_INIT_SLAPD_H
#define TN_LIFECYCLE_INIT_SLAPD_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"
#include "init_plan.h"

/* The databases, by their numbers in config.ldif. */
struct init_database {
	const char *number; /* as the tools' -n takes it */
	const char *folder; /* beneath data_dir */
	const char *first;  /* the template of its first entries, or NULL */
};

#define INIT_DATABASES 5
extern const struct init_database init_databases[INIT_DATABASES];

#define INIT_DUMP_MAX ((size_t)1024 * 1024) /* a configuration as LDIF */

/*
 * Fill the empty folder config_dir, which is slapd's user's: schema, modules,
 * databases, overlays, access rules. The databases' folders beneath data_dir
 * must be there. slapd's own code has read it back afterwards.
 */
int init_slapd_config(const struct init_plan *plan, const char *config_dir,
                      const char *data_dir, struct tn_err *err);

/* Who follows whom, into a configuration that is there; nothing where the plan
   has no peer. What it said before is replaced. */
int init_slapd_replicate(const struct init_plan *plan, const char *config_dir,
                         struct tn_err *err);

/* The entry of a provider, into the accounts of a slapd that does not
   run: its certificate's number, which replaces an older one's. */
int init_slapd_provider(const struct init_plan *plan, const char *config_dir,
                        const char *name, const char *serial,
                        struct tn_err *err);

/* Has this one of init_databases first entries of its own? The accounts of a
   second provider come over the link. */
bool init_slapd_fills(const struct init_plan *plan, size_t database);

/* Put the first entries into the databases that config_dir describes. */
int init_slapd_data(const struct init_plan *plan, const char *config_dir,
                    const char *data_dir, struct tn_err *err);

/* Append what config_dir holds as LDIF. */
int init_slapd_dump(const struct init_plan *plan, const char *config_dir,
                    struct tn_buf *ret, struct tn_err *err);

/*
 * Append, as LDIF, what slapd makes of our templates: it writes rules and
 * indexes in its own way, so only its own words compare with its own words.
 * The databases' folders must be there. On success ret is text.
 */
int init_slapd_shipped(const struct init_plan *plan, struct tn_buf *ret,
                       struct tn_err *err);

/* Are slapd's tools, our templates and our modules there? */
int init_slapd_tools(const struct init_plan *plan, struct tn_err *err);

#endif
