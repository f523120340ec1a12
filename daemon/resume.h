/*
 * What publish kept over a restart comes back to net: records, open locks and
 * the cookie to go on from.
 */
#ifndef TN_DAEMON_RESUME_H
#define TN_DAEMON_RESUME_H

#include "net.h"

/*
 * Receives until KEPT_END and fills the table. Whole records of our own shape
 * make it refreshed, as of the time they were heard; else only the locks count.
 * TN_E_UNREACHABLE when publish is gone.
 */
int tn_resume(struct tn_net *net, struct tn_err *err);

/* What the directory is asked for, as a number: what was kept under another
   one is of no use. */
uint64_t tn_resume_shape(const struct tn_config *config);

#endif
