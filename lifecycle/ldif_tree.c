#include "ldif_tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
entry_free(struct ldif_entry *entry)
{
	size_t i;

	for (i = 0; i < entry->count; i++)
		free(entry->lines[i]);
	free(entry->lines);
	free(entry->dn);
	free(entry->key);
	free(entry->group);
	free(entry);
}

void
ldif_tree_done(struct ldif_tree *tree)
{
	while (tree->count > 0)
		entry_free(tree->entries[--tree->count]);
}

struct ldif_entry *
ldif_tree_add(struct ldif_tree *tree, const char *dn)
{
	struct ldif_entry *entry;

	if (tree->count == LDIF_TREE_MAX)
		return NULL;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->dn = strdup(dn);
	if (!entry->dn) {
		free(entry);
		return NULL;
	}
	tree->entries[tree->count++] = entry;
	return entry;
}

static bool
take_line(struct ldif_entry *entry, char *line)
{
	char **lines;

	if (!line || entry->count == LDIF_LINES_MAX)
		goto fail;
	lines = realloc(entry->lines, (entry->count + 1) * sizeof(*lines));
	if (!lines)
		goto fail;
	entry->lines = lines;
	entry->lines[entry->count++] = line;
	return true;
fail:
	free(line);
	return false;
}

bool
ldif_entry_add(struct ldif_entry *entry, const char *line)
{
	return take_line(entry, strdup(line));
}

/* The line at at with what is folded beneath it; *ret_next is behind it. */
static char *
unfold(const char *at, const char **ret_next)
{
	size_t len = strcspn(at, "\n");
	char *line = strndup(at, len);

	at += len + (at[len] == '\n');
	while (line && *at == ' ') {
		size_t more = strcspn(++at, "\n");
		char *longer = realloc(line, len + more + 1);

		if (!longer) {
			free(line);
			return NULL;
		}
		memcpy(longer + len, at, more);
		len += more;
		longer[len] = '\0';
		line = longer;
		at += more + (at[more] == '\n');
	}
	*ret_next = at;
	return line;
}

int
ldif_tree_parse(const char *text, struct ldif_tree *ret, struct tn_err *err)
{
	struct ldif_entry *entry = NULL;
	const char *at = text;

	while (*at) {
		char *line = unfold(at, &at);

		if (!line)
			return tn_fail(err, TN_E_NO_MEMORY, "LDIF");
		if (!*line || *line == '#') {
			if (!*line)
				entry = NULL;
			free(line);
		} else if (!strncmp(line, "dn: ", 4) && !entry) {
			entry = ldif_tree_add(ret, line + 4);
			free(line);
			if (!entry)
				return tn_fail(err, TN_E_LIMIT,
				               "LDIF: too many entries");
		} else if (!entry || *line == ' ' || !strchr(line, ':')) {
			free(line);
			return tn_fail(err, TN_E_INVALID,
			               "LDIF: a record does not start with a "
			               "plain dn");
		} else if (!take_line(entry, line)) {
			return tn_fail(err, TN_E_LIMIT, "%s: too many values",
			               entry->dn);
		}
	}
	return TN_OK;
}

struct ldif_entry *
ldif_tree_find(const struct ldif_tree *tree, const char *key)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		if (!strcasecmp(tree->entries[i]->key, key))
			return tree->entries[i];
	}
	return NULL;
}

struct ldif_entry *
ldif_tree_named(const struct ldif_tree *tree, const char *dn)
{
	size_t i;

	for (i = 0; i < tree->count; i++) {
		if (!strcasecmp(tree->entries[i]->dn, dn))
			return tree->entries[i];
	}
	return NULL;
}

void
ldif_entry_put(const struct ldif_entry *entry, struct tn_buf *ret)
{
	size_t i;

	tn_buf_printf(ret, "dn: %s\n", entry->dn);
	for (i = 0; i < entry->count; i++)
		tn_buf_printf(ret, "%s\n", entry->lines[i]);
	tn_buf_put_text(ret, "\n");
}

void
ldif_tree_put(const struct ldif_tree *tree, struct tn_buf *ret)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		ldif_entry_put(tree->entries[i], ret);
}

bool
ldif_line_is(const char *line, const char *attribute)
{
	size_t len = strlen(attribute);

	return !strncasecmp(line, attribute, len) && line[len] == ':';
}

const char *
ldif_unnumbered(const char *text)
{
	size_t digits;

	if (text[0] != '{')
		return text;
	digits = strspn(text + 1, "-0123456789");
	return digits && text[1 + digits] == '}' ? text + digits + 2 : text;
}

const char *
ldif_entry_value(const struct ldif_entry *entry, const char *attribute)
{
	size_t i;

	for (i = 0; i < entry->count; i++) {
		const char *line = entry->lines[i];

		if (ldif_line_is(line, attribute) &&
		    line[strlen(attribute) + 1] == ' ')
			return ldif_unnumbered(line + strlen(attribute) + 2);
	}
	return NULL;
}

bool
ldif_line_is_operational(const char *line)
{
	static const char *const names[] = {
		"structuralObjectClass", "entryUUID",  "creatorsName",
		"createTimestamp",       "entryCSN",   "modifiersName",
		"modifyTimestamp",       "contextCSN",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		if (ldif_line_is(line, names[i]))
			return true;
	}
	return false;
}
