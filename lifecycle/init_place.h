/*
 * What is built beside and then put in place by renaming; what fails half-way
 * is taken back, so that nothing is left.
 */
#ifndef TN_LIFECYCLE_INIT_PLACE_H
#define TN_LIFECYCLE_INIT_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/err.h"
#include "init_plan.h"

#define PLACE_PATH_MAX (INIT_PATH_MAX + 64)
#define PLACE_MOVES    16
#define PLACE_FOLDERS  96

struct init_place {
	size_t moves; /* done so far */
	struct init_move {
		char from[PLACE_PATH_MAX];
		char to[PLACE_PATH_MAX];
	} move[PLACE_MOVES];
	size_t folders; /* to be removed: temporary ones for good, others only
			   when we fail and they are empty */
	struct {
		char path[PLACE_PATH_MAX];
		bool temporary;
	} folder[PLACE_FOLDERS];
};

/* A new folder "PARENT/.tenure-init.XXXXXX", 0700, of this user. */
int init_place_beside(struct init_place *place, const char *parent, uid_t uid,
                      gid_t gid, char ret[PLACE_PATH_MAX], struct tn_err *err);
/* What an init that was killed left there (a key of an authority, too) goes.
   Under init's lock alone: nobody else's is in use then. */
void init_place_sweep(const char *parent);
/* A folder; one that is there already stays as it is. */
int init_place_folder(struct init_place *place, const char *path, mode_t mode,
                      uid_t uid, gid_t gid, struct tn_err *err);
/* Rename FROM/NAME to TO (over an empty folder, never over anything else). */
int init_place_move(struct init_place *place, const char *from,
                    const char *name, const char *to, struct tn_err *err);
/* After a failure: everything back, everything removed. */
void init_place_undo(struct init_place *place);
/* After success: the temporary folders go. */
void init_place_finish(struct init_place *place);

/* No two inits at once. The lock ends with the process, or with *ret. */
int init_place_lock(int *ret, struct tn_err *err);

/* Nothing there, or an empty folder. TN_E_EXISTS says what is in the way. */
int init_place_is_free(const char *path, struct tn_err *err);

#endif
