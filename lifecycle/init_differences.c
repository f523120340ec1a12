/* What differs between shipped and live entries, in words. */
#include "init_entries.h"

#include <string.h>
#include <strings.h>

#define SHOWN 160 /* bytes of a value */

size_t
init_entry_differences(const struct init_entry *shipped,
                       const struct init_entry *live, FILE *out)
{
	size_t found = 0;
	size_t s = 0;
	size_t l = 0;

	while (s < shipped->count || l < live->count) {
		int order;

		if (s == shipped->count)
			order = 1;
		else if (l == live->count)
			order = -1;
		else
			order = strcmp(shipped->lines[s], live->lines[l]);
		if (order < 0)
			fprintf(out, "%s: lost: %.*s\n", live->dn, SHOWN,
			        shipped->lines[s]);
		else if (order > 0)
			fprintf(out, "%s: not shipped: %.*s\n", live->dn, SHOWN,
			        live->lines[l]);
		found += order != 0;
		s += order <= 0;
		l += order >= 0;
	}
	return found;
}

/* "olcOverlay={2}unique,olcDatabase={3}mdb,cn=config": the overlay's name. */
static void
say_lost(const struct init_entry *shipped, FILE *out)
{
	const char *key = shipped->key;
	const char *comma = strchr(key, ',');

	if (!strncmp(key, "olcOverlay=", 11) && comma)
		fprintf(out, "the overlay %.*s is lost: %s is not there\n",
		        (int)(comma - key) - 11, key + 11, shipped->dn);
	else
		fprintf(out, "%s is lost\n", shipped->dn);
}

size_t
init_entries_differences(const struct init_entries *shipped,
                         const struct init_entries *live, FILE *out)
{
	size_t found = 0;
	size_t i;

	for (i = 0; i < shipped->count; i++) {
		const struct init_entry *entry =
		    init_entries_find(live, shipped->entries[i]->key);

		if (!strcasecmp(shipped->entries[i]->key, INIT_BUILT_IN))
			continue;
		if (entry) {
			found += init_entry_differences(shipped->entries[i],
			                                entry, out);
		} else {
			say_lost(shipped->entries[i], out);
			found++;
		}
	}
	for (i = 0; i < live->count; i++) {
		if (init_entries_find(shipped, live->entries[i]->key))
			continue;
		fprintf(out, "%s is not shipped\n", live->entries[i]->dn);
		found++;
	}
	return found;
}
