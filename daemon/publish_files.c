#include <config.h>

#include "publish_files.h"

#include <malloc.h>
#include <string.h>
#include "base/file_spare.h"
#include "base/log.h"
#include "snapshot/snapshot_format.h"

_Static_assert(TN_COOKIE_MAX <= TN_SNAPSHOT_COOKIE_MAX, "any cookie fits");

/* A person with his groups in a base, about. */
#define BYTES_OF_ONE 128
/* A review waits for a new base where the overlay is so large, or this part of
   the base. */
#define REVIEW_SHARE 8
/* What a review changes is published so often. */
#define REVIEW_MS 200

void
tn_publish_files_done(struct tn_publish_files *files)
{
	tn_snapshot_compact_free(files->compaction);
	files->compaction = NULL;
	tn_publish_review_free(files->review);
	files->review = NULL;
	tn_snapshot_overlay_free(files->overlay);
	files->overlay = NULL;
}

const struct tn_snapshot *
tn_publish_files_previous(struct tn_publish_files *files)
{
	const struct tn_snapshot *snapshot = NULL;
	struct tn_snapshot_info info;
	int rc;

	rc = tn_snapshot_take(files->directory, &snapshot);
	if (rc == TN_OK && tn_snapshot_info(snapshot, &info) == TN_OK) {
		if (info.generation > files->generation)
			files->generation = info.generation;
		return snapshot;
	}
	if (rc == TN_OK)
		tn_snapshot_drop(snapshot);
	else if (rc != TN_E_NOT_FOUND && !files->damage_told)
		tn_log_error("the last snapshot: %s; gone on without it",
		             tn_code_words(rc));
	files->damage_told = rc != TN_OK && rc != TN_E_NOT_FOUND;
	return NULL;
}

int
tn_publish_files_open(struct tn_publish_files *files, struct tn_err *err)
{
	const struct tn_snapshot *previous = tn_publish_files_previous(files);
	struct tn_err own = TN_ERR_INIT;
	struct tn_snapshot_info info = { .cookie = "" };
	int rc;

	if (previous == NULL)
		return TN_OK;
	(void)tn_snapshot_info(previous, &info);
	rc = tn_snapshot_overlay_open(files->directory, &files->overlay,
	                              &files->live, &own);
	if (rc == TN_OK && strlen(info.cookie) < sizeof(files->cookie))
		memcpy(files->cookie, info.cookie, strlen(info.cookie) + 1);
	if (rc == TN_OK)
		files->keys_generation = info.keys_generation;
	tn_snapshot_drop(previous);
	if (rc == TN_E_NO_MEMORY)
		return tn_fail(err, rc, "the snapshot");
	if (rc != TN_OK)
		tn_log_error("%s: everybody is written anew", own.text);
	return TN_OK;
}

static void
tell_held(struct tn_publish_files *files, bool held, size_t gone)
{
	if (held && !files->held_told)
		tn_log_warning("%zu people of the last snapshot are gone from "
		               "the directory at once: the brake holds, they "
		               "stay as they were",
		               gone);
	files->held_told = held;
}

/* Above whatever a lost or damaged file may have said. */
static uint64_t
next_generation(const struct tn_publish_files *files, int64_t now)
{
	return files->generation != 0 ? files->generation + 1 : (uint64_t)now;
}

/*
 * Before the overlay, which names the oldest keys file that may be used with
 * it. That is this one also where it could not be written: the one before may
 * have a key that its holder took away, and then no key is better.
 */
static void
save_keys(struct tn_publish_files *files, struct tn_snapshot_overlay *overlay,
          uint64_t generation, int64_t now)
{
	struct tn_err err = TN_ERR_INIT;

	if (files->keys == NULL)
		return;
	if (files->keys->is_due) {
		if (tn_publish_keys_write(files->keys, files->keys_directory,
		                          generation, now, &err) == TN_OK) {
			if (files->keys_told)
				tn_log_info("keys are published again");
			files->keys_told = false;
		} else {
			if (!files->keys_told)
				tn_log_err("keys were not published: nobody "
				           "logs in by one until they are",
				           &err);
			files->keys_told = true;
		}
		files->keys_generation = generation;
	}
	tn_snapshot_overlay_set_keys(overlay, files->keys_generation);
}

