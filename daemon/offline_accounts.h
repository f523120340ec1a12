/*
 * What pam_tenure judges by while this daemon is dead: the root-only part of
 * the snapshot (snapshot/account_file.h), kept up by publish from the same
 * datagrams as the snapshot.
 */
#ifndef TN_DAEMON_OFFLINE_ACCOUNTS_H
#define TN_DAEMON_OFFLINE_ACCOUNTS_H

#include "config/config.h"
#include "host_rules.h"
#include "snapshot/account_file.h"
#include "wire/message.h"

struct tn_offline_accounts {
	const struct tn_host_rules *rules;
	const char *snapshot_directory;
	char *path;
	struct tn_account_file *file; /* NULL: none is kept up */
	struct tn_account_head head;
	/* What stood when the first refused one of these datagrams came; up to
	   their PUBLISH. */
	const struct tn_snapshot *snapshot;
	bool is_touched; /* something was put since the last PUBLISH */
	bool is_whole;   /* a PUBLISH came since the RESET */
	bool is_due;     /* there is something for _work */
};

/* Borrows what it is given for good. TN_E_NO_MEMORY. */
int tn_offline_open(struct tn_offline_accounts *offline,
                    const struct tn_config *config,
                    const struct tn_host_rules *rules,
                    const char *snapshot_directory, struct tn_err *err);
void tn_offline_done(struct tn_offline_accounts *offline);

/*
 * A datagram of net's that was accepted. local NULL: the host's own files could
 * not be read. When something cannot be written the file is removed, which is
 * logged: what is not up to date is not judged by.
 */
void tn_offline_take(struct tn_offline_accounts *offline,
                     const struct tn_message *message,
                     const struct tn_local_names *local);
/* To the disk; for after a publication, which does not wait for it. */
void
tn_offline_work(struct tn_offline_accounts *offline, int64_t newest_change);

#endif
