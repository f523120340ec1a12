#include "slapd_entry.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define KNOWN          " slapd 2.5."
#define ATTRIBUTES_MAX 1000

/* slapd's own structs, as far as we look (servers/slapd/slap.h, 2.5). */
struct description {
	struct description *next;
	void *type;
	struct berval name;
	struct berval tags;
	unsigned int flags;
};

struct attribute {
	struct description *description;
	struct berval *values;
	struct berval *normalized;
	unsigned int count;
	unsigned int flags;
	struct attribute *next;
};

struct slapd_entry {
	unsigned long id;
	struct berval dn;
	struct berval normalized_dn;
	struct attribute *attributes;
};

/* slapd's; not there in a test, and perhaps not in a slapd to come. */
extern const char Versionstr[] __attribute__((weak));

int
tn_slapd_entry_is_known(void)
{
	return Versionstr != NULL && strstr(Versionstr, KNOWN) != NULL;
}

static bool
is_named(const struct attribute *attribute, const char *name)
{
	const struct berval *called;

	if (attribute->description == NULL)
		return false;
	called = &attribute->description->name;
	return called->bv_val != NULL && called->bv_len == strlen(name) &&
	       strncasecmp(called->bv_val, name, called->bv_len) == 0;
}

int
tn_slapd_entry_value(const struct slapd_entry *entry, const char *name,
                     unsigned int index, char *ret, size_t size)
{
	const struct attribute *attribute;
	const struct berval *value;
	size_t left = ATTRIBUTES_MAX;

	ret[0] = '\0';
	if (entry == NULL || !tn_slapd_entry_is_known())
		return 0;
	for (attribute = entry->attributes; attribute != NULL && left-- > 0;
	     attribute = attribute->next) {
		if (!is_named(attribute, name))
			continue;
		if (index >= attribute->count || attribute->values == NULL)
			return 0;
		value = &attribute->values[index];
		if (value->bv_val == NULL || value->bv_len >= size ||
		    memchr(value->bv_val, '\0', value->bv_len) != NULL)
			return 0;
		memcpy(ret, value->bv_val, value->bv_len);
		ret[value->bv_len] = '\0';
		return 1;
	}
	return 0;
}
