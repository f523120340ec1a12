/*
 * Run one of slapd's own tools: no shell, a clean environment, the user that
 * slapd runs as, and an end within a minute.
 */
#ifndef TN_LIFECYCLE_INIT_RUN_H
#define TN_LIFECYCLE_INIT_RUN_H

#include <stddef.h>
#include <sys/types.h>
#include "base/buf.h"
#include "base/err.h"

/*
 * argv    argv[0] is the absolute path; NULL-terminated.
 * input   what it reads on standard input, len bytes.
 * output  gets what it wrote on standard output, or NULL: dropped.
 * Errors: TN_E_INVALID with what it wrote on standard error as one line,
 * TN_E_TIMEOUT, TN_E_IO, TN_E_NOT_FOUND (not installed).
 */
int init_run(const char *const *argv, const void *input, size_t len, uid_t uid,
             gid_t gid, struct tn_buf *output, struct tn_err *err);

/*
 * The same with what may be too large for memory: input and output are open
 * files, -1: none. It may take an hour.
 */
int init_run_files(const char *const *argv, int input, int output, uid_t uid,
                   gid_t gid, struct tn_err *err);

#endif
