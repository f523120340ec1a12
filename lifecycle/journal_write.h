/*
 * What every command calls before it changes or shows anything. One record a
 * command: it says what is about to be done, and stands before it is done, so
 * that nothing happens without one. That it was done is the directory's own
 * access log's to say; a second record tells only of what failed, or was done
 * in part. Twice as many records would say no more.
 * Rule    IS-3, CI-P37, CP-2.
 */
#ifndef TN_LIFECYCLE_JOURNAL_WRITE_H
#define TN_LIFECYCLE_JOURNAL_WRITE_H

#include "command.h"
#include "session.h"

/* What a record says beside who, when and where. Borrowed. */
struct journal_matter {
	const char *people; /* "wang 100007, li 100008", or NULL; a long list
			       goes on in further records */
	const char *reason; /* or NULL */
};

/*
 * Before a change. On any error nothing may be changed: TN_E_DENIED where who
 * is bound has no chain (and may change nothing), else an error that ends
 * the command with 3.
 */
int journal_change(const struct command_run *run, struct session *session,
                   const struct journal_matter *matter, struct tn_err *err);

/*
 * Before a change that is made while slapd is stopped: the record waits in the
 * spool. On any error nothing may be changed.
 */
int journal_change_offline(const struct command_run *run,
                           const struct journal_matter *matter,
                           struct tn_err *err);

/*
 * Before something is shown. Where the directory or its journal is out of
 * reach, or session is not connected at all, the record is kept in the spool
 * and follows; on an error nothing may be shown.
 */
int journal_read(const struct command_run *run, struct session *session,
                 const struct journal_matter *matter, struct tn_err *err);

/* After a change that failed or was done in part; nothing where
   journal_change() wrote none. words: what became of it. Complains itself. */
void journal_outcome(const struct command_run *run, struct session *session,
                     int status, const char *words);

/* How a verb ends: what failed, if r is not TN_OK, on stderr and by
   journal_outcome(). Returns the exit status; what is not there, in a directory
   that answered, is one of EXIT_FINDINGS. */
int journal_end(const struct command_run *run, struct session *session, int r,
                const struct tn_err *err);

/* Send what is in the spool; complains itself. */
void journal_catch_up(const struct command_run *run, struct session *session);

#endif
