/* The one way into the journal: a record behind the last one of a chain. */
#ifndef TN_DIRECTORY_JOURNAL_APPEND_H
#define TN_DIRECTORY_JOURNAL_APPEND_H

#include "directory/connection.h"
#include "directory/journal_chain.h"

/*
 * Fill in chain, number, previous, written and by, and add the record. Where
 * another writer of the same identity was faster, read on and try again.
 * ret_number  set on success.
 * Errors: TN_E_DENIED (this identity has no chain), TN_E_LIMIT, TN_E_STALE
 * (always too late, after many attempts), those of the directory.
 */
int tn_journal_append(struct tn_connection *connection,
                      const struct tn_journal_chain *chain,
                      struct tn_journal_record *record, uint64_t *ret_number,
                      struct tn_err *err);

#endif
