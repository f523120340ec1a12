/* Entries for tests: an array of attributes, each of texts. */
#ifndef TN_TESTS_SAMPLE_ENTRY_H
#define TN_TESTS_SAMPLE_ENTRY_H

#include <string.h>
#include "directory/entry.h"

#define SAMPLE_VALUES 4
#define SAMPLE_MAX    40

struct sample {
	const char *name;
	const char *texts[SAMPLE_VALUES]; /* up to the first NULL */
};

struct sample_entry {
	struct tn_entry entry;
	struct tn_attribute attributes[SAMPLE_MAX];
	struct tn_value values[SAMPLE_MAX][SAMPLE_VALUES];
};

/* Ends at a sample without a name. */
static inline const struct tn_entry *
sample_fill(struct sample_entry *into, const struct sample *samples)
{
	size_t i;
	size_t n;

	memset(into, 0, sizeof(*into));
	for (i = 0; samples[i].name != NULL && i < SAMPLE_MAX; i++) {
		for (n = 0; n < SAMPLE_VALUES && samples[i].texts[n] != NULL;
		     n++) {
			into->values[i][n].data = samples[i].texts[n];
			into->values[i][n].len = strlen(samples[i].texts[n]);
		}
		into->attributes[i].name = samples[i].name;
		into->attributes[i].count = n;
		into->attributes[i].values = into->values[i];
	}
	into->entry.dn = "uid=wang,ou=people,dc=example,dc=org";
	into->entry.count = i;
	into->entry.attributes = into->attributes;
	return &into->entry;
}

#endif
