/*
 * tenure audit --ask-peer: what the hosts report to the other directory server,
 * kept for the unattended audit, which has neither a key nor a network. As
 * slapd's user, who may read the server's key, or as root.
 */
#include "audit.h"

#include <stdio.h>

#include "directory/connection.h"
#include "peer_reports.h"

int
audit_ask_peer(struct command_run *run)
{
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;
	size_t count = 0;
	int status = EXIT_CLEAN;
	int r;

	(void)((r = session_config(run, &session, &err)) ||
	       (r = tn_directory_start(&err)) ||
	       (r = peer_reports_keep(&session, &count, &err)));
	if (r == TN_E_NOT_FOUND && session.config)
		puts("there is no other directory server to ask");
	else if (r)
		status = command_fail(run, &err);
	else
		printf("%zu reports of %s are kept for the audit\n", count,
		       session.config->peer);
	session_close(&session);
	return status;
}
