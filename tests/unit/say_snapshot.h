/* What a snapshot says, as text, for tests that compare two. */
#ifndef TN_TESTS_UNIT_SAY_SNAPSHOT_H
#define TN_TESTS_UNIT_SAY_SNAPSHOT_H

#include <stddef.h>

/* A line for each person, group and member, in no order; 4096 at most. Free
   each, and the list. */
char **say_snapshot(const char *directory, size_t *ret_count);

#endif
