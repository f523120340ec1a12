/*
 * Room that is set aside for files that are written again and again, so that a
 * full disk keeps none of them from being saved: files of the right size
 * beside them, one of which becomes the new one when no other can be made.
 */
#ifndef TN_BASE_FILE_SPARE_H
#define TN_BASE_FILE_SPARE_H

#include <stddef.h>
#include <sys/types.h>
#include "base/err.h"

#define TN_SPARES 4 /* so many saves a full disk takes */

/*
 * See to it that each of TN_SPARES files .NAME.spare.N of the folder has room
 * for twice so many bytes. TN_E_IO: there is no room for all of them.
 */
int tn_spare_keep(const char *directory, const char *name, size_t size,
                  struct tn_err *err);

/* Gives one up, as the file new_name of the folder: a descriptor to write so
   many bytes to, or -1. */
int
tn_spare_take(int folder, const char *name, size_t size, const char *new_name);

/*
 * As tn_file_save, for a file with spares: where the disk is full, into one of
 * those. path ends in /NAME.
 */
int tn_spare_save(const char *path, const void *data, size_t len, mode_t mode,
                  struct tn_err *err);

#endif
