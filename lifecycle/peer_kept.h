/*
 * The file of peer_reports.h: one JSON object with "server", "heard" (when, or
 * null), "why" ("" or why it was not heard when it was asked last) and
 * "reports", each an object from attribute to values, with its "dn".
 */
#ifndef TN_LIFECYCLE_PEER_KEPT_H
#define TN_LIFECYCLE_PEER_KEPT_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"
#include "directory/search.h"

struct peer_kept {
	json_t *root; /* owned; NULL: nothing is kept */
	int64_t heard;
	const char *why; /* borrowed of root */
};

/* What is kept of that server. No file, or another server's: nothing.
   Errors: TN_E_DAMAGED, TN_E_IO, TN_E_LIMIT, TN_E_NO_MEMORY. */
int peer_kept_read(const char *path, const char *uri, struct peer_kept *ret,
                   struct tn_err *err);
void peer_kept_done(struct peer_kept *kept);
/* Each report as an entry; what is none is passed over. */
int peer_kept_each(const struct peer_kept *kept, tn_search_found *found,
                   void *arg, struct tn_err *err);
/* An array that peer_kept_save() takes; adds one report, as tn_search_found. */
int peer_kept_add(const struct tn_entry *entry, void *array,
                  struct tn_err *err);
/* reports: a borrowed array. gid: of the file, or (gid_t)-1. */
int peer_kept_save(const char *path, const char *uri, int64_t heard,
                   const char *why, json_t *reports, gid_t gid,
                   struct tn_err *err);

#endif
