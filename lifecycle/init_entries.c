#include "init_entries.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void
entry_free(struct init_entry *entry)
{
	size_t i;

	if (!entry)
		return;
	for (i = 0; i < entry->count; i++)
		free(entry->lines[i]);
	free(entry->lines);
	free(entry->dn);
	free(entry->key);
	free(entry);
}

void
init_entries_done(struct init_entries *entries)
{
	while (entries->count > 0)
		entry_free(entries->entries[--entries->count]);
}

/* "olcOverlay={2}unique,..." -> "olcOverlay=unique,...": an overlay's and a
   schema's number shifts when one before it goes. A database's stays. */
static void
drop_number(char *dn)
{
	char *open = strchr(dn, '{');
	const char *close = open ? strchr(open, '}') : NULL;

	if (strncmp(dn, "olcOverlay=", 11) && strncmp(dn, "cn=", 3))
		return;
	if (close && (size_t)(close - dn) < strcspn(dn, ","))
		memmove(open, close + 1, strlen(close + 1) + 1);
}

/* A new last entry of the set, or NULL. */
static struct init_entry *
add_entry(struct init_entries *entries, const char *dn, size_t len)
{
	struct init_entry *entry;

	if (entries->count == INIT_ENTRIES_MAX)
		return NULL;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->dn = strndup(dn, len);
	entry->key = strndup(dn, len);
	entry->lines = calloc(INIT_LINES_MAX, sizeof(*entry->lines));
	if (!entry->dn || !entry->key || !entry->lines) {
		entry_free(entry);
		return NULL;
	}
	drop_number(entry->key);
	entries->entries[entries->count++] = entry;
	return entry;
}

/* Takes line, which may be NULL. */
static bool
add_line(struct init_entry *entry, char *line)
{
	if (!line || entry->count == INIT_LINES_MAX) {
		free(line);
		return false;
	}
	entry->lines[entry->count++] = line;
	return true;
}

static int
compare_lines(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void
sort(struct init_entry *entry)
{
	qsort(entry->lines, entry->count, sizeof(*entry->lines), compare_lines);
}

/* What slapd keeps by itself and no search for "*" returns, and names that
   repeat the dn with its number. */
static bool
is_left_out(const char *line)
{
	static const char *const names[] = {
		"olcOverlay:",
		"cn:",
		"structuralObjectClass:",
		"entryUUID:",
		"creatorsName:",
		"createTimestamp:",
		"entryCSN:",
		"modifiersName:",
		"modifyTimestamp:",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		if (!strncmp(line, names[i], strlen(names[i])))
			return true;
	}
	return false;
}

int
init_entries_parse(const char *ldif, struct init_entries *ret,
                   struct tn_err *err)
{
	struct init_entry *entry = NULL;
	const char *at = ldif;
	size_t number = 0;

	while (*at) {
		size_t len = strcspn(at, "\n");
		const char *colon = memchr(at, ':', len);

		number++;
		if (!len) {
			entry = NULL;
		} else if (*at == ' ' || !colon || colon[1] == ':') {
			return tn_fail(err, TN_E_INVALID,
			               "line %zu of LDIF is not plain", number);
		} else if (!strncmp(at, "dn: ", 4)) {
			entry = add_entry(ret, at + 4, len - 4);
			if (!entry)
				return tn_fail(err, TN_E_LIMIT, "LDIF");
		} else if (entry && !is_left_out(at) &&
		           !add_line(entry, strndup(at, len))) {
			return tn_fail(err, TN_E_LIMIT, "LDIF");
		}
		at += len + (at[len] == '\n');
	}
	for (number = 0; number < ret->count; number++)
		sort(ret->entries[number]);
	return TN_OK;
}

static char *
join(const char *name, const struct tn_value *value)
{
	size_t len = strlen(name);
	char *line = malloc(len + 2 + value->len + 1);

	if (line) {
		memcpy(line, name, len);
		memcpy(line + len, ": ", 2);
		memcpy(line + len + 2, value->data, value->len);
		line[len + 2 + value->len] = '\0';
	}
	return line;
}

int
init_entries_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct init_entry *copy;
	size_t i, k;

	if (!strcasecmp(entry->dn, INIT_BUILT_IN))
		return TN_OK;
	copy = add_entry(arg, entry->dn, strlen(entry->dn));

	for (i = 0; copy && i < entry->count; i++) {
		const char *name = entry->attributes[i].name;

		for (k = 0; copy && k < entry->attributes[i].count; k++) {
			char *line =
			    join(name, &entry->attributes[i].values[k]);

			if (line && is_left_out(line))
				free(line);
			else if (!add_line(copy, line))
				copy = NULL; /* the set still owns it */
		}
	}
	if (!copy)
		return tn_fail(err, TN_E_LIMIT, "%s: more than expected",
		               entry->dn);
	sort(copy);
	return TN_OK;
}

const struct init_entry *
init_entries_find(const struct init_entries *entries, const char *key)
{
	size_t i;

	for (i = 0; i < entries->count; i++) {
		if (!strcasecmp(entries->entries[i]->key, key))
			return entries->entries[i];
	}
	return NULL;
}
