/*
 * The snapshot's files as publish keeps them up: a base, written seldom, and
 * an overlay at each change.
 */
#ifndef TN_DAEMON_PUBLISH_FILES_H
#define TN_DAEMON_PUBLISH_FILES_H

#include "publish_keys.h"
#include "publish_review.h"
#include "publish_update.h"
#include "snapshot/snapshot_compact.h"

/* A new base when the overlay has grown to the first, and not within so many
   seconds of the last one; fewer where it has grown to the second. */
#define TN_OVERLAY_MAX       ((size_t)1 << 20)
#define TN_OVERLAY_HARD_MAX  ((size_t)8 << 20)
#define TN_BASE_SECONDS      300
#define TN_BASE_HARD_SECONDS 10

struct tn_publish_files { /* start with = { .directory = ... } */
	const char *directory;
	bool enumerate; /* lists of everybody may be given */
	struct tn_snapshot_overlay *overlay; /* NULL: a base is due */
	uint64_t generation;                 /* last published; 0: none known */
	struct tn_snapshot_compaction *compaction; /* a base is being made */
	struct tn_publish_review *review; /* everybody is looked at again */
	int64_t review_saved_ms;          /* when what it changed was saved */
	int64_t base_failed_at;           /* or was begun */
	char cookie[TN_COOKIE_MAX + 1];   /* of what is published */
	int64_t base_at;                  /* when the base was written */
	int64_t judge_at; /* when the verdicts change by themselves */
	size_t live;
	/* The keys file; NULL: none is written. */
	struct tn_publish_keys *keys;
	const char *keys_directory;
	uint64_t keys_generation; /* of the one that goes with the overlay */
	bool keys_told;           /* that it could not be written */
	bool held_told;
	bool damage_told;
};

void tn_publish_files_done(struct tn_publish_files *files);

/* The last snapshot, taken, for the caller to drop; NULL when there is none to
   go on from. Learns its generation. */
const struct tn_snapshot *
tn_publish_files_previous(struct tn_publish_files *files);

/*
 * Go on from the pair that stands, which is checked whole: from then on a lock
 * can be published, before net has told anything. Where there is none, or it
 * is damaged, the first publication writes everybody. TN_E_NO_MEMORY.
 */
int tn_publish_files_open(struct tn_publish_files *files, struct tn_err *err);

/*
 * Publish the state: what changed as an overlay. Where everybody is to be
 * looked at, that is begun (tn_publish_files_review); where no pair stands,
 * everybody is written.
 * view       .previous is not looked at.
 * now        seconds since 1970: what the files say.
 * is_swept   time or this host's files changed: everybody is judged again.
 * ret_told   something was published: readers see it.
 * Errors as of tn_snapshot_finish but TN_E_INCOMPLETE, which is logged.
 */
int tn_publish_files_write(struct tn_publish_files *files,
                           struct tn_publish_state *state,
                           const struct tn_publish_view *view, int64_t now,
                           bool is_swept, bool *ret_told, struct tn_err *err);

/* Is everybody looked at again, and is it time to go on with that? */
bool tn_publish_files_is_review_due(const struct tn_publish_files *files);
/*
 * Go on with it, for some milliseconds. Nothing was touched since the state was
 * called whole. now_ms: of a clock that nobody sets. Otherwise as
 * tn_publish_files_write. After a failure the next publication writes
 * everybody, or goes on from what stands.
 */
int tn_publish_files_review(struct tn_publish_files *files,
                            struct tn_publish_state *state,
                            const struct tn_publish_view *view, int64_t now,
                            int64_t now_ms, bool *ret_told, struct tn_err *err);

/*
 * A person whom a lock names is dead from now on, whatever is to be told of him
 * yet: for when the state is not whole, or is looked at whole. Nobody where the
 * view has no such person alive. *ret_changed: to be saved.
 */
int tn_publish_files_lock(struct tn_publish_files *files, const char *login,
                          uint32_t uid, bool *ret_changed, struct tn_err *err);
/* Is there such a person, alive? */
bool tn_publish_files_is_live(const struct tn_publish_files *files,
                              const char *login, uint32_t uid);
/* The overlay as it is, with the cookie and the keys from before. */
int tn_publish_files_save(struct tn_publish_files *files, int64_t now,
                          struct tn_err *err);

/* Up to room people who are dead though no file says so, since none can be
   written. Returns how many. */
size_t tn_publish_files_unsaved(struct tn_publish_files *files, uint32_t *uids,
                                size_t room);

/* Room for the next overlays. TN_E_IO: there is not enough. */
int tn_publish_files_set_aside(const struct tn_publish_files *files,
                               struct tn_err *err);

/* Is there to be a new base, though all is published? Or is one on its way? */
bool
tn_publish_files_is_base_due(const struct tn_publish_files *files, int64_t now);
/*
 * Go on with it, for some milliseconds: a lock that comes is published in
 * between, and waits for no base. What is published stands when that fails.
 * ret_told: readers have the new one. TN_E_DAMAGED: the base that stands is
 * not what was written; the next publication writes everybody.
 */
int tn_publish_files_rebase(struct tn_publish_files *files, int64_t now,
                            bool *ret_told, struct tn_err *err);

#endif
