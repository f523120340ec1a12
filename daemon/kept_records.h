/*
 * What net said, in a file of root's own: after a restart it is told to net
 * again, which goes on from the cookie in it instead of reading the directory
 * whole. A log: datagrams are added as they come, a PUBLISH closes what is
 * before it. What follows the last whole PUBLISH does not count, so nothing has
 * to be synced; a damaged or missing file costs one whole refresh.
 */
#ifndef TN_DAEMON_KEPT_RECORDS_H
#define TN_DAEMON_KEPT_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "kept_squeeze.h"
#include "wire/message.h"

struct tn_kept_records {
	char *path;
	char *new_path;
	int descriptor;      /* where it goes; -1: nothing is kept */
	bool is_new;         /* beside, until the first PUBLISH */
	struct tn_buf waits; /* not written yet */
	bool is_closed;      /* what waits ends with a PUBLISH */
	uint64_t size;       /* of the file, bytes */
	uint64_t live_size;  /* when it held nothing that was replaced */
	bool failure_told;
	/* A copy without what was replaced is being made, of so much of it. */
	struct tn_kept_squeeze *squeeze;
	uint64_t squeezed_size;
	int squeezed; /* the copy */
};

int tn_kept_records_open(struct tn_kept_records *kept, const char *path,
                         struct tn_err *err);
void tn_kept_records_done(struct tn_kept_records *kept);

/*
 * Sends what the file holds, in the order in which it was said, up to its last
 * PUBLISH, itself included. TN_E_UNREACHABLE when net is gone; a file that is
 * missing or damaged is no error: less, or nothing, is sent.
 */
int tn_kept_records_tell(const struct tn_kept_records *kept, int descriptor,
                         struct tn_err *err);

/* One datagram of net's, kept in memory until tn_kept_records_write. */
void tn_kept_records_take(struct tn_kept_records *kept,
                          const struct tn_message *message, const void *data,
                          size_t len);
/* To the file. What cannot be written is said once, and nothing is kept from
   then on until net begins anew. */
void tn_kept_records_write(struct tn_kept_records *kept);

/* Is there so much in it that was replaced that a copy is being made? And some
   milliseconds of that: whoever asks does so as long as nothing else is due. */
bool tn_kept_records_is_squeezing(const struct tn_kept_records *kept);
void tn_kept_records_squeeze(struct tn_kept_records *kept);

#endif
