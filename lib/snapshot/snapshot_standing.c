/*
 * Which mappings a lookup uses, and when they go.
 *
 * Six places hold pairs of an overlay and its base; one of them is current. A
 * place counts who holds it: 0 is free, CLAIMED is somebody filling or emptying
 * it, else there is one for being current and one for each lookup under way.
 * Whoever gives back the last hold unmaps. Bases have places of their own,
 * counted by the pairs that share them: a change replaces the overlay and
 * leaves the base mapped as it is. There is no lock, so nothing that fork(2),
 * vfork(2), a signal or the end of a thread could leave locked:
 *
 * - The current pair is named by a number that also counts the changes, so that
 *   a place which went and came back is not taken for the old one.
 * - Two threads that renew at once both map; the second to finish sees that
 *   the number moved and throws its own away. That they seldom do is the
 *   business of .renewing, which is advice that runs out by itself.
 * - A child of fork has no more the threads that held places in the parent:
 *   those places are lost to it. When none is free, a lookup maps the files for
 *   itself alone: slower by some 30 microseconds, never wrong.
 * - All of it stands in one page, so that a fork sees it at one moment: the
 *   kernel copies page by page while other threads run on.
 *
 * A process that has a good pair keeps it until it has mapped a newer good
 * one: also when it ran out of descriptors, changed its root, or when what
 * was published is damaged.
 */
#include <config.h>

#include "snapshot/snapshot_standing.h"

#include <errno.h>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"

#define PLACES          6u
#define BASES           6u
#define CLAIMED         UINT32_MAX
#define HOLD_TRIES      1000 /* each failure means that another thread won */
#define RENEWING_MILLIS 100

static struct {
	_Atomic uint64_t current; /* 0: none; else changes << 8 | place + 1 */
	_Atomic uint64_t seen;    /* the generation word when it was mapped */
	_Atomic(const _Atomic uint64_t *) word; /* never unmapped */
	_Atomic int64_t looked;            /* the second of the last stat(2) */
	_Atomic int64_t renewing;          /* 0, or the millisecond it began */
	struct tn_snapshot places[PLACES]; /* held by .overlay.holds */
	struct tn_snapshot_file bases[BASES];
} state __attribute__((aligned(4096)));

_Static_assert(sizeof(state) <= 4096, "the state fits in one page");

/*
 * Has this process one thread alone, so that counts need no locked bus? libc
 * knows; it does for malloc and stdio what is done here. A child of vfork runs
 * while the only thread that its parent has stands still. A lookup in a
 * handler of a signal, which POSIX forbids, gives back what it took; if it
 * renews just between a load and a store here, a place is lost, no more.
 */
static inline bool
is_alone(void)
{
#if __has_include(<sys/single_threaded.h>)
	return __libc_single_threaded != 0;
#else
	return false;
#endif
}

/* Raise a count that was holds a moment ago; false when it was not, or when
   others want it too. */
static inline bool
hold(struct tn_snapshot_file *file, uint32_t holds)
{
	if (is_alone()) {
		atomic_store_explicit(&file->holds, holds + 1,
		                      memory_order_relaxed);
		return true;
	}
	return atomic_compare_exchange_weak_explicit(
	    &file->holds, &holds, holds + 1, memory_order_acquire,
	    memory_order_relaxed);
}

/* True for the last hold: the file is CLAIMED then, for the caller to empty. */
static inline bool
let_go(struct tn_snapshot_file *file)
{
	uint32_t holds =
	    atomic_load_explicit(&file->holds, memory_order_relaxed);

	if (is_alone() && holds != 1) {
		atomic_store_explicit(&file->holds, holds - 1,
		                      memory_order_relaxed);
		return false;
	}
	for (;;) {
		uint32_t less = holds == 1 ? CLAIMED : holds - 1;

		if (atomic_compare_exchange_weak_explicit(
		        &file->holds, &holds, less, memory_order_acq_rel,
		        memory_order_relaxed))
			return holds == 1;
	}
}

static void
set_free(struct tn_snapshot_file *file)
{
	atomic_store_explicit(&file->holds, 0, memory_order_release);
}

static void
give_back_base(struct tn_snapshot_file *base)
{
	if (!let_go(base))
		return;
	tn_snapshot_unmap(base);
	set_free(base);
}

static __attribute__((noinline)) void
empty(struct tn_snapshot *place)
{
	int saved = errno;

	give_back_base(place->base);
	tn_snapshot_unmap(&place->overlay);
	set_free(&place->overlay);
	errno = saved;
}

static inline void
give_back(struct tn_snapshot *place)
{
	if (let_go(&place->overlay))
		empty(place);
}

