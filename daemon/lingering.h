/*
 * Who lingers: logind starts the manager of each login that has a file here at
 * the start of the machine, without a login. Read here, taken away by
 * sessions.c.
 */
#ifndef TN_DAEMON_LINGERING_H
#define TN_DAEMON_LINGERING_H

#include <stddef.h>
#include <stdint.h>
#include "reap_rule.h"
#include "snapshot/snapshot_reader.h"

#define TN_LINGER_FOLDER "/var/lib/systemd/linger"
#define TN_LINGER_MAX    64 /* at a time; more at the next look */

/* Fills ret with the uids of the dead who linger, and returns how many. folder:
   TN_LINGER_FOLDER; where there is none, or it cannot be read, nobody does. */
size_t
tn_lingering_find(const char *folder, const struct tn_snapshot *snapshot,
                  const struct tn_dead_set *dead, uint32_t ret[TN_LINGER_MAX]);

#endif
