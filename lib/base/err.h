/*
 * Errors: a code that travels, and one readable line that gathers context on
 * its way up. Nothing here allocates, logs or exits, so it is usable inside
 * sshd's or ls's process. The edge (a main program) logs the line once.
 */
#ifndef TN_BASE_ERR_H
#define TN_BASE_ERR_H

#include "base/attrs.h"

/* Every function that can fail returns TN_OK or one of these. */
enum tn_code {
	TN_OK = 0,
	TN_E_INVALID = -1, /* bad input: a file, a value, an argument */
	TN_E_NO_MEMORY = -2,
	TN_E_IO = -3, /* the operating system refused; see .sys */
	TN_E_NOT_FOUND = -4,
	TN_E_EXISTS = -5, /* already there, or not unique */
	TN_E_DENIED = -6, /* who asks may not */
	TN_E_TIMEOUT = -7,
	TN_E_UNREACHABLE = -8, /* server or daemon down, or not who it says */
	TN_E_PROTOCOL = -9,    /* the other side sent nonsense */
	TN_E_DAMAGED = -10,    /* a file of ours fails its checks */
	TN_E_RULE = -11,       /* refused by a rule or a brake */
	TN_E_STALE = -12,      /* an assertion failed: it changed meanwhile */
	TN_E_INCOMPLETE = -13, /* a partial result, which is no result */
	TN_E_LIMIT = -14,      /* longer or more than its named bound */
	TN_E_BUG = -15,        /* an impossible state */
};

#define TN_ERR_TEXT_MAX 512

/* Owned by the caller, usually on the stack; start with = TN_ERR_INIT. */
struct tn_err {
	int code;                   /* enum tn_code */
	int sys;                    /* errno, or 0 */
	char text[TN_ERR_TEXT_MAX]; /* UTF-8, one line, never a secret */
};

#define TN_ERR_INIT           \
	{                     \
		.code = TN_OK \
	}

/*
 * Set the error and return its code, so that a call site is one line:
 *         return tn_fail(err, TN_E_INVALID, "line %zu: no staff number", n);
 * err  may be NULL: only the code is returned. A text that is too long is cut
 *      at a whole UTF-8 character; control characters become '?'.
 */
#define tn_fail(...) tn_failure(tn_err_put(__VA_ARGS__))

/* The same, with ": " and the words for sys (an errno value) put behind:
 *         return tn_fail_errno(err, TN_E_IO, errno, "%s: open", path);
 */
#define tn_fail_errno(...) tn_failure(tn_err_put_errno(__VA_ARGS__))

/*
 * Put the wider view in front ("snapshot /x: ") and return err->code, or
 * TN_E_BUG when err is NULL or holds no error:
 *         return tn_context(err, "snapshot %s", path);
 */
#define tn_context(...) tn_failure(tn_err_wrap(__VA_ARGS__))

/* The functions behind the three. */
int tn_err_put(struct tn_err *err, int code, const char *format, ...)
    TN_PRINTF(3, 4);
int tn_err_put_errno(struct tn_err *err, int code, int sys,
                     const char *format, ...) TN_PRINTF(4, 5);
int tn_err_wrap(struct tn_err *err, const char *format, ...) TN_PRINTF(2, 3);

/* A failure is never TN_OK, and compilers and analysers, which look at one
   file at a time, see it here. */
static inline int
tn_failure(int code)
{
	return code != TN_OK ? code : TN_E_BUG;
}

/* Static English words for a code; never NULL. */
const char *tn_code_words(int code);

#endif