/* cookie: of the state that the overlay is. */
static int
save_overlay(struct tn_publish_files *files,
             struct tn_snapshot_overlay *overlay, const char *cookie,
             uint64_t generation, int64_t now, struct tn_err *err)
{
	int rc = tn_snapshot_overlay_save(overlay, files->directory, generation,
	                                  now, cookie, files->enumerate, err);

	/* It stands, and readers see it within a second. */
	if (rc == TN_E_INCOMPLETE) {
		tn_log_err("the snapshot", err);
		rc = TN_OK;
	}
	if (rc != TN_OK)
		return rc;
	files->generation = generation;
	if (cookie != files->cookie)
		memcpy(files->cookie, cookie, strlen(cookie) + 1);
	return TN_OK;
}

/* With the keys. */
static int
save(struct tn_publish_files *files, struct tn_snapshot_overlay *overlay,
     const char *cookie, uint64_t generation, int64_t now, struct tn_err *err)
{
	save_keys(files, overlay, generation, now);
	return save_overlay(files, overlay, cookie, generation, now, err);
}

/* Everybody, as a base with an overlay that says nothing. */
static int
write_base(struct tn_publish_files *files, struct tn_publish_state *state,
           const struct tn_publish_view *view, int64_t now, struct tn_err *err)
{
	uint64_t generation = next_generation(files, now);
	struct tn_snapshot_overlay *overlay = NULL;
	struct tn_snapshot_base_file *file = NULL;
	struct tn_publish_result result = { 0 };
	struct tn_snapshot_base base;
	int rc;

	tn_snapshot_compact_free(files->compaction);
	files->compaction = NULL;
	tn_publish_review_free(files->review);
	files->review = NULL;
	rc = tn_snapshot_base_begin(
	    files->directory, generation, now, state->cookie,
	    (size_t)state->account_count * BYTES_OF_ONE, &file, err);
	if (rc == TN_OK)
		rc = tn_publish_build(state, view, file, &result, err);
	if (rc == TN_OK)
		rc = tn_snapshot_base_end(file, &base, err);
	tn_snapshot_base_free(file);
	if (rc == TN_OK)
		rc = tn_snapshot_overlay_new(files->directory, &base, &overlay,
		                             err);
	if (rc == TN_OK)
		rc = save(files, overlay, state->cookie, generation, now, err);
	if (rc != TN_OK) {
		tn_snapshot_overlay_free(overlay);
		return rc;
	}
	tn_snapshot_overlay_free(files->overlay);
	(void)malloc_trim(
	    0); /* of what the build and the records before took */
	files->overlay = overlay;
	files->base_at = now;
	files->judge_at = result.next;
	files->live = result.live;
	tn_publish_state_settled(state);
	tell_held(files, result.held, result.gone);
	if (result.damaged > 0)
		tn_log_error("%zu records of the last snapshot could not be "
		             "read: the new one is without them",
		             result.damaged);
	tn_log_debug("base %llu: %zu live, %zu dead, %zu refused",
	             (unsigned long long)generation, result.live, result.dead,
	             result.refused);
	return TN_OK;
}

/* What was touched, into the overlay. */
static int
write_change(struct tn_publish_files *files, struct tn_publish_state *state,
             const struct tn_publish_view *view, int64_t now, bool *ret_told,
             struct tn_err *err)
{
	struct tn_publish_change change = { 0 };
	int rc;

