#include "config/config.h"

#include <stdlib.h>
#include <string.h>
#include "base/attrs.h"
#include "base/file.h"
#include "base/text.h"
#include "config/config_key.h"

#define LINE_BYTES 4096

static const struct tn_config_key *
find_key(const char *name)
{
	size_t i;

	for (i = 0; i < TN_CONFIG_KEYS; i++) {
		if (strcmp(tn_config_keys[i].about.name, name) == 0)
			return &tn_config_keys[i];
	}
	return NULL;
}

/* One trimmed line that is neither empty nor a comment. seen[] holds the line
   on which each key stood. */
static int
read_setting(struct tn_config *config, char *line, size_t number,
             size_t seen[TN_CONFIG_KEYS], struct tn_err *err)
{
	char *value = strchr(line, '=');
	const struct tn_config_key *key;
	size_t index;
	int rc;

	if (value == NULL)
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: not of the form key = value", number);
	*value++ = '\0';
	tn_text_trim(line);
	tn_text_trim(value);
	key = find_key(line);
	if (key == NULL)
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: unknown key \"%.60s\"", number, line);
	index = (size_t)(key - tn_config_keys);
	if (seen[index] != 0)
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: %s was set on line %zu already",
		               number, line, seen[index]);
	seen[index] = number;
	/* It would be taken for a part of the value, or not: nobody knows. */
	if (strstr(value, " #") != NULL || strstr(value, "\t#") != NULL ||
	    value[0] == '#')
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: a comment needs a line of its own",
		               number);
	rc = tn_config_set(config, key, value, err);
	if (rc != TN_OK)
		return tn_context(err, "line %zu: %s", number, line);
	return TN_OK;
}

/* line: len bytes of text, not NUL-terminated. */
static int
read_line(struct tn_config *config, const char *text, size_t len, size_t number,
          size_t seen[TN_CONFIG_KEYS], struct tn_err *err)
{
	char line[LINE_BYTES];

	if (len >= sizeof(line))
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: longer than %zu bytes", number,
		               sizeof(line) - 1);
	memcpy(line, text, len);
	line[len] = '\0';
	if (!tn_text_is_utf8(line, len))
		return tn_fail(err, TN_E_INVALID, "line %zu: not UTF-8",
		               number);
	tn_text_trim(line);
	if (line[0] == '\0' || line[0] == '#')
		return TN_OK;
	/* Tabs may stand around '=' only, where they are trimmed below. */
	for (len = 0; line[len] != '\0'; len++) {
		if (line[len] == '\t')
			line[len] = ' ';
	}
	if (tn_text_has_control(line))
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: a control character", number);
	return read_setting(config, line, number, seen, err);
}

static int
set_presets(struct tn_config *config, struct tn_err *err)
{
	size_t i;

	for (i = 0; i < TN_CONFIG_KEYS; i++) {
		const struct tn_config_key *key = &tn_config_keys[i];
		int rc = tn_config_set(config, key, key->about.preset, err);

		if (rc != TN_OK)
			return tn_context(err, "the default of %s",
			                  key->about.name);
	}
	return TN_OK;
}

/* What no single line can be blamed for. */
static int
check_whole(const struct tn_config *config, struct tn_err *err)
{
	if (config->max_age_days > 0 &&
	    config->lead_days >= config->max_age_days)
		return tn_fail(err, TN_E_INVALID,
		               "lead_days (%d) must be less than max_age_days "
		               "(%d)",
		               config->lead_days, config->max_age_days);
	return TN_OK;
}

int
tn_config_parse(const char *name, const char *text, struct tn_config **ret,
                struct tn_err *err)
{
	struct tn_config *config = calloc(1, sizeof(*config));
	size_t seen[TN_CONFIG_KEYS] = { 0 };
	size_t number = 0;
	int rc;

	if (config == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "%s: out of memory", name);
	rc = set_presets(config, err);
	if (rc != TN_OK)
		goto out;
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* byte order mark */
		text += 3;
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		rc = read_line(config, text, len, ++number, seen, err);
		if (rc != TN_OK)
			goto out;
		text += len;
		if (*text == '\n')
			text++;
	}
	rc = check_whole(config, err);
	if (rc != TN_OK)
		goto out;
	*ret = config;
	config = NULL;
out:
	tn_config_free(config);
	return rc == TN_OK ? TN_OK : tn_context(err, "%s", name);
}

int
tn_config_read(const char *path, struct tn_config **ret, struct tn_err *err)
{
	char *text = NULL;
	size_t len = 0;
	int rc = tn_file_read_trusted(path, TN_CONFIG_FILE_MAX, false, &text,
	                              &len, err);

	if (rc != TN_OK)
		return rc == TN_E_LIMIT
		           ? tn_fail(err, TN_E_INVALID, "%s: over %d bytes",
		                     path, TN_CONFIG_FILE_MAX)
		           : rc;
	if (strlen(text) != len)
		rc = tn_fail(err, TN_E_INVALID, "%s: holds a NUL byte", path);
	else
		rc = tn_config_parse(path, text, ret, err);
	free(text);
	return rc;
}

void
tn_config_free(struct tn_config *config)
{
	size_t i;

	if (config == NULL)
		return;
	for (i = 0; i < TN_CONFIG_KEYS; i++)
		tn_config_clear(config, &tn_config_keys[i]);
	free(config);
}
