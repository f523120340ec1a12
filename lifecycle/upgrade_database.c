#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "ldif_stream.h"
#include "upgrade.h"
#include "upgrade_values.h"

static struct upgrade_database *
find(struct upgrade *upgrade, const char *suffix)
{
	size_t i;

	for (i = 0; i < upgrade->count; i++) {
		if (!strcasecmp(upgrade->databases[i].suffix, suffix))
			return &upgrade->databases[i];
	}
	return NULL;
}

/* The database that an entry of a configuration describes; NULL with TN_OK:
   it is none that has a folder. */
static int
take(struct upgrade *upgrade, const struct ldif_entry *entry,
     struct upgrade_database **ret, struct tn_err *err)
{
	const char *suffix = ldif_entry_value(entry, "olcSuffix");
	const char *folder = ldif_entry_value(entry, "olcDbDirectory");
	struct upgrade_database *database;

	*ret = NULL;
	if (strncasecmp(entry->dn, "olcDatabase={", 13) != 0 || !suffix ||
	    !folder)
		return TN_OK;
	database = find(upgrade, suffix);
	if (!database) {
		if (upgrade->count == UPGRADE_DATABASES)
			return tn_fail(err, TN_E_LIMIT, "too many databases");
		database = &upgrade->databases[upgrade->count++];
		database->was = -1;
		database->becomes = -1;
		if (!tn_text_copy(database->suffix, sizeof(database->suffix),
		                  suffix))
			return tn_fail(err, TN_E_LIMIT, "%s: too long", suffix);
	}
	if (folder[0] != '/' ||
	    !tn_text_copy(database->folder, INIT_PATH_MAX, folder))
		return tn_fail(err, TN_E_INVALID, "%s: %s is no folder for us",
		               entry->dn, folder);
	*ret = database;
	return TN_OK;
}

static int
number_of(const struct ldif_entry *entry)
{
	return (int)strtol(entry->dn + 13, NULL, 10);
}

static bool
has_other_indexes(const struct ldif_tree *live, const struct ldif_entry *entry)
{
	const struct ldif_entry *was = ldif_tree_find(live, entry->key);
	struct upgrade_values *values = calloc(2, sizeof(*values));
	bool other = true;

	if (values && was) {
		upgrade_values_of(was, "olcDbIndex", &values[0]);
		upgrade_values_of(entry, "olcDbIndex", &values[1]);
		other = !upgrade_values_same(&values[0], &values[1]);
	}
	free(values);
	return other;
}

struct upgrade_database *
upgrade_database_of(struct upgrade *upgrade, const char *dn)
{
	struct upgrade_database *best = NULL;
	size_t i;

	for (i = 0; i < upgrade->count; i++) {
		struct upgrade_database *database = &upgrade->databases[i];

		if (database->becomes >= 0 &&
		    ldif_dn_is_within(dn, database->suffix) &&
		    (!best || strlen(database->suffix) > strlen(best->suffix)))
			best = database;
	}
	return best;
}

/* A new database takes what stands beneath its suffix from the one above. */
static void
mark_split(struct upgrade *upgrade)
{
	size_t i, k;

	for (i = 0; i < upgrade->count; i++) {
		const struct upgrade_database *fresh = &upgrade->databases[i];

		for (k = 0; fresh->was < 0 && k < upgrade->count; k++) {
			struct upgrade_database *above = &upgrade->databases[k];

			if (k != i && above->was >= 0 && above->becomes >= 0 &&
			    ldif_dn_is_within(fresh->suffix, above->suffix))
				above->is_rebuilt = true;
		}
	}
}

static int
mark_entries(struct upgrade *upgrade, const struct ldif_tree *entries,
             struct tn_err *err)
{
	size_t i;

	for (i = 0; i < entries->count; i++) {
		const char *dn = entries->entries[i]->dn;
		struct upgrade_database *of = upgrade_database_of(upgrade, dn);

		if (!of)
			return tn_fail(err, TN_E_INVALID,
			               "%s: no database is for it", dn);
		of->is_rebuilt = true;
	}
	return TN_OK;
}

int
upgrade_databases(struct upgrade *upgrade, bool rebuild_all, struct tn_err *err)
{
	struct upgrade_database *database;
	size_t i;
	int status = TN_OK;

	upgrade->count = 0;
	memset(upgrade->databases, 0, sizeof(upgrade->databases));
	for (i = 0; status == TN_OK && i < upgrade->live.count; i++) {
		status =
		    take(upgrade, upgrade->live.entries[i], &database, err);
		if (status == TN_OK && database)
			database->was = number_of(upgrade->live.entries[i]);
	}
	for (i = 0; status == TN_OK && i < upgrade->merged.count; i++) {
		const struct ldif_entry *entry = upgrade->merged.entries[i];

		status = take(upgrade, entry, &database, err);
		if (status != TN_OK || !database)
			continue;
		database->becomes = number_of(entry);
		database->is_rebuilt =
		    rebuild_all || has_other_indexes(&upgrade->live, entry);
	}
	mark_split(upgrade);
	if (status == TN_OK)
		status = mark_entries(upgrade, &upgrade->edited, err);
	if (status == TN_OK)
		status = mark_entries(upgrade, &upgrade->added, err);
	return status;
}
