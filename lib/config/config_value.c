#include "config/config_key.h"

#include <stdlib.h>
#include <string.h>
#include "base/text.h"

#define SEPARATORS " \t,"

static void *
field_of(struct tn_config *config, const struct tn_config_key *key)
{
	return (char *)config + key->offset;
}

static void
clear_list(char **list)
{
	size_t i;

	for (i = 0; list[i] != NULL; i++) {
		free(list[i]);
		list[i] = NULL;
	}
}

void
tn_config_clear(struct tn_config *config, const struct tn_config_key *key)
{
	char **texts = field_of(config, key);

	if (key->type == TN_CONFIG_TEXT) {
		free(*texts);
		*texts = NULL;
	} else if (key->type == TN_CONFIG_LIST) {
		clear_list(texts);
	}
}

static int
set_text(struct tn_config *config, const struct tn_config_key *key,
         const char *value, struct tn_err *err)
{
	const char *fault = NULL;
	char *copy;

	if (value[0] == '\0' && key->about.preset[0] != '\0')
		return tn_fail(err, TN_E_INVALID, "has no value");
	if (value[0] != '\0' && key->check != NULL)
		fault = key->check(value);
	if (fault != NULL)
		return tn_fail(err, TN_E_INVALID, "%s", fault);
	copy = strdup(value);
	if (copy == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	tn_config_clear(config, key);
	*(char **)field_of(config, key) = copy;
	return TN_OK;
}

static int
set_list(struct tn_config *config, const struct tn_config_key *key,
         const char *value, struct tn_err *err)
{
	char **list = field_of(config, key);
	int64_t count = 0;

	clear_list(list);
	for (value += strspn(value, SEPARATORS); *value != '\0';
	     value += strspn(value, SEPARATORS)) {
		size_t len = strcspn(value, SEPARATORS);
		const char *fault = NULL;

		if (count == key->max)
			return tn_fail(err, TN_E_INVALID, "takes %s",
			               key->about.range);
		list[count] = strndup(value, len);
		if (list[count] == NULL)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		if (key->check != NULL)
			fault = key->check(list[count]);
		if (fault != NULL)
			return tn_fail(err, TN_E_INVALID, "\"%.100s\" %s",
			               list[count], fault);
		count++;
		value += len;
	}
	return TN_OK;
}

/* "+08:00" as seconds east of Greenwich. */
static bool
read_offset(const char *value, int64_t *ret)
{
	char hours[3] = "";
	unsigned long long h = 0;
	unsigned long long m = 0;

	if (strlen(value) != 6 || (value[0] != '+' && value[0] != '-') ||
	    value[3] != ':')
		return false;
	memcpy(hours, value + 1, 2);
	if (!tn_text_to_u64(hours, 23, &h) ||
	    !tn_text_to_u64(value + 4, 59, &m))
		return false;
	*ret = (int64_t)(h * 3600 + m * 60);
	if (value[0] == '-')
		*ret = -*ret;
	return true;
}

static int
set_number(struct tn_config *config, const struct tn_config_key *key,
           const char *value, struct tn_err *err)
{
	void *field = field_of(config, key);
	unsigned long long unsigned_number = 0;
	int64_t number = 0;
	bool good;

	if (key->type == TN_CONFIG_OFFSET) {
		good = read_offset(value, &number);
	} else {
		good = tn_text_to_u64(value, INT64_MAX, &unsigned_number);
		number = (int64_t)unsigned_number;
	}
	if (!good || number < key->min || number > key->max)
		return tn_fail(err, TN_E_INVALID, "\"%.40s\" is not %s", value,
		               key->about.range);
	if (key->type == TN_CONFIG_INT64)
		*(int64_t *)field = number;
	else if (key->type == TN_CONFIG_UINT32)
		*(uint32_t *)field = (uint32_t)number;
	else
		*(int *)field = (int)number;
	return TN_OK;
}

static int
set_bool(struct tn_config *config, const struct tn_config_key *key,
         const char *value, struct tn_err *err)
{
	bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return tn_fail(err, TN_E_INVALID, "\"%.40s\" is not %s", value,
		               key->about.range);
	*(bool *)field_of(config, key) = yes;
	return TN_OK;
}

int
tn_config_set(struct tn_config *config, const struct tn_config_key *key,
              const char *value, struct tn_err *err)
{
	switch (key->type) {
	case TN_CONFIG_TEXT:
		return set_text(config, key, value, err);
	case TN_CONFIG_LIST:
		return set_list(config, key, value, err);
	case TN_CONFIG_BOOL:
		return set_bool(config, key, value, err);
	case TN_CONFIG_INT:
	case TN_CONFIG_INT64:
	case TN_CONFIG_UINT32:
	case TN_CONFIG_OFFSET:
		return set_number(config, key, value, err);
	}
	return tn_fail(err, TN_E_BUG, "a key without a type");
}
