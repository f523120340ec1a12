/*
 * What publish did of locks, on its way into this host's own report
 * (docs/directory.md): net keeps it until the directory has it.
 */
#ifndef TN_DAEMON_EFFECT_REPORT_H
#define TN_DAEMON_EFFECT_REPORT_H

#include "directory/connection.h"
#include "net.h"
#include "wire/message.h"

/* A datagram EFFECT of publish's. Any thread. */
void tn_effect_report_take(const struct tn_message *message);

/* From the heartbeat: writes what waits, and tells publish. Closes the
   connection after an error. */
void
tn_effect_report_work(struct tn_net *net, struct tn_connection **connection);

#endif