/* The current one, held, and its number; NULL and 0 when there is none. */
static inline struct tn_snapshot *
hold_current(uint64_t *ret_number)
{
	int try;

	for (try = 0; try < HOLD_TRIES; try++) {
		uint64_t number =
		    atomic_load_explicit(&state.current, memory_order_acquire);
		struct tn_snapshot *place;
		uint32_t holds;

		if (number == 0)
			break;
		place = &state.places[(number & 0xff) - 1];
		holds = atomic_load_explicit(&place->overlay.holds,
		                             memory_order_relaxed);
		if (holds == 0 || holds == CLAIMED)
			continue; /* it went between the two loads */
		if (!hold(&place->overlay, holds))
			continue;
		if (atomic_load_explicit(&state.current,
		                         memory_order_acquire) == number) {
			*ret_number = number;
			return place;
		}
		give_back(place);
	}
	*ret_number = 0;
	return NULL;
}

static bool
claim(struct tn_snapshot_file *file)
{
	uint32_t holds = 0;

	return atomic_compare_exchange_strong_explicit(
	    &file->holds, &holds, CLAIMED, memory_order_acquire,
	    memory_order_relaxed);
}

static struct tn_snapshot *
claim_place(void)
{
	size_t i;

	for (i = 0; i < PLACES; i++)
		if (claim(&state.places[i].overlay))
			return &state.places[i];
	return NULL;
}

static struct tn_snapshot_file *
claim_base(void)
{
	size_t i;

	for (i = 0; i < BASES; i++)
		if (claim(&state.bases[i]))
			return &state.bases[i];
	return NULL;
}

static uint64_t
read_word(void)
{
	const _Atomic uint64_t *word =
	    atomic_load_explicit(&state.word, memory_order_acquire);

	return word != NULL ? atomic_load_explicit(word, memory_order_acquire)
	                    : 0;
}

static void
find_word(void)
{
	const _Atomic uint64_t *none = NULL;
	const _Atomic uint64_t *word;
	char path[TN_SNAPSHOT_PATH_SIZE];

	if (atomic_load_explicit(&state.word, memory_order_acquire) != NULL ||
	    !tn_snapshot_path(NULL, TN_SNAPSHOT_GENERATION, path))
		return;
	word = tn_snapshot_map_word(path, tn_snapshot_owner(NULL));
	if (word != NULL &&
	    !atomic_compare_exchange_strong(&state.word, &none, word))
		tn_snapshot_unmap_word(word);
}

/*
 * The base that place's overlay names, held: the one of held where that is it,
 * which costs a count. Errors: TN_E_LIMIT when no place is free, and what
 * tn_snapshot_map_base says.
 */
static int
find_base(struct tn_snapshot *place, struct tn_snapshot *held)
{
	struct tn_snapshot_file *base;
	int rc;

	if (held != NULL &&
	    tn_snapshot_names_base(&place->overlay, held->base)) {
		place->base = held->base;
		atomic_fetch_add_explicit(&held->base->holds, 1,
		                          memory_order_relaxed);
		return TN_OK;
	}
	base = claim_base();
	if (base == NULL)
		return TN_E_LIMIT;
	rc = tn_snapshot_map_base(NULL, &place->overlay, base);
	if (rc != TN_OK) {
		set_free(base);
		return rc;
	}
	place->base = base;
	atomic_store_explicit(&base->holds, 1, memory_order_release);
	return TN_OK;
}

/*
 * Put a newer pair in the place of held, which is number (NULL and 0: of
 * none). held stays held.
 * *ret_lost: another thread was faster, perhaps with an older one than this.
 * Returns TN_OK when there is a newer one, mapped by this thread or another,
 * TN_E_EXISTS when held is the newest, TN_E_LIMIT when no place is free, and
 * what tn_snapshot_map_overlay and tn_snapshot_map_base say.
 */
static int
replace(struct tn_snapshot *held, uint64_t number, bool *ret_lost)
{
	struct tn_snapshot *place = claim_place();
	uint64_t next;
	int rc;

	if (place == NULL)
		return TN_E_LIMIT;
	rc = tn_snapshot_map_overlay(NULL, held != NULL ? &held->overlay : NULL,
	                             &place->overlay);
	if (rc == TN_OK) {
		rc = find_base(place, held);
		if (rc != TN_OK)
			tn_snapshot_unmap(&place->overlay);
	}
	if (rc != TN_OK) {
		set_free(&place->overlay);
		return rc;
	}
	next =
	    ((number >> 8) + 1) << 8 | ((uint64_t)(place - state.places) + 1);
	atomic_store_explicit(&place->overlay.holds, 1, memory_order_release);
	*ret_lost =
	    !atomic_compare_exchange_strong(&state.current, &number, next);
	if (*ret_lost)
		give_back(place);
	else if (held != NULL)
		give_back(held); /* its hold for being current */
	return TN_OK;
}

