/*
 * A holder of a role who reported the own leak on a host, without the password:
 * no host alone locks one, so that host is closed and nothing else is. Nobody
 * may overlook that: status, list and audit tell of it until a leak lock of the
 * person follows or the password is another.
 * Rule    UM-15.2, PP-11.
 */
#ifndef TN_LIFECYCLE_LEAK_HALF_H
#define TN_LIFECYCLE_LEAK_HALF_H

#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "base/err.h"
#include "session.h"

struct leak_half {
	char name[64]; /* the number that the person was told */
	char login[TN_LOGIN_MAX + 1];
	char staff_number[TN_STAFF_MAX + 1];
	char host[256];
	int64_t reported; /* by the server's clock */
};

struct leak_halves {
	size_t count;
	struct leak_half *of; /* owned; by .reported */
};

/* Those at the directory server of the session: each has the requests of its
   own hosts. leak_halves_done() it either way. */
int leak_halves_read(struct session *session, struct leak_halves *ret,
                     struct tn_err *err);
void leak_halves_done(struct leak_halves *halves);
/* "zhao reported the own leak on host1 ..."; size bytes at most. */
void leak_half_text(const struct leak_half *half, char *ret, size_t size);

#endif
