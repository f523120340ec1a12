/* What is to be done, before anything is: from three configurations to one, or
   from a backup. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "init_slapd.h"
#include "upgrade.h"
#include "upgrade_data.h"
#include "upgrade_merge.h"

/* What is shipped and was shipped, while the plan is made. */
struct shipment {
	unsigned int from, to; /* versions */
	struct ldif_tree then, now;
	struct ldif_tree data_then, data_now;
};

/* A newer Tenure was here: its schema would be lost, and data with it. */
static int
refuse_downgrade(const struct upgrade *upgrade, const struct shipment *goods,
                 struct tn_err *err)
{
	const struct ldif_entry *is =
	    ldif_tree_find(&upgrade->live, "tenure,schema,config,");
	const struct ldif_entry *now =
	    ldif_tree_find(&goods->now, "tenure,schema,config,");
	size_t i, k;

	if (goods->from > goods->to)
		return tn_fail(err, TN_E_RULE,
		               "this directory is of version %u, this Tenure "
		               "ships version %u: install the newer one, or go "
		               "back with tenure init --restore",
		               goods->from, goods->to);
	for (i = 0; is && now && i < is->count; i++) {
		const char *mine = strstr(is->lines[i], "( tenure");
		size_t len = mine ? 2 + strcspn(mine + 2, " ") : 0;
		bool known = !mine;

		for (k = 0; !known && k < now->count; k++) {
			const char *other = strstr(now->lines[k], "( tenure");

			known = other && !strncmp(mine, other, len + 1);
		}
		if (!known)
			return tn_fail(err, TN_E_RULE,
			               "the schema has %.*s ), which this "
			               "Tenure does not know: a newer one was "
			               "here; install that",
			               (int)len, mine);
	}
	return TN_OK;
}

/* Without a record of what was shipped every difference is ours to replace. */
static int
read_shipment(struct upgrade *upgrade, bool take_shipped,
              struct shipment *goods, struct tn_err *err)
{
	int status;

	status = upgrade_version(&upgrade->live, &goods->from, err);
	if (status == TN_OK)
		status = upgrade_shipped_now(&upgrade->plan, &goods->now,
		                             &goods->data_now, err);
	if (status == TN_OK)
		status = upgrade_version(&goods->now, &goods->to, err);
	if (status == TN_OK)
		status = refuse_downgrade(upgrade, goods, err);
	if (status != TN_OK)
		return status;
	status = upgrade_shipped_then(&upgrade->plan, goods->from, &goods->then,
	                              &goods->data_then, err);
	if (status == TN_OK || !take_shipped)
		return status;
	ldif_tree_done(&goods->then);
	ldif_tree_done(&goods->data_then);
	*err = (struct tn_err)TN_ERR_INIT;
	return TN_OK;
}

static int
plan_from(struct upgrade *upgrade, const struct upgrade_options *options,
          struct shipment *goods, struct upgrade_notes *notes,
          struct tn_err *err)
{
	int status;

	status = read_shipment(upgrade, options->take_shipped, goods, err);
	if (status == TN_OK)
		status =
		    upgrade_merge(&goods->then, &upgrade->live, &goods->now,
		                  &upgrade->merged, notes, err);
	if (status != TN_OK)
		return status;
	if (notes->conflicts)
		return tn_fail(
		    err, TN_E_RULE,
		    "%zu things were changed here and by Tenure, and neither "
		    "may be lost without a word; nothing was changed. Take "
		    "yours out with slapmodify -n0 and put it in again "
		    "afterwards, or let Tenure's replace it: tenure init "
		    "--upgrade --replace-local (yours stays in the backup)",
		    notes->conflicts);
	status = upgrade_databases(upgrade, false, err);
	if (status == TN_OK)
		status = upgrade_backup(upgrade, err);
	memcpy(upgrade->source, upgrade->kept, sizeof(upgrade->source));
	if (status == TN_OK)
		status = upgrade_plan_data(upgrade, &goods->data_then,
		                           &goods->data_now, notes, err);
	return status == TN_OK ? upgrade_databases(upgrade, false, err)
	                       : status;
}

int
upgrade_plan(struct upgrade *upgrade, const struct upgrade_options *options,
             size_t *ret_changes, struct tn_err *err)
{
	struct shipment *goods = calloc(1, sizeof(*goods));
	struct upgrade_notes notes = { .out = stdout,
		                       .take_shipped = options->take_shipped };
	int status;

	if (!goods)
		return tn_fail(err, TN_E_NO_MEMORY, "upgrade");
	status = plan_from(upgrade, options, goods, &notes, err);
	if (status == TN_OK)
		printf("from version %u to version %u: %zu changes, %zu of "
		       "yours kept\n",
		       goods->from, goods->to, notes.changes, notes.kept);
	*ret_changes = notes.changes;
	ldif_tree_done(&goods->then);
	ldif_tree_done(&goods->now);
	ldif_tree_done(&goods->data_then);
	ldif_tree_done(&goods->data_now);
	free(goods);
	return status;
}

int
upgrade_plan_restore(struct upgrade *upgrade, const char *folder,
                     struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 16];
	char key[INIT_SUFFIX_MAX + 16];
	char *text = NULL;
	size_t len;
	int status;

	if (folder[0] != '/' || strlen(folder) > INIT_PATH_MAX)
		return tn_fail(err, TN_E_INVALID,
		               "%s: an absolute path is meant", folder);
	status = upgrade_backup_check(folder, err);
	snprintf(path, sizeof(path), "%s/config.ldif", folder);
	if (status == TN_OK)
		status = tn_file_read_trusted(path, INIT_DUMP_MAX, true, &text,
		                              &len, err);
	if (status == TN_OK)
		status = ldif_tree_parse(text, &upgrade->merged, err);
	if (status == TN_OK)
		status = ldif_tree_index(&upgrade->merged, err);
	free(text);
	snprintf(key, sizeof(key), "database %s", upgrade->plan.suffix);
	if (status == TN_OK && !ldif_tree_find(&upgrade->merged, key))
		status = tn_fail(err, TN_E_INVALID,
		                 "%s is a backup of another directory than %s",
		                 folder, upgrade->plan.suffix);
	if (status == TN_OK)
		status = upgrade_databases(upgrade, true, err);
	if (status == TN_OK)
		status = upgrade_backup(upgrade, err);
	snprintf(upgrade->source, sizeof(upgrade->source), "%s", folder);
	return status;
}
