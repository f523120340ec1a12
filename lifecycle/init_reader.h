/*
 * The access rules of a provider that is not the writer: what there is to
 * write to the accounts is written at the writer. A new rule is capped without
 * anybody thinking of it; what holds everywhere says so in access.ldif.
 */
#ifndef TN_LIFECYCLE_INIT_READER_H
#define TN_LIFECYCLE_INIT_READER_H

#include "base/buf.h"

/*
 * Appends a template to ret, before its words are filled in: within the
 * record of the accounts' database, every right to write in an olcAccess
 * becomes one to read (write, add, delete, manage -> read; selfadd ->
 * selfread; "=wx" -> "=x"; "=mw" -> "=0").
 *
 * A line "#anywhere" keeps the clause that follows as it is; "#anywhere WHO"
 * keeps the right that stands behind "by WHO" in it.
 */
void init_reader_cap(const char *text, struct tn_buf *ret);

#endif
