/* The values of one attribute on the three sides of an upgrade. */
#ifndef TN_LIFECYCLE_UPGRADE_VALUES_H
#define TN_LIFECYCLE_UPGRADE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include "ldif_tree.h"

struct upgrade_values {
	size_t count;
	const char *lines[LDIF_LINES_MAX]; /* borrowed */
	bool is_numbered;
};

/* entry may be NULL: no values. */
void upgrade_values_of(const struct ldif_entry *entry, const char *attribute,
                       struct upgrade_values *ret);
/* In the same order where they are numbered. */
bool upgrade_values_same(const struct upgrade_values *left,
                         const struct upgrade_values *right);
/* The text of a line behind its attribute and number. */
const char *upgrade_value_text(const char *line);

enum upgrade_rule {
	UPGRADE_WHOLE,  /* what both changed is a conflict */
	UPGRADE_KEYED,  /* a set: value by value */
	UPGRADE_THEIRS, /* what both changed stays the administrator's */
};
enum upgrade_rule upgrade_rule_of(const char *attribute);

/* Of a set: the part of a value that names it, and its length. */
size_t upgrade_value_key(const char *attribute, const char *text);

#endif
