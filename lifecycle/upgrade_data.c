/* The entries that every directory starts with: which are to be added, and
   which changed, without touching any other. */
#include <stdlib.h>

#include "ldif_stream.h"
#include "upgrade_data.h"

/* Does any of them stand in this database? */
static bool
is_wanted(const struct upgrade_database *database,
          const struct ldif_tree *shipped)
{
	size_t i;

	for (i = 0; i < shipped->count; i++) {
		if (ldif_dn_is_within(shipped->entries[i]->dn,
		                      database->suffix))
			return true;
	}
	return false;
}

/* Those of the database's entries that we ship, too. */
static int
collect(const struct upgrade *upgrade, const struct upgrade_database *database,
        const struct ldif_tree *shipped, struct ldif_tree *ret,
        struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 64];
	struct ldif_stream stream;
	bool more = true;
	int status;

	if (database->was < 0 || !is_wanted(database, shipped))
		return TN_OK;
	upgrade_backup_name(upgrade->source, database, path);
	status = ldif_stream_open(path, &stream, err);
	while (status == TN_OK) {
		status = ldif_stream_next(&stream, &more, err);
		if (status != TN_OK || !more)
			break;
		if (ldif_tree_named(shipped, stream.dn))
			status = ldif_tree_parse(stream.text, ret, err);
	}
	ldif_stream_close(&stream);
	return status;
}

static int
copy_entry(const struct ldif_entry *entry, struct ldif_tree *ret,
           struct tn_err *err)
{
	struct ldif_entry *copy = ldif_tree_add(ret, entry->dn);
	bool failed = !copy;
	size_t i;

	for (i = 0; !failed && i < entry->count; i++)
		failed = !ldif_entry_add(copy, entry->lines[i]);
	return failed ? tn_fail(err, TN_E_LIMIT, "%s: too much", entry->dn)
	              : TN_OK;
}

static int
edit(struct upgrade *upgrade, const struct ldif_entry *base,
     const struct ldif_entry *live, const struct ldif_entry *shipped,
     struct upgrade_notes *notes, struct tn_err *err)
{
	struct ldif_tree made = { 0 };
	struct ldif_entry *entry = ldif_tree_add(&made, live->dn);
	int status;

	if (!entry)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", live->dn);
	status =
	    upgrade_merge_entry(base, live, shipped, true, entry, notes, err);
	if (status == TN_OK && !upgrade_is_same(live, entry))
		status = copy_entry(entry, &upgrade->edited, err);
	ldif_tree_done(&made);
	return status;
}

int
upgrade_plan_data(struct upgrade *upgrade, const struct ldif_tree *base,
                  const struct ldif_tree *shipped, struct upgrade_notes *notes,
                  struct tn_err *err)
{
	struct ldif_tree live = { 0 };
	size_t i;
	int status = TN_OK;

	for (i = 0; status == TN_OK && i < upgrade->count; i++)
		status = collect(upgrade, &upgrade->databases[i], shipped,
		                 &live, err);
	for (i = 0; status == TN_OK && i < shipped->count; i++) {
		const struct ldif_entry *entry = shipped->entries[i];
		const struct ldif_entry *was = ldif_tree_named(base, entry->dn);
		const struct ldif_entry *is = ldif_tree_named(&live, entry->dn);

		if (is) {
			status = edit(upgrade, was, is, entry, notes, err);
			continue;
		}
		notes->changes++;
		fprintf(notes->out, "%s: %s\n", was ? "lost, put back" : "new",
		        entry->dn);
		status = copy_entry(entry, &upgrade->added, err);
	}
	ldif_tree_done(&live);
	return status;
}