	rc = tn_publish_update(state, view, files->overlay, files->live,
	                       &change, err);
	if (rc != TN_OK) {
		/* Half of it: the next publication is a base. */
		tn_publish_files_done(files);
		return rc;
	}
	if (state->touched_users.count > 0 && files->review == NULL)
		tell_held(files, change.held, change.gone);
	tn_publish_state_settled(state);
	files->live = (size_t)((int64_t)files->live + change.live);
	if (change.next < files->judge_at)
		files->judge_at = change.next;
	/* A wrong password changes the directory, too, and nothing here. */
	if (!tn_snapshot_overlay_is_changed(files->overlay) &&
	    (files->keys == NULL || !files->keys->is_due))
		return TN_OK;
	/* It is not the state of its cookie before everybody was looked at. */
	rc = save(files, files->overlay,
	          files->review == NULL ? state->cookie : files->cookie,
	          next_generation(files, now), now, err);
	*ret_told = rc == TN_OK;
	return rc;
}

/* Everybody is to be looked at, from the first one on. Takes over previous. */
static int
begin_review(struct tn_publish_files *files, struct tn_publish_state *state,
             const struct tn_publish_view *view,
             const struct tn_snapshot *previous, struct tn_err *err)
{
	int rc;

	tn_publish_review_free(files->review);
	files->review = NULL;
	rc = tn_publish_review_begin(previous, &files->review, err);
	if (rc != TN_OK)
		return rc;
	files->judge_at =
	    tn_day_start(view->moment->today + 1, view->rules->utc_offset);
	/* Those are among everybody. */
	if (state->is_all_touched)
		tn_publish_state_settled(state);
	return TN_OK;
}

int
tn_publish_files_write(struct tn_publish_files *files,
                       struct tn_publish_state *state,
                       const struct tn_publish_view *view, int64_t now,
                       bool is_swept, bool *ret_told, struct tn_err *err)
{
	const struct tn_snapshot *previous = tn_publish_files_previous(files);
	struct tn_publish_view whole = *view;
	int rc = TN_OK;

	*ret_told = false;
	whole.previous = previous;
	/* Without a whole file there, one is written whatever it says. */
	if (files->overlay == NULL || previous == NULL) {
		rc = write_base(files, state, &whole, now, err);
		*ret_told = rc == TN_OK;
	} else {
		if (is_swept || state->is_all_touched) {
			rc = begin_review(files, state, view, previous, err);
			previous = NULL;
			if (rc == TN_OK)
				previous = tn_publish_files_previous(files);
			whole.previous = previous;
		}
		if (rc == TN_OK)
			rc = write_change(files, state, &whole, now, ret_told,
			                  err);
	}
	if (previous != NULL)
		tn_snapshot_drop(previous);
	return rc;
}

/* So large that a new base comes first. */
static bool
is_overlay_full(const struct tn_publish_files *files)
{
	size_t size = tn_snapshot_overlay_size(files->overlay);

	return size >= TN_OVERLAY_HARD_MAX &&
	       size >=
	           tn_snapshot_overlay_base_size(files->overlay) / REVIEW_SHARE;
}

bool
tn_publish_files_is_review_due(const struct tn_publish_files *files)
{
	return files->review != NULL && files->overlay != NULL &&
	       !is_overlay_full(files);
}

int
tn_publish_files_review(struct tn_publish_files *files,
                        struct tn_publish_state *state,
                        const struct tn_publish_view *view, int64_t now,
                        int64_t now_ms, bool *ret_told, struct tn_err *err)
{
	struct tn_publish_view whole = *view;
	struct tn_publish_change change;
	bool is_done = false;
	int rc;

	*ret_told = false;
	whole.previous = tn_publish_files_previous(files);
	rc =
	    tn_publish_review_step(files->review, state, &whole, files->overlay,
	                           files->live, &change, &is_done, err);
	if (whole.previous != NULL)
		tn_snapshot_drop(whole.previous);
	if (rc != TN_OK) {
		tn_publish_files_done(files);
		return rc;
	}
	files->live = (size_t)((int64_t)files->live + change.live);
	if (change.next < files->judge_at)
		files->judge_at = change.next;
	if (is_done) {
		tell_held(files, change.held, change.gone);
		tn_publish_review_free(files->review);
		files->review = NULL;
	}
	if (!tn_snapshot_overlay_is_changed(files->overlay) ||
	    (!is_done && now_ms - files->review_saved_ms < REVIEW_MS))
		return TN_OK;
	files->review_saved_ms = now_ms;
	rc =
	    save(files, files->overlay, is_done ? state->cookie : files->cookie,
	         next_generation(files, now), now, err);
	*ret_told = rc == TN_OK;
	return rc;
}

