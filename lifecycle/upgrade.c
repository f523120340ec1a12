#include "upgrade.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "config/config.h"
#include "init_slapd.h"
#include "journal_write.h"

static int
read_live(struct upgrade *upgrade, struct tn_err *err)
{
	struct tn_buf dump;
	int status;

	tn_buf_init(&dump, INIT_DUMP_MAX);
	status = init_slapd_dump(&upgrade->plan, upgrade->plan.config_dir,
	                         &dump, err);
	if (status == TN_OK && !tn_buf_text(&dump))
		status = tn_fail(err, dump.failed, "slapcat");
	if (status == TN_OK)
		status =
		    ldif_tree_parse(tn_buf_text(&dump), &upgrade->live, err);
	if (status == TN_OK)
		status = ldif_tree_index(&upgrade->live, err);
	tn_buf_done(&dump);
	return status;
}

/* The databases stand where slapd says, not where we would put them. */
static int
find_data(struct upgrade *upgrade, struct tn_err *err)
{
	char key[INIT_SUFFIX_MAX + 16];
	const struct ldif_entry *accounts;
	const char *path;
	const char *last;

	snprintf(key, sizeof(key), "database %s", upgrade->plan.suffix);
	accounts = ldif_tree_find(&upgrade->live, key);
	path = accounts ? ldif_entry_value(accounts, "olcDbDirectory") : NULL;
	last = path ? strrchr(path, '/') : NULL;
	if (!last || last - path < 1 || last - path > INIT_PATH_MAX)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "slapd has no database for %s",
		               upgrade->plan.suffix);
	snprintf(upgrade->data_dir, sizeof(upgrade->data_dir), "%.*s",
	         (int)(last - path), path);
	upgrade->plan.data_dir = upgrade->data_dir;
	return init_plan_check(&upgrade->plan, err);
}

static int
open_shops(struct upgrade *upgrade, struct tn_err *err)
{
	char beside[PLACE_PATH_MAX];
	const char *path = upgrade->plan.config_dir;
	int status;

	snprintf(beside, sizeof(beside), "%.*s",
	         (int)(strrchr(path, '/') - path), path);
	init_place_sweep("/run");
	init_place_sweep(TENURE_STATEDIR);
	init_place_sweep(UPGRADE_BACKUPS);
	init_place_sweep(beside);
	init_place_sweep(upgrade->plan.data_dir);
	status = init_place_beside(&upgrade->place, TENURE_STATEDIR, 0, 0,
	                           upgrade->state_shop, err);
	if (status == TN_OK)
		status = init_place_beside(
		    &upgrade->place, beside, upgrade->plan.slapd_uid,
		    upgrade->plan.slapd_gid, upgrade->config_shop, err);
	return status;
}

/* The backup gets the name under which it stays. */
static int
keep_backup(struct upgrade *upgrade, char ret[PLACE_PATH_MAX],
            struct tn_err *err)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(ret, PLACE_PATH_MAX, UPGRADE_BACKUPS "/%s-%d", when,
	         (int)getpid());
	if (rename(upgrade->kept, ret))
		return tn_fail_errno(err, TN_E_IO, errno, "%s", ret);
	return TN_OK;
}

static int
carry_out(struct upgrade *upgrade, const char *restored_from,
          struct tn_err *err)
{
	char shipped[PLACE_PATH_MAX + 16], kept[PLACE_PATH_MAX] = "";
	char reason[PLACE_PATH_MAX + 32];
	const struct journal_matter matter = { .reason = reason };
	int status;