/* Is the overlay another file than held? Not when it cannot be told. */
static bool
overlay_changed(const struct tn_snapshot *held)
{
	struct stat status;
	char path[TN_SNAPSHOT_PATH_SIZE];

	return tn_snapshot_path(NULL, TN_SNAPSHOT_OVERLAY, path) &&
	       stat(path, &status) == 0 &&
	       (status.st_dev != held->overlay.device ||
	        status.st_ino != held->overlay.inode);
}

/* True once a second in the whole process. */
static bool
second_passed(int64_t now)
{
	int64_t looked =
	    atomic_load_explicit(&state.looked, memory_order_relaxed);

	return looked != now && atomic_compare_exchange_strong_explicit(
	                            &state.looked, &looked, now,
	                            memory_order_relaxed, memory_order_relaxed);
}

/* True for the one thread that shall renew now. */
static bool
renewal_is_mine(void)
{
	int64_t began =
	    atomic_load_explicit(&state.renewing, memory_order_relaxed);
	struct timespec now = { 0 };
	int64_t millis;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	millis = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	return (began == 0 || millis - began > RENEWING_MILLIS ||
	        millis < began) &&
	       atomic_compare_exchange_strong_explicit(
	           &state.renewing, &began, millis + 1, memory_order_acquire,
	           memory_order_relaxed);
}

/* The slow way: nothing is mapped, or held is perhaps no more the newest. */
static __attribute__((noinline)) int
take_renewed(struct tn_snapshot *held, uint64_t number,
             const struct tn_snapshot **ret)
{
	uint64_t word;
	bool lost = false;
	int try = 0;
	int rc;

	/* The word first: what is published after this is noticed. */
	find_word();
	word = read_word();
	do
		rc = replace(held, number, &lost);
	while (rc == TN_E_STALE && ++try < TN_SNAPSHOT_STALE_TRIES);
	/* Of a newer pair than the current one the next lookup is to hear. */
	if (rc != TN_E_LIMIT && !lost)
		atomic_store(&state.seen, word);
	if (rc == TN_E_LIMIT)
		rc = tn_snapshot_alone(NULL, ret);
	else if (rc == TN_OK) {
		struct tn_snapshot *newer = hold_current(&number);

		if (newer != NULL)
			*ret = newer;
		else
			rc = tn_snapshot_alone(NULL, ret);
	}
	if (rc == TN_OK) {
		if (held != NULL)
			give_back(held);
		return TN_OK;
	}
	if (held == NULL)
		return rc == TN_E_STALE ? TN_E_DAMAGED : rc;
	*ret = held;
	return TN_OK;
}

/* The word is another, or a second has passed. held is the caller's. */
static __attribute__((noinline)) int
look_again(struct tn_snapshot *held, uint64_t number, bool stale, int64_t now,
           const struct tn_snapshot **ret)
{
	int saved = errno;
	int rc = TN_OK;

	*ret = held;
	if (second_passed(now) && !stale)
		stale = overlay_changed(held);
	if (stale && renewal_is_mine()) {
		rc = take_renewed(held, number, ret);
		atomic_store_explicit(&state.renewing, 0, memory_order_release);
	}
	errno = saved;
	return rc;
}

/*
 * time(2) is a load from the page that the kernel keeps for it, cannot fail,
 * and leaves errno alone. A clock that is put back changes its second, too:
 * that is all that is asked of it.
 */
int
tn_snapshot_standing_take(const struct tn_snapshot **ret)
{
	uint64_t number = 0;
	struct tn_snapshot *held = hold_current(&number);
	int64_t now;
	int saved;
	bool stale;
	int rc;

	if (held != NULL) {
		now = (int64_t)time(NULL);
		stale = read_word() !=
		        atomic_load_explicit(&state.seen, memory_order_relaxed);
		*ret = held;
		return !stale && now == atomic_load_explicit(
		                            &state.looked, memory_order_relaxed)
		           ? TN_OK
		           : look_again(held, number, stale, now, ret);
	}
	saved = errno;
	rc = take_renewed(NULL, 0, ret);
	errno = saved;
	return rc;
}

bool
tn_snapshot_standing_drop(struct tn_snapshot *snapshot)
{
	if (snapshot < state.places || snapshot >= state.places + PLACES)
		return false;
	give_back(snapshot);
	return true;
}
