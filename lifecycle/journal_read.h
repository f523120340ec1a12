/* The whole journal out of the directory, in no order. */
#ifndef TN_LIFECYCLE_JOURNAL_READ_H
#define TN_LIFECYCLE_JOURNAL_READ_H

#include "journal/journal_check.h"
#include "session.h"

/* Returns TN_OK to go on. text is what stands there, damaged or not. */
typedef int
journal_found(const struct tn_journal_place *place, const char *text,
              size_t len, void *arg, struct tn_err *err);

/* Hand out every record of administrators and of hosts. TN_E_DENIED to
   whoever may not read all of it. */
int journal_read_all(struct session *session, journal_found *found, void *arg,
                     struct tn_err *err);

#endif
