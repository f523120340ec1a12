/*
 * tenure init --upgrade and --restore: a directory server's configuration and
 * data brought to another version while slapd is stopped. Everything is made
 * beside what is there and put in place by renaming at the end, under a note
 * that the next run undoes should this one be killed.
 */
#ifndef TN_LIFECYCLE_UPGRADE_H
#define TN_LIFECYCLE_UPGRADE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "command.h"
#include "init_place.h"
#include "init_plan.h"
#include "ldif_tree.h"

#define UPGRADE_DATABASES 32
#define UPGRADE_BACKUPS   TENURE_STATEDIR "/backup"
#define UPGRADE_PENDING   TENURE_STATEDIR "/upgrade.pending"
#define UPGRADE_SHIPPED   TENURE_STATEDIR "/shipped"

/* A database with a folder, as it is, as it is to be, or both. */
struct upgrade_database {
	char suffix[INIT_SUFFIX_MAX + 256];
	char folder[PLACE_PATH_MAX];
	int was;                   /* its number now, or -1: there is none */
	int becomes;               /* its number then, or -1 */
	bool is_rebuilt;           /* its files are made anew from LDIF */
	char shop[PLACE_PATH_MAX]; /* temporary, beside folder: "new", "old" */
};

struct upgrade {
	const struct command_run *run; /* for the journal */
	struct init_plan plan;
	char data_dir[INIT_PATH_MAX + 1]; /* of plan */
	struct ldif_tree live;            /* the configuration as it is */
	struct ldif_tree merged;          /* as it is to be */
	struct ldif_tree edited; /* entries of the data, as they are to be */
	struct ldif_tree added;  /* new entries of the data, in their order */
	size_t count;
	struct upgrade_database databases[UPGRADE_DATABASES];

	struct init_place place;
	char config_shop[PLACE_PATH_MAX]; /* temporary: beside slapd.d */
	char state_shop[PLACE_PATH_MAX];  /* beside our own state */
	char source[PLACE_PATH_MAX];      /* the backup to read data from */
	char kept[PLACE_PATH_MAX];        /* the backup of how it was */
};

struct upgrade_options {
	bool only_show;     /* --dry-run */
	bool take_shipped;  /* --replace-local */
	const char *backup; /* --restore: from here */
};

/* Bring everything to what this Tenure ships, or back to a backup. plan has
   its folders. ret_status is an enum exit_status. */
int upgrade_run(const struct command_run *run, const struct init_plan *plan,
                const struct upgrade_options *options, int *ret_status,
                struct tn_err *err);

/* upgrade_offline.c: no process has a database open. TN_E_RULE: one has.
   upgrade may be NULL: any database. */
int upgrade_require_offline(const struct upgrade *upgrade, struct tn_err *err);

/*
 * upgrade_plan.c: fill upgrade->merged, ->edited, ->added and the databases,
 * and make the backup (upgrade->kept). What is found goes to stdout.
 * TN_E_RULE: a downgrade, or what both sides changed.
 */
int upgrade_plan(struct upgrade *upgrade, const struct upgrade_options *options,
                 size_t *ret_changes, struct tn_err *err);
int upgrade_plan_restore(struct upgrade *upgrade, const char *folder,
                         struct tn_err *err);

/* upgrade_database.c: the databases of live and merged, and what is to happen
   to each. */
int upgrade_databases(struct upgrade *upgrade, bool rebuild_all,
                      struct tn_err *err);
/* Whose entry is it, then? NULL: no database's. */
struct upgrade_database *
upgrade_database_of(struct upgrade *upgrade, const char *dn);
/* The file of a database in a backup. */
void
upgrade_backup_name(const char *backup, const struct upgrade_database *database,
                    char ret[PLACE_PATH_MAX + 64]);

/* upgrade_backup.c: all databases and the configuration as LDIF, in a new
   folder that is complete or not there. */
int upgrade_backup(struct upgrade *upgrade, struct tn_err *err);
/* Is everything there that was written? */
int upgrade_backup_check(const char *folder, struct tn_err *err);

/* The folder "shipped" in from, where there is one, to the folder to. */
int upgrade_copy_shipped(struct upgrade *upgrade, const char *from,
                         const char *to, struct tn_err *err);

/* upgrade_rebuild.c: configuration and databases, beside their places. */
int upgrade_rebuild(struct upgrade *upgrade, struct tn_err *err);

/* upgrade_commit.c: put them there. */
int upgrade_commit(struct upgrade *upgrade, struct tn_err *err);
/* Undo what a killed run had begun. */
int upgrade_recover(bool *ret_undone, struct tn_err *err);

/* upgrade_shipped.c: what a version shipped. */
int upgrade_version(const struct ldif_tree *config, unsigned int *ret,
                    struct tn_err *err);
/* ret_data: the first entries of all databases. */
int upgrade_shipped_now(const struct init_plan *plan, struct ldif_tree *config,
                        struct ldif_tree *data, struct tn_err *err);
int upgrade_shipped_then(const struct init_plan *plan, unsigned int version,
                         struct ldif_tree *config, struct ldif_tree *data,
                         struct tn_err *err);
/* Write what this Tenure ships to folder, for the upgrade after this. */
int upgrade_shipped_save(const struct init_plan *plan, const char *folder,
                         struct tn_err *err);

#endif
