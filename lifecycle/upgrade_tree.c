/* The entries of the configuration that is to be, in an order and with numbers
   that slapd takes. */
#include "upgrade_merge.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Behind the last number that the group has given out. */
static long
next_number(const struct ldif_tree *tree, const char *group)
{
	long next = 0;
	size_t i;

	for (i = 0; i < tree->count; i++) {
		const struct ldif_entry *entry = tree->entries[i];
		const char *open = strchr(entry->dn, '{');
		long number = open ? strtol(open + 1, NULL, 10) : -1;

		if (entry->group && !strcasecmp(entry->group, group) &&
		    number >= next)
			next = number + 1;
	}
	return next;
}

/* A new entry of ret that stands for entry, under dn. */
static struct ldif_entry *
add_like(struct ldif_tree *ret, const struct ldif_entry *entry, const char *dn)
{
	struct ldif_entry *copy = ldif_tree_add(ret, dn);

	if (!copy)
		return NULL;
	copy->key = strdup(entry->key);
	copy->group = strdup(entry->group);
	return copy->key && copy->group ? copy : NULL;
}

/* An entry that only the administrator has: as it is, but for its number and
   the dn above. */
static int
add_own(const struct ldif_tree *live, const struct ldif_entry *own,
        struct ldif_tree *ret, struct tn_err *err)
{
	const char *comma = strchr(own->dn, ',');
	const struct ldif_entry *above =
	    comma ? ldif_tree_named(live, comma + 1) : NULL;
	const struct ldif_entry *parent =
	    above ? ldif_tree_find(ret, above->key) : NULL;
	int type = (int)strcspn(own->dn, "=");
	const char *value = own->dn + type + 1;
	bool is_renumbered = ldif_unnumbered(value) != value;
	struct ldif_entry *copy;
	char rdn[256], dn[1024], line[300];
	bool failed = false;
	size_t i;

	if (!parent)
		return tn_fail(err, TN_E_INVALID, "%s: nothing is above it",
		               own->dn);
	if (is_renumbered)
		snprintf(rdn, sizeof(rdn), "{%ld}%.*s",
		         next_number(ret, own->group),
		         (int)strcspn(ldif_unnumbered(value), ","),
		         ldif_unnumbered(value));
	else
		snprintf(rdn, sizeof(rdn), "%.*s", (int)strcspn(value, ","),
		         value);
	snprintf(dn, sizeof(dn), "%.*s=%s,%s", type, own->dn, rdn, parent->dn);
	copy = add_like(ret, own, dn);
	for (i = 0; copy && i < own->count; i++) {
		const char *kept = own->lines[i];

		if (is_renumbered &&
		    !strncasecmp(kept, own->dn, (size_t)type) &&
		    kept[type] == ':') {
			snprintf(line, sizeof(line), "%.*s: %s", type, own->dn,
			         rdn);
			kept = line;
		}
		failed |= !ldif_entry_add(copy, kept);
	}
	if (!copy || failed)
		return tn_fail(err, TN_E_LIMIT, "%s: too much", own->dn);
	return TN_OK;
}

/* Shipped once, not changed by anyone, and no longer shipped: it goes. Data
   never does. */
static bool
is_obsolete(const struct ldif_tree *base, const struct ldif_entry *own)
{
	const struct ldif_entry *was = ldif_tree_find(base, own->key);

	return was && strncasecmp(own->dn, "olcDatabase=", 12) != 0 &&
	       upgrade_is_same(was, own);
}

/* group NULL: all that are left. */
static int
add_all_own(const struct ldif_tree *base, const struct ldif_tree *live,
            const struct ldif_tree *shipped, const char *group,
            struct ldif_tree *ret, struct upgrade_notes *notes,
            struct tn_err *err)
{
	size_t i;
	int status = TN_OK;

	for (i = 0; status == TN_OK && i < live->count; i++) {
		const struct ldif_entry *own = live->entries[i];

		if ((group && strcasecmp(own->group, group) != 0) ||
		    ldif_tree_find(shipped, own->key) ||
		    ldif_tree_find(ret, own->key))
			continue;
		if (is_obsolete(base, own)) {
			if (group) {
				notes->changes++;
				fprintf(notes->out, "no longer shipped: %s\n",
				        own->dn);
			}
			continue;
		}
		notes->kept++;
		fprintf(notes->out, "yours, kept: %s\n", own->dn);
		status = add_own(live, own, ret, err);
	}
	return status;
}

static bool
is_last_of_group(const struct ldif_tree *tree, size_t index)
{
	size_t i;

	for (i = index + 1; i < tree->count; i++) {
		if (!strcasecmp(tree->entries[i]->group,
		                tree->entries[index]->group))
			return false;
	}
	return true;
}

/* slapd's own schema and the distribution's: as it is. */
static bool
is_others_schema(const struct ldif_entry *entry)
{
	return !strcasecmp(entry->dn, "cn=schema,cn=config") ||
	       (strstr(entry->dn, ",cn=schema,cn=config") &&
	        strcasecmp(entry->key, "tenure,schema,config,") != 0);
}

static int
add_shipped(const struct ldif_tree *base, const struct ldif_tree *live,
            const struct ldif_entry *entry, struct ldif_tree *ret,
            struct upgrade_notes *notes, struct tn_err *err)
{
	const struct ldif_entry *was = ldif_tree_find(base, entry->key);
	const struct ldif_entry *is = ldif_tree_find(live, entry->key);
	struct ldif_entry *copy = add_like(ret, entry, entry->dn);

	if (!copy)
		return tn_fail(err, TN_E_LIMIT, "%s: too many", entry->dn);
	if (is && is_others_schema(entry))
		return upgrade_merge_entry(is, is, is, false, copy, notes, err);
	if (is)
		return upgrade_merge_entry(was, is, entry, false, copy, notes,
		                           err);
	notes->changes++;
	fprintf(notes->out, "%s: %s\n", was ? "lost, put back" : "new",
	        entry->dn);
	return upgrade_merge_entry(entry, entry, entry, false, copy, notes,
	                           err);
}

int
upgrade_merge(const struct ldif_tree *base, const struct ldif_tree *live,
              const struct ldif_tree *shipped, struct ldif_tree *ret,
              struct upgrade_notes *notes, struct tn_err *err)
{
	int status = TN_OK;
	size_t i;

	for (i = 0; status == TN_OK && i < shipped->count; i++) {
		const struct ldif_entry *entry = shipped->entries[i];

		status = add_shipped(base, live, entry, ret, notes, err);
		if (status == TN_OK && is_last_of_group(shipped, i))
			status = add_all_own(base, live, shipped, entry->group,
			                     ret, notes, err);
	}
	if (status == TN_OK)
		status =
		    add_all_own(base, live, shipped, NULL, ret, notes, err);
	return status;
}
