/*
 * What is the same thing in two configurations: numbers shift when something
 * comes or goes before it, so a database is known by its suffix, an overlay
 * and a schema by its name and by what it stands beneath.
 */
#include "ldif_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The dn above, "" at the top. */
static const char *
parent_of(const char *dn)
{
	const char *comma = strchr(dn, ',');

	return comma ? comma + 1 : "";
}

/* "olcOverlay={2}unique,..." -> "unique", whole values without a number. */
static void
name_of(const char *dn, char *ret, size_t size)
{
	size_t type = strcspn(dn, "=");
	const char *value = ldif_unnumbered(dn + type + (dn[type] == '='));

	snprintf(ret, size, "%.*s", (int)strcspn(value, ","), value);
}

static const char *
key_of(const struct ldif_tree *tree, const char *dn)
{
	const struct ldif_entry *entry = ldif_tree_named(tree, dn);

	return entry && entry->key ? entry->key : dn;
}

/* A second overlay of one name on one database is another thing. */
static unsigned int
alike_before(const struct ldif_tree *tree, size_t index, const char *key)
{
	unsigned int alike = 0;
	size_t i;

	for (i = 0; i < index; i++)
		alike += !strcasecmp(tree->entries[i]->key, key);
	return alike;
}

int
ldif_tree_index(struct ldif_tree *tree, struct tn_err *err)
{
	char key[1024], group[1024], name[256];
	size_t i;

	for (i = 0; i < tree->count; i++) {
		struct ldif_entry *entry = tree->entries[i];
		const char *parent = key_of(tree, parent_of(entry->dn));
		const char *suffix = ldif_entry_value(entry, "olcSuffix");
		int type = (int)strcspn(entry->dn, "=");
		unsigned int alike;
		size_t len;

		name_of(entry->dn, name, sizeof(name));
		snprintf(group, sizeof(group), "%.*s|%s", type, entry->dn,
		         parent);
		if (!strncasecmp(entry->dn, "olcDatabase=", 12) && suffix)
			snprintf(key, sizeof(key), "database %s", suffix);
		else if (!strncasecmp(entry->dn, "cn=module{", 10))
			snprintf(key, sizeof(key), "%s", entry->dn);
		else
			snprintf(key, sizeof(key), "%s,%s", name, parent);
		alike = alike_before(tree, i, key);
		len = strlen(key);
		if (alike)
			snprintf(key + len, sizeof(key) - len, "#%u", alike);
		free(entry->key);
		free(entry->group);
		entry->key = strdup(key);
		entry->group = strdup(group);
		if (!entry->key || !entry->group)
			return tn_fail(err, TN_E_NO_MEMORY, "%s", entry->dn);
	}
	return TN_OK;
}
