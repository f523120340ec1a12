/*
 * LDIF as entries whose lines keep their order and their text, so that slapd's
 * own dump of a configuration can be changed and loaded again. Pure.
 */
#ifndef TN_LIFECYCLE_LDIF_TREE_H
#define TN_LIFECYCLE_LDIF_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"

#define LDIF_TREE_MAX  512
#define LDIF_LINES_MAX 2048 /* of one entry */

struct ldif_entry {
	char *dn;
	char *key;   /* the same thing in another configuration: a database by
			its suffix, an overlay and a schema by its name */
	char *group; /* what it is numbered among */
	size_t count;
	char **lines; /* "attribute: value" or "attribute:: base64" */
};

struct ldif_tree {
	size_t count;
	struct ldif_entry *entries[LDIF_TREE_MAX];
};

/* Append the entries of text to ret: folded lines are joined, comments left
   out. TN_E_INVALID, TN_E_LIMIT, TN_E_NO_MEMORY; ret is to be done with. */
int
ldif_tree_parse(const char *text, struct ldif_tree *ret, struct tn_err *err);
void ldif_tree_done(struct ldif_tree *tree);

struct ldif_entry *
ldif_tree_find(const struct ldif_tree *tree, const char *key);
/* By dn, without regard to case. */
struct ldif_entry *
ldif_tree_named(const struct ldif_tree *tree, const char *dn);

/* A new last entry without lines, or NULL: no memory, or full. */
struct ldif_entry *ldif_tree_add(struct ldif_tree *tree, const char *dn);
bool ldif_entry_add(struct ldif_entry *entry, const char *line);
/* Keys and groups, once all entries of a configuration are there. */
int ldif_tree_index(struct ldif_tree *tree, struct tn_err *err);

/* Append as LDIF. */
void ldif_entry_put(const struct ldif_entry *entry, struct tn_buf *ret);
void ldif_tree_put(const struct ldif_tree *tree, struct tn_buf *ret);

/* Is line one of this attribute? */
bool ldif_line_is(const char *line, const char *attribute);
/* The value of the first line of this attribute behind "{n}", or NULL. */
const char *
ldif_entry_value(const struct ldif_entry *entry, const char *attribute);
/* text behind a number in braces that it may begin with. */
const char *ldif_unnumbered(const char *text);
/* What slapd keeps by itself (entryUUID, entryCSN ...). */
bool ldif_line_is_operational(const char *line);

#endif
