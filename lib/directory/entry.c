/* Questions to an entry. What is not plainly there is not there. */
#include "directory/entry.h"

#include <string.h>
#include <strings.h>
#include "base/day.h"
#include "base/text.h"

static const struct tn_attribute *
find(const struct tn_entry *entry, const char *name)
{
	size_t i;

	for (i = 0; i < entry->count; i++)
		/* The first letter tells most of them apart. */
		if (((entry->attributes[i].name[0] ^ name[0]) & ~0x20) == 0 &&
		    strcasecmp(entry->attributes[i].name, name) == 0)
			return &entry->attributes[i];
	return NULL;
}

static bool
is_text(const struct tn_value *value)
{
	return tn_text_is_utf8(value->data, value->len);
}

const struct tn_value *
tn_entry_values(const struct tn_entry *entry, const char *name,
                size_t *ret_count)
{
	const struct tn_attribute *attribute = find(entry, name);

	if (attribute == NULL || attribute->count == 0) {
		*ret_count = 0;
		return NULL;
	}
	*ret_count = attribute->count;
	return attribute->values;
}

const char *
tn_entry_text(const struct tn_entry *entry, const char *name)
{
	const struct tn_attribute *attribute = find(entry, name);

	if (attribute == NULL || attribute->count != 1 ||
	    !is_text(&attribute->values[0]))
		return NULL;
	return attribute->values[0].data;
}

bool
tn_entry_has_value(const struct tn_entry *entry, const char *name,
                   const char *text)
{
	const struct tn_attribute *attribute = find(entry, name);
	const size_t len = strlen(text);
	size_t i;

	if (attribute == NULL)
		return false;
	for (i = 0; i < attribute->count; i++)
		if (attribute->values[i].len == len &&
		    strncasecmp(attribute->values[i].data, text, len) == 0)
			return true;
	return false;
}

bool
tn_entry_is(const struct tn_entry *entry, const char *object_class)
{
	return tn_entry_has_value(entry, "objectClass", object_class);
}

/* The only value as text; TN_E_NOT_FOUND, or TN_E_INVALID when it is there
   but not one plain text. */
static int
only_text(const struct tn_entry *entry, const char *name, const char **ret)
{
	const char *text;
	size_t count;

	if (tn_entry_values(entry, name, &count) == NULL)
		return TN_E_NOT_FOUND;
	text = tn_entry_text(entry, name);
	if (text == NULL)
		return TN_E_INVALID;
	*ret = text;
	return TN_OK;
}

int
tn_entry_u32(const struct tn_entry *entry, const char *name, uint32_t *ret)
{
	unsigned long long number;
	const char *text;
	int code = only_text(entry, name, &text);

	if (code != TN_OK)
		return code;
	if (!tn_text_to_u64(text, UINT32_MAX, &number))
		return TN_E_INVALID;
	*ret = (uint32_t)number;
	return TN_OK;
}

int
tn_entry_time(const struct tn_entry *entry, const char *name, int64_t *ret)
{
	const char *text;
	int code = only_text(entry, name, &text);

	if (code != TN_OK)
		return code;
	return tn_gtime_parse(text, strlen(text), ret, NULL);
}

int
tn_entry_bool(const struct tn_entry *entry, const char *name, bool *ret)
{
	const char *text;
	int code = only_text(entry, name, &text);

	if (code != TN_OK)
		return code;
	if (strcmp(text, "TRUE") == 0)
		*ret = true;
	else if (strcmp(text, "FALSE") == 0)
		*ret = false;
	else
		return TN_E_INVALID;
	return TN_OK;
}
