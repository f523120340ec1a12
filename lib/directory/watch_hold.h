/*
 * Large entries that change again and again. A change brings an entry whole
 * (RFC 4533 knows no part of one), and to read a group of 100,000 members and
 * to publish it costs many times what it costs to take it off the wire. So a
 * large one that comes again soon waits, for a time in proportion to its size,
 * and what comes of it meanwhile takes its place: what it is now is all that
 * counts. The first after a rest waits for nothing. Private. Pure: knows no
 * clock and frees no message; not thread-safe.
 */
#ifndef TN_DIRECTORY_WATCH_HOLD_H
#define TN_DIRECTORY_WATCH_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"

/* Smaller ones never wait. */
#define TN_HOLD_SIZE ((size_t)64 * 1024)
/* So many bytes of an entry are a millisecond's wait: of a group of 100,000
   members, some 1.6 MB, half a second. And never more than the second. */
#define TN_HOLD_BYTES_PER_MS 3200
#define TN_HOLD_MS_MAX       600
/* So many are held at a time, with no more bytes together. */
#define TN_HOLD_MAX       16
#define TN_HOLD_BYTES_MAX ((size_t)32 * 1024 * 1024)

struct tn_hold { /* zeros to begin with */
	struct tn_held_entry {
		struct tn_uuid uuid;
		int64_t due_ms;
		size_t size;
		void *message; /* NULL: none waits, though one was told */
		bool is_used;
	} places[TN_HOLD_MAX];
	size_t bytes; /* of those that wait */
	size_t count;
};

/*
 * An entry of so many bytes came. True: it waits, and the message is kept until
 * _due, _drop or _any gives it back; *ret_older is the one whose place it took,
 * for the caller to free, or NULL. False: it is to be told now.
 * now_ms: of a clock that nobody sets.
 */
bool tn_hold_keep(struct tn_hold *hold, const struct tn_uuid *uuid, size_t size,
                  void *message, int64_t now_ms, void **ret_older);
/* The entry is gone, or is told some other way: what waits of it, or NULL. */
void *tn_hold_drop(struct tn_hold *hold, const struct tn_uuid *uuid);
/* One whose time has come, as told from now on; NULL: none has. */
void *tn_hold_due(struct tn_hold *hold, int64_t now_ms);
/* Any that waits; NULL: none is left. */
void *tn_hold_any(struct tn_hold *hold);
/* Milliseconds until one is due; -1: none waits. */
int tn_hold_wait_ms(const struct tn_hold *hold, int64_t now_ms);

#endif
