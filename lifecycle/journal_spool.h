/*
 * Records of reads that had to work while the directory was out of reach: one
 * file each, synced before anything is shown, sent by the next command that
 * reaches the directory. Root's alone.
 */
#ifndef TN_LIFECYCLE_JOURNAL_SPOOL_H
#define TN_LIFECYCLE_JOURNAL_SPOOL_H

#include "journal/journal.h"
#include "session.h"

#define JOURNAL_SPOOL     TENURE_STATEDIR "/journal-spool"
#define JOURNAL_SPOOL_MAX 100000 /* files; then reads are refused */

/* Keep a record in folder, which is made where it is missing. TN_E_DENIED for
   whoever is not root, TN_E_LIMIT when the spool is full. */
int journal_spool_keep(const char *folder, struct tn_journal_record *record,
                       struct tn_err *err);
/*
 * Send what is there, the oldest first; what was sent is removed. Another
 * command that does so already is not waited for. A file that is no record is
 * set aside (".damaged") and told of.
 */
int journal_spool_send(const char *folder, struct session *session,
                       struct tn_err *err);

#endif
