/*
 * What the hosts report to the other directory server: reports are not
 * replicated, and a host's answer stands where the host gave it. That server is
 * asked as this one's certificate, whose key root and slapd's user read alone.
 * For who may not (the unattended audit) `tenure audit --ask-peer` keeps what it
 * was told, minutes before.
 */
#ifndef TN_LIFECYCLE_PEER_REPORTS_H
#define TN_LIFECYCLE_PEER_REPORTS_H

#include <stdint.h>
#include "base/err.h"
#include "directory/search.h"
#include "session.h"

#define PEER_REPORTS_DIR  TENURE_STATEDIR "/peer"
#define PEER_REPORTS_PATH PEER_REPORTS_DIR "/reports.json"
#define PEER_FRESH        3600 /* seconds that what is kept stands for asking */

/* Was the other server heard? */
struct peer_said {
	char uri[256]; /* "": there is no other one */
	char why[360]; /* "": it was heard; else why not, and since when */
};

/*
 * Hand each report of the other server to found: as it says now, or as it said
 * when it was kept. What was kept is true however old it is (an answer stays an
 * answer), but only a fresh one says that nobody else has answered. An entry may
 * come twice.
 * attributes  those of peer_report_attributes at most.
 * ret         filled. A server that is not heard is no error.
 * Errors: TN_E_NO_MEMORY, TN_E_LIMIT, and what found returns.
 */
int peer_reports_each(struct session *session, const char *const *attributes,
                      tn_search_found *found, void *arg, struct peer_said *ret,
                      struct tn_err *err);
/* "URI: why", for people; size bytes at most. */
void peer_said_text(const struct peer_said *said, char *ret, size_t size);

/* What is kept of a report: all that anybody asks for. */
extern const char *const peer_report_attributes[];

/*
 * Ask the other server and keep what it says in PEER_REPORTS_PATH, for the
 * group of the audit's folder; where it does not answer, why, and what it said
 * before stays. session has the configuration; nothing else is asked.
 * ret_count  reports kept. Returns TN_E_NOT_FOUND where there is no other one.
 */
int peer_reports_keep(struct session *session, size_t *ret_count,
                      struct tn_err *err);

#endif
