/*
 * Entries as sorted lines "attribute: value", so that two sources compare:
 * LDIF that slapcat wrote, and what a running slapd answers.
 */
#ifndef TN_LIFECYCLE_INIT_ENTRIES_H
#define TN_LIFECYCLE_INIT_ENTRIES_H

#include <stddef.h>
#include <stdio.h>
#include "base/err.h"
#include "directory/entry.h"

#define INIT_ENTRIES_MAX 256
/* Holds what is compiled into a running slapd: not compared. */
#define INIT_BUILT_IN  "cn=schema,cn=config"
#define INIT_LINES_MAX 1024 /* of one entry */

struct init_entry {
	char *dn;
	char *key; /* the dn, without the number of an overlay */
	size_t count;
	char **lines;
};

struct init_entries {
	size_t count;
	struct init_entry *entries[INIT_ENTRIES_MAX];
};

/* LDIF without folded lines and without base64 (else TN_E_INVALID); slapd's
   own attributes (entryUUID and so on) are left out. */
int init_entries_parse(const char *ldif, struct init_entries *ret,
                       struct tn_err *err);
/* A tn_search_found: arg is the struct init_entries to add to. */
int
init_entries_found(const struct tn_entry *entry, void *arg, struct tn_err *err);
void init_entries_done(struct init_entries *entries);

/* The entry with this key, or NULL. */
const struct init_entry *
init_entries_find(const struct init_entries *entries, const char *key);

/* One line on out for each difference; returns how many. */
size_t init_entry_differences(const struct init_entry *shipped,
                              const struct init_entry *live, FILE *out);
size_t init_entries_differences(const struct init_entries *shipped,
                                const struct init_entries *live, FILE *out);

#endif
