/*
 * Files read whole and saved whole. Readers of a saved file see the old one
 * or the new one, never half: written beside, synced, renamed, folder synced.
 */
#ifndef TN_BASE_FILE_H
#define TN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"

/*
 * Save data as path, with mode, owned by uid and gid ((uid_t)-1: leave).
 * Errors: TN_E_IO (.sys says which: ENOSPC, EROFS, ...); the old file stands
 * and the temporary one is removed. One exception: when the folder cannot be
 * synced after the rename, the new file stands and the error says so.
 */
int tn_file_save(const char *path, const void *data, size_t len, mode_t mode,
                 uid_t uid, gid_t gid, struct tn_err *err);

/*
 * Read a regular file of at most max bytes into memory, NUL put behind.
 * ret, ret_len  set on success; free *ret with free(). A secret file must be
 *               wiped by the caller first (explicit_bzero).
 * Errors: TN_E_NOT_FOUND, TN_E_LIMIT, TN_E_IO, TN_E_INVALID (no regular file).
 */
int tn_file_read(const char *path, size_t max, char **ret, size_t *ret_len,
                 struct tn_err *err);

/*
 * The same for a file that decides about access: opened without following a
 * last symbolic link, and refused (TN_E_DENIED) unless it is a regular file of
 * root that nobody else may write; with is_private, nor others may read.
 */
int tn_file_read_trusted(const char *path, size_t max, bool is_private,
                         char **ret, size_t *ret_len, struct tn_err *err);

#endif
