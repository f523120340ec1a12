/* The last roster that an audit accepted: what the next is measured against. */
#ifndef TN_LIFECYCLE_LAST_ROSTER_H
#define TN_LIFECYCLE_LAST_ROSTER_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "roster.h"

#define LAST_ROSTER_PATH TENURE_STATEDIR "/last-roster.json"

/* ret_present  0 where none was recorded. A record that cannot be read is
   TN_E_DAMAGED: a brake does not fail open. */
int last_roster_read(const char *path, size_t *ret_present, struct tn_err *err);
int last_roster_save(const char *path, const struct roster *roster, int64_t now,
                     struct tn_err *err);

#endif
