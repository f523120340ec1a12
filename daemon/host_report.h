/*
 * What this host says of itself, for the audit: when it was seen, its local
 * accounts that can log in, its break-glass account. Written to its own entry
 * cn=HOST,cn=tenure-reports, which `tenure host add` made, when it changed, and
 * hourly. Never fatal.
 */
#ifndef TN_DAEMON_HOST_REPORT_H
#define TN_DAEMON_HOST_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "directory/connection.h"
#include "net.h"

#define TN_HOST_REPORT_OTHER_MS 2000

struct tn_host_report {
	char *told;       /* the accounts that were written last */
	int64_t told_at;  /* monotonic milliseconds; 0: never */
	int64_t retry_at; /* after a failure */
	bool failure_told;
};

/* The report's dn in buf, or NULL where it does not fit. */
const char *
tn_host_report_dn(const struct tn_config *config, struct tn_buf *buf);

/* Writes it if it is due. Closes the connection after an error, as every
   connection is to be. Called by one thread. */
void tn_host_report_tell(struct tn_host_report *report, struct tn_net *net,
                         struct tn_connection **connection);

/*
 * The same to the servers that are not the watch's (at place), over a
 * connection made for it, at most one at a call: reports are not replicated,
 * and each server's doctor and audit call a host silent that they do not hear.
 * reports: TN_CONFIG_SERVERS_MAX, one for each server. Waits
 * TN_HOST_REPORT_OTHER_MS at most. A server that takes none is left alone for
 * five minutes. Called by the same thread.
 */
void tn_host_report_tell_others(struct tn_host_report *reports,
                                struct tn_net *net, size_t place);

/*
 * The values of tenureLocalAccount: "name:uid:shell" of each account of
 * /etc/passwd with uid 0, or from 1000 on but not 65534, whose shell lets it
 * log in. NULL-terminated; one allocation, to be freed. TN_E_NO_MEMORY.
 */
int tn_host_report_accounts(const struct tn_local_files *files, char ***ret,
                            struct tn_err *err);

#endif
