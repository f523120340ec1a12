/*
 * What this host did of one lock, and when: as publish collects it (effects.h),
 * tells it to net, and as net writes it (docs/directory.md). Pure.
 */
#ifndef TN_DAEMON_EFFECT_H
#define TN_DAEMON_EFFECT_H

#include <stdbool.h>
#include <stdint.h>
#include "account/account.h"
#include "base/buf.h"
#include "wire/lock_record.h"
#include "wire/message.h"

/* Times are milliseconds since 1970 by this host's clock, 0: not yet. */
struct tn_effect {
	char name[TN_LOCK_NAME_MAX + 1]; /* of the lock */
	enum tn_lock_kind kind;
	bool own; /* the person's report on this host */
	bool
	    is_local_uid; /* a local account has the number: nobody was ended */
	int64_t server_ms; /* when the lock was added, by the server's clock */
	int64_t seen_ms;
	int64_t decided_ms;
	int64_t finished_ms; /* 0: some are left */
	uint32_t ended;
	uint32_t sessions;
	uint32_t reported;
	uint32_t left;
	bool lingered; /* logind would have started their manager again */
};

/* Fills and finishes an EFFECT datagram. logins: lines, or "". TN_E_LIMIT. */
int tn_effect_put(struct tn_buf *buf, const struct tn_effect *effect,
                  const char *logins);
/* Reads one; not the logins. TN_E_PROTOCOL. */
int tn_effect_get(const struct tn_message *message, struct tn_effect *ret,
                  struct tn_err *err);

/*
 * The value of tenureLockEffect.
 * name   what stands for the lock: its cn, or that of the lock that the
 *        enforcer makes of a request.
 * clock  milliseconds that this host's clock is ahead of the server's, or
 *        NULL where nobody knows.
 */
int tn_effect_format(const struct tn_effect *effect, const char *name,
                     const int64_t *clock, struct tn_buf *ret);

#endif
