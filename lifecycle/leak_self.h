/*
 * `tenure leak report` without a name: a person reports the own leak, on a
 * login host. cmd_leak.c calls it where no NAME was given.
 */
#ifndef TN_LIFECYCLE_LEAK_SELF_H
#define TN_LIFECYCLE_LEAK_SELF_H

#include <stdbool.h>
#include "command.h"
#include "leak_verb.h"

/*
 * Say what will end, whom to see and the case number; ask once on a terminal;
 * then tell tenured, which locks the person on this host at once and asks the
 * directory for a lock everywhere. The person is the real uid: root has none
 * to report and is told to name somebody. Needs no directory and no right.
 * said    what, how and when; the first two one clean line each, or NULL.
 * yes     do not ask. Needed where standard input is no terminal.
 * Returns enum exit_status. Most likely the process is ended before that.
 */
int leak_self(struct command_run *run, const struct leak_said *said, bool yes,
              bool role);

#endif