	status = upgrade_rebuild(upgrade, err);
	snprintf(shipped, sizeof(shipped), "%s/shipped", upgrade->state_shop);
	if (status == TN_OK && restored_from) {
		status = upgrade_copy_shipped(upgrade, restored_from,
		                              upgrade->state_shop, err);
	} else if (status == TN_OK) {
		status = init_place_folder(&upgrade->place, shipped, 0700, 0, 0,
		                           err);
		if (status == TN_OK)
			status =
			    upgrade_shipped_save(&upgrade->plan, shipped, err);
	}
	if (status == TN_OK)
		status = upgrade_require_offline(upgrade, err);
	if (status == TN_OK)
		status = keep_backup(upgrade, kept, err);
	snprintf(reason, sizeof(reason), "what was there is in %s", kept);
	if (status == TN_OK)
		status = journal_change_offline(upgrade->run, &matter, err);
	if (status == TN_OK)
		status = upgrade_commit(upgrade, err);
	if (status == TN_OK)
		printf("Done. How it was before is in\n"
		       "  %s\n"
		       "To go back: stop slapd, then\n"
		       "  tenure init --restore %s\n"
		       "Now start slapd (systemctl start slapd "
		       "tenured-directory), then: tenure init --check\n",
		       kept, kept);
	return status;
}

static int
upgrade_or_restore(struct upgrade *upgrade,
                   const struct upgrade_options *options, int *ret_status,
                   struct tn_err *err)
{
	size_t changes = 1;
	int status;

	if (options->backup)
		status = upgrade_plan_restore(upgrade, options->backup, err);
	else
		status = upgrade_plan(upgrade, options, &changes, err);
	*ret_status = EXIT_CLEAN;
	if (status == TN_OK && !changes)
		puts("There is nothing to do.");
	else if (status == TN_OK && options->only_show)
		puts("Nothing was changed: without --dry-run it is.");
	else if (status == TN_OK)
		status = carry_out(upgrade, options->backup, err);
	return status;
}

/* Under the lock: what a killed run began is undone before anything else. */
static int
begin(struct upgrade *upgrade, struct tn_err *err)
{
	bool undone = false;
	int status;

	status = upgrade_require_offline(upgrade, err);
	if (status == TN_OK)
		status = upgrade_recover(&undone, err);
	if (undone)
		puts("A run that was killed was undone first.");
	if (status == TN_OK)
		status = read_live(upgrade, err);
	if (status == TN_OK)
		status = find_data(upgrade, err);
	return status == TN_OK ? open_shops(upgrade, err) : status;
}

int
upgrade_run(const struct command_run *run, const struct init_plan *plan,
            const struct upgrade_options *options, int *ret_status,
            struct tn_err *err)
{
	struct upgrade *upgrade = calloc(1, sizeof(*upgrade));
	struct tn_config *config = NULL;
	sigset_t blocked, before;
	int locked = -1;
	int status;

	if (!upgrade)
		return tn_fail(err, TN_E_NO_MEMORY, "upgrade");
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	upgrade->run = run;
	upgrade->plan = *plan;
	status = geteuid() ? tn_fail(err, TN_E_DENIED, "must be run as root")
	                   : tn_config_read(run->config_path, &config, err);
	if (status == TN_OK) {
		init_plan_from(&upgrade->plan, config);
		status = init_plan_check(&upgrade->plan, err);
	}
	if (status == TN_OK)
		status = init_slapd_tools(&upgrade->plan, err);
	if (status == TN_OK)
		status = init_plan_users(&upgrade->plan, err);
	if (status == TN_OK)
		status = init_place_lock(&locked, err);
	if (status == TN_OK)
		status = begin(upgrade, err);
	if (status == TN_OK)
		status = upgrade_or_restore(upgrade, options, ret_status, err);
	/* What could not be put back lies in the workshops, and the next run
	   looks for it there. */
	if (access(UPGRADE_PENDING, F_OK))
		init_place_undo(&upgrade->place);
	if (locked >= 0)
		close(locked);
	ldif_tree_done(&upgrade->live);
	ldif_tree_done(&upgrade->merged);
	ldif_tree_done(&upgrade->edited);
	ldif_tree_done(&upgrade->added);
	free(upgrade);
	tn_config_free(config);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
