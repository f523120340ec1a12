/* The one way into the journal: a record in the chain of who is bound. */
#ifndef TN_LIFECYCLE_JOURNAL_SESSION_H
#define TN_LIFECYCLE_JOURNAL_SESSION_H

#include "directory/journal_chain.h"
#include "session.h"

/* Errors: those of tn_journal_append() and tn_journal_chain_name(). */
int journal_append(struct session *session, struct tn_journal_record *record,
                   uint64_t *ret_number, struct tn_err *err);
int journal_chain_of(const struct session *session,
                     struct tn_journal_chain *ret, struct tn_err *err);

#endif
