/*
 * Access rules for accounts, which lie in two branches: ou=people and
 * ou=services. One regular expression would name both, and slapd would run it
 * for each attribute of each entry that anybody reads, clause by clause: 5,000
 * people cost it six seconds. Named by their parents the same clauses cost a tenth.
 */
#ifndef TN_LIFECYCLE_INIT_BRANCHES_H
#define TN_LIFECYCLE_INIT_BRANCHES_H

#include "base/buf.h"

/*
 * Appends a template without comments to ret, before its words are filled in:
 * each "olcAccess: to @PEOPLE@ ..." stands there twice, one behind the other, to
 * @PERSON@ and to @SERVICE@.
 */
void init_branches_split(const char *text, struct tn_buf *ret);

#endif