int
tn_publish_files_save(struct tn_publish_files *files, int64_t now,
                      struct tn_err *err)
{
	return save_overlay(files, files->overlay, files->cookie,
	                    next_generation(files, now), now, err);
}

int
tn_publish_files_set_aside(const struct tn_publish_files *files,
                           struct tn_err *err)
{
	return files->overlay == NULL
	           ? TN_OK
	           : tn_spare_keep(files->directory, TN_SNAPSHOT_OVERLAY,
	                           tn_snapshot_overlay_size(files->overlay),
	                           err);
}

bool
tn_publish_files_is_base_due(const struct tn_publish_files *files, int64_t now)
{
	size_t size;

	if (files->overlay == NULL || files->compaction != NULL)
		return files->overlay != NULL;
	if (files->review != NULL && is_overlay_full(files))
		return now < files->base_failed_at ||
		       now - files->base_failed_at >= TN_BASE_HARD_SECONDS;
	size = tn_snapshot_overlay_size(files->overlay);
	/* A clock that was set back makes it no later. */
	return size >= TN_OVERLAY_MAX &&
	       (now < files->base_at ||
	        now - files->base_at >= (size >= TN_OVERLAY_HARD_MAX
	                                     ? TN_BASE_HARD_SECONDS
	                                     : TN_BASE_SECONDS));
}

/* The new base is there: an overlay on it, with what came meanwhile. */
static int
move_over(struct tn_publish_files *files, const struct tn_snapshot_base *base,
          int64_t now, struct tn_err *err)
{
	struct tn_snapshot_overlay *overlay = NULL;
	int rc;

	rc = tn_snapshot_overlay_new(files->directory, base, &overlay, err);
	if (rc == TN_OK)
		rc = tn_snapshot_compact_move(files->compaction, files->overlay,
		                              overlay, err);
	if (rc == TN_OK)
		rc = save(files, overlay, files->cookie,
		          next_generation(files, now), now, err);
	if (rc != TN_OK) {
		tn_snapshot_overlay_free(overlay);
		return rc;
	}
	tn_snapshot_overlay_free(files->overlay);
	files->overlay = overlay;
	return TN_OK;
}

int
tn_publish_files_rebase(struct tn_publish_files *files, int64_t now,
                        bool *ret_told, struct tn_err *err)
{
	struct tn_snapshot_base base;
	bool is_done = false;
	int rc;

	*ret_told = false;
	if (files->compaction == NULL) {
		files->base_failed_at = now;
		/* It is made of what is on the disk. */
		if (tn_snapshot_overlay_is_changed(files->overlay)) {
			rc = tn_publish_files_save(files, now, err);
			*ret_told = rc == TN_OK;
			if (rc != TN_OK)
				return rc;
		}
		rc = tn_snapshot_compact_begin(files->directory,
		                               next_generation(files, now), now,
		                               &files->compaction, err);
		/* Where it failed: not at once again. */
		files->base_at = now;
		return rc;
	}
	rc = tn_snapshot_compact_step(files->compaction, &is_done, &base, err);
	if (rc == TN_OK && !is_done)
		return TN_OK;
	if (rc == TN_OK)
		rc = move_over(files, &base, now, err);
	if (rc == TN_OK && tn_snapshot_compact_damaged(files->compaction) > 0)
		tn_log_error("%zu records of the last snapshot could not be "
		             "read: the new one is without them",
		             tn_snapshot_compact_damaged(files->compaction));
	tn_snapshot_compact_free(files->compaction);
	files->compaction = NULL;
	files->base_at = now;
	files->base_failed_at = rc == TN_OK ? 0 : now;
	*ret_told = rc == TN_OK;
	/* The base that stands is damaged: everybody is written anew. */
	if (rc == TN_E_DAMAGED)
		tn_publish_files_done(files);
	return rc;
}
