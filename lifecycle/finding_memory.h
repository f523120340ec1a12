/*
 * What the last unattended audit found: from it a finding is new or open, what
 * is gone is resolved, and "since" is when it was first seen. A file of the
 * scheduler's own; whoever can write it can make an old finding look new and
 * nothing more.
 */
#ifndef TN_LIFECYCLE_FINDING_MEMORY_H
#define TN_LIFECYCLE_FINDING_MEMORY_H

#include <jansson.h>
#include <stdbool.h>
#include "finding.h"

struct finding_memory; /* jansson inside */

/*
 * ret  set on success; finding_memory_free() it. No file: an empty memory.
 * Errors: TN_E_DAMAGED, TN_E_IO, TN_E_LIMIT, TN_E_NO_MEMORY.
 */
int finding_memory_read(const char *path, struct finding_memory **ret,
                        struct tn_err *err);
int finding_memory_parse(const char *text, size_t len,
                         struct finding_memory **ret, struct tn_err *err);
/* As if there had never been an audit. */
int finding_memory_none(struct finding_memory **ret, struct tn_err *err);
void finding_memory_free(struct finding_memory *memory); /* NULL is legal */

/*
 * Say of each finding whether it is new or open, and since when.
 * first_seen  for what is new and has no beginning of its own; TN_TIME_NONE
 *             where nothing will be remembered, so that two runs agree.
 */
void finding_memory_apply(const struct finding_memory *memory,
                          struct findings *findings, int64_t first_seen);
/* Was there a last audit at all? */
bool finding_memory_is_kept(const struct finding_memory *memory);
/* What it had and these findings have not: objects with id, since and what,
   sorted by id. A new reference; NULL without memory. */
json_t *finding_memory_resolved(const struct finding_memory *memory,
                                const struct findings *findings);
/* The next memory, as text; free() it. NULL without memory. */
char *finding_memory_text(const struct findings *findings);

#endif
