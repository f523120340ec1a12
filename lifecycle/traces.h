/*
 * What somebody left on this host that lets them in again or starts by itself:
 * key files, crontab, at jobs, user units, lingering, and the files that a login
 * runs. Found and named, never opened to be run, never followed and never
 * changed. Rule    UM-15.1, IS-9.
 */
#ifndef TN_LIFECYCLE_TRACES_H
#define TN_LIFECYCLE_TRACES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"

#define TRACES_MAX 1000 /* of one person on one host */

enum trace_kind {
	TRACE_KEYS,
	TRACE_CRONTAB,
	TRACE_AT_JOB,
	TRACE_UNIT,
	TRACE_LINGER,
	TRACE_START, /* run by a login, a desktop or the mail system */
};

struct trace {
	enum trace_kind kind;
	const char *path;   /* as it is on this host; any bytes */
	const char *target; /* of a symbolic link, or NULL */
	int64_t size;       /* bytes */
	int64_t changed;    /* Unix seconds */
	char sha256[65];    /* hexadecimal, or "" where it was not read */
};

/* What is borrowed lives for the call. Anything but TN_OK ends the search. */
typedef int
trace_found(const struct trace *trace, void *arg, struct tn_err *err);

/*
 * root   the folder that stands for "/", without one at its end: "" for this
 *        host
 * home   the person's, or "" for none
 * A home that is not there has nothing. TN_E_IO names what cannot be read;
 * TN_E_LIMIT: more than TRACES_MAX, and the rest is not told. Not thread-safe.
 */
int traces_find(const char *root, const char *login, uid_t uid,
                const char *home, trace_found *found, void *arg,
                struct tn_err *err);

/* "key file", "crontab" ... Static. */
const char *trace_kind_text(enum trace_kind kind);

#endif
