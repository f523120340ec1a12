/*
 * What an upgrade makes of three configurations: as an earlier Tenure shipped
 * it, as it is, and as this Tenure ships it. Pure but for the words on out.
 */
#ifndef TN_LIFECYCLE_UPGRADE_MERGE_H
#define TN_LIFECYCLE_UPGRADE_MERGE_H

#include <stdbool.h>
#include <stdio.h>
#include "base/err.h"
#include "ldif_tree.h"

/* What was found, a line on out for each. */
struct upgrade_notes {
	FILE *out;
	bool take_shipped; /* where both changed, ours: theirs is replaced */
	size_t changes;    /* ours */
	size_t kept;       /* the administrator's, kept */
	size_t conflicts;  /* both changed it, and neither may give way */
};

/*
 * All three indexed (ldif_tree_index). ret gets what is to be, numbered anew.
 * Where only one side changed a thing, that side counts. Sets (schema,
 * indexes, limits, modules ...) are joined value by value; sizes and times
 * stay the administrator's; anything else that both changed is a conflict.
 */
int upgrade_merge(const struct ldif_tree *base, const struct ldif_tree *live,
                  const struct ldif_tree *shipped, struct ldif_tree *ret,
                  struct upgrade_notes *notes, struct tn_err *err);

/*
 * The same for one entry; base may be NULL. ret has its dn and gets lines.
 * is_data  an entry of the data: what both changed stays the administrator's.
 */
int upgrade_merge_entry(const struct ldif_entry *base,
                        const struct ldif_entry *live,
                        const struct ldif_entry *shipped, bool is_data,
                        struct ldif_entry *ret, struct upgrade_notes *notes,
                        struct tn_err *err);

/* Do the two say the same, but for what slapd keeps by itself? */
bool
upgrade_is_same(const struct ldif_entry *left, const struct ldif_entry *right);

#endif
