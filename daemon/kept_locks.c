#include <config.h>

#include "kept_locks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file_spare.h"
#include "base/hash_table.h"
#include "base/log.h"
#include "channel.h"
#include "kept_frame.h"
#include "wire/lock_record.h"

/* Everybody who ever left a large organisation. */
#define LOCKS_MAX 1000000
#define FILE_MAX  (1024L * 1024 * 1024)
/* Bytes of a lock, with much to say. */
#define ONE_MORE 2048

struct tn_kept_lock {
	struct tn_lock *lock;
	UT_hash_handle hh;
	UT_hash_handle by_name;
};

static void
drop(struct tn_kept_locks *kept, struct tn_kept_lock *at)
{
	HASH_DELETE(hh, kept->locks, at);
	HASH_DELETE(by_name, kept->names, at);
	tn_lock_free(at->lock);
	free(at);
}

static bool
is_same(const struct tn_lock *a, const struct tn_lock *b)
{
	return memcmp(&a->person_uuid, &b->person_uuid, TN_UUID_LEN) == 0 &&
	       strcmp(a->staff_number, b->staff_number) == 0 &&
	       a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
	       a->since == b->since && strcmp(a->reason, b->reason) == 0;
}

/* Takes the lock over, unless there is no memory. */
static bool
add(struct tn_kept_locks *kept, struct tn_lock *lock)
{
	struct tn_kept_lock *at = calloc(1, sizeof(*at));

	if (at == NULL)
		return false;
	at->lock = lock;
	HASH_ADD_KEYPTR(hh, kept->locks, lock->uuid.byte, TN_UUID_LEN, at);
	if (!TN_HASH_LOST(hh, at)) {
		HASH_ADD_KEYPTR(by_name, kept->names, lock->name,
		                strlen(lock->name), at);
		if (!TN_HASH_LOST(by_name, at))
			return true;
		HASH_DELETE(hh, kept->locks, at);
	}
	free(at);
	return false;
}

/* Takes the lock over. */
static int
keep(struct tn_kept_locks *kept, struct tn_lock *lock, struct tn_err *err)
{
	struct tn_kept_lock *old = NULL;

	HASH_FIND(hh, kept->locks, lock->uuid.byte, TN_UUID_LEN, old);
	if (old != NULL && is_same(old->lock, lock)) {
		tn_lock_free(lock);
		return TN_OK;
	}
	if (old == NULL && HASH_COUNT(kept->locks) >= LOCKS_MAX) {
		tn_lock_free(lock);
		return tn_fail(err, TN_E_LIMIT, "more than %d open locks",
		               LOCKS_MAX);
	}
	/* The old one goes when the new one is there. */
	if (!add(kept, lock)) {
		tn_lock_free(lock);
		return tn_fail(err, TN_E_NO_MEMORY, "a lock");
	}
	if (old != NULL) {
		lock->told = old->lock->told;
		drop(kept, old);
	}
	kept->is_dirty = true;
	return TN_OK;
}

static void
release(struct tn_kept_locks *kept, const char *name, int64_t created)
{
	struct tn_kept_lock *at = NULL;

	for (;;) {
		HASH_FIND(by_name, kept->names, name, strlen(name), at);
		if (at == NULL || !tn_lock_is_ended(at->lock, created))
			return;
		drop(kept, at);
		kept->is_dirty = true;
	}
}

int
tn_kept_locks_take(struct tn_kept_locks *kept, const struct tn_message *message,
                   struct tn_err *err)
{
	char name[TN_LOCK_NAME_MAX + 1];
	struct tn_lock *lock = NULL;
	int64_t created;
	int rc;

	if (message->what == TN_WIRE_LOCK_RELEASED) {
		if (!tn_release_record_get(message, name, &created))
			return tn_fail(err, TN_E_PROTOCOL, "names no lock");
		release(kept, name, created);
		return TN_OK;
	}
	rc = tn_lock_record_get(message, &lock, err);
	if (rc != TN_OK)
		return rc;
	if (!lock->released)
		return keep(kept, lock, err);
	release(kept, lock->name, lock->own ? TN_RELEASE_OWN : INT64_MAX - 1);
	tn_lock_free(lock);
	return TN_OK;
}

const struct tn_lock *
tn_kept_locks_find(const struct tn_kept_locks *kept,
                   const struct tn_message *message)
{
	struct tn_kept_lock *at = NULL;
	struct tn_lock *lock = NULL;

	if (tn_lock_record_get(message, &lock, NULL) != TN_OK)
		return NULL;
	HASH_FIND(hh, kept->locks, lock->uuid.byte, TN_UUID_LEN, at);
	/* Its time may have become known since. */
	if (at != NULL && lock->server_ms != 0)
		at->lock->server_ms = lock->server_ms;
	tn_lock_free(lock);
	return at != NULL ? at->lock : NULL;
}

void
tn_kept_locks_told(struct tn_kept_locks *kept, const char *name)
{
	struct tn_kept_lock *at = NULL;

	HASH_FIND(by_name, kept->names, name, strlen(name), at);
	if (at == NULL || at->lock->told)
		return;
	at->lock->told = true;
	kept->is_dirty = true;
}

/* Every frame is a lock but the last, which says that it is the last: a file
   that was cut is seen. */
static int
read_all(struct tn_kept_locks *kept, int descriptor, struct tn_err *err)
{
	struct tn_frame_reader reader;
	struct tn_message message;
	const uint8_t *data = NULL;
	bool is_over = false;
	size_t len = 0;
	int rc = tn_frame_start(&reader, descriptor, err);

	while (rc == TN_OK &&
	       (rc = tn_frame_next(&reader, &data, &len, err)) == TN_OK) {
		if (is_over)
			rc = tn_fail(err, TN_E_PROTOCOL, "more than its end");
		else
			rc = tn_message_parse(data, len, &message, err);
		if (rc == TN_OK && message.what == TN_WIRE_KEPT_END)
			is_over = true;
		else if (rc == TN_OK && message.what == TN_WIRE_LOCK_SET)
			rc = tn_kept_locks_take(kept, &message, err);
		else if (rc == TN_OK)
			rc = tn_fail(err, TN_E_PROTOCOL, "no lock");
	}
	tn_frame_end(&reader);
	if (rc != TN_E_NOT_FOUND)
		return rc;
	return is_over ? TN_OK : tn_fail(err, TN_E_PROTOCOL, "cut short");
}

/* TN_E_DENIED for a file that is not root's own alone. */
static int
open_trusted(const char *path, int *ret, size_t *ret_size, struct tn_err *err)
{
	struct stat st;
	int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (descriptor < 0 && errno == ENOENT)
		return TN_E_NOT_FOUND;
	if (descriptor < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (fstat(descriptor, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid() || (st.st_mode & 077) != 0 ||
	    st.st_size > FILE_MAX) {
		(void)close(descriptor);
		return tn_fail(err, TN_E_DENIED,
		               "not a file that root alone may read");
	}
	*ret = descriptor;
	*ret_size = (size_t)st.st_size;
	return TN_OK;
}

int
tn_kept_locks_open(struct tn_kept_locks *kept, const char *path,
                   struct tn_err *err)
{
	struct tn_err own = TN_ERR_INIT;
	int descriptor = -1;
	int rc;

	*kept = (struct tn_kept_locks){ .path = strdup(path) };
	if (kept->path == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", path);
	rc = open_trusted(path, &descriptor, &kept->size, &own);
	if (rc == TN_OK) {
		rc = read_all(kept, descriptor, &own);
		(void)close(descriptor);
	}
	kept->is_dirty = false;
	if (rc == TN_E_NOT_FOUND)
		rc = TN_OK;
	if (rc == TN_E_NO_MEMORY)
		return tn_fail(err, rc, "%s", path);
	kept->is_damaged = rc != TN_OK;
	if (rc != TN_OK)
		tn_log_error("%s: %s: it is not known who is locked, so nobody "
		             "is let in; see tenured(8), FILES, for the way "
		             "out",
		             path, own.text);
	return TN_OK;
}

void
tn_kept_locks_done(struct tn_kept_locks *kept)
{
	while (kept->locks != NULL)
		drop(kept, kept->locks);
	free(kept->path);
	*kept = (struct tn_kept_locks){ .path = NULL };
}

int
tn_kept_locks_save(struct tn_kept_locks *kept, struct tn_err *err)
{
	const struct tn_kept_lock *at;
	struct tn_buf datagram;
	struct tn_buf file;
	int rc = TN_OK;

	if (!kept->is_dirty || kept->is_damaged)
		return TN_OK;
	tn_buf_init(&datagram, TN_WIRE_MAX);
	tn_buf_init(&file, FILE_MAX);
	for (at = kept->locks; rc == TN_OK && at != NULL; at = at->hh.next) {
		rc = tn_lock_record_put(&datagram, at->lock, NULL, 0);
		if (rc == TN_OK)
			tn_frame_put(&file, datagram.data, datagram.len);
	}
	tn_message_start(&datagram, TN_WIRE_KEPT_END);
	if (rc == TN_OK)
		rc = tn_message_finish(&datagram);
	if (rc == TN_OK) {
		tn_frame_put(&file, datagram.data, datagram.len);
		rc = file.failed;
	}
	if (rc != TN_OK)
		rc = tn_fail(err, rc, "%s", kept->path);
	else
		rc = tn_spare_save(kept->path, file.data, file.len, 0600, err);
	kept->is_dirty = rc != TN_OK;
	if (rc == TN_OK)
		kept->size = file.len;
	tn_buf_done(&file);
	tn_buf_done(&datagram);
	return rc;
}

int
tn_kept_locks_set_aside(const struct tn_kept_locks *kept, const char *folder,
                        struct tn_err *err)
{
	return tn_spare_keep(folder, strrchr(kept->path, '/') + 1,
	                     kept->size + ONE_MORE, err);
}

int
tn_kept_locks_tell(const struct tn_kept_locks *kept, int descriptor,
                   struct tn_err *err)
{
	const struct tn_kept_lock *at;
	struct tn_buf datagram;
	int rc = TN_OK;

	tn_buf_init(&datagram, TN_WIRE_MAX);
	for (at = kept->locks; rc == TN_OK && at != NULL; at = at->hh.next) {
		rc = tn_lock_record_put(&datagram, at->lock, NULL, 0);
		if (rc == TN_OK)
			rc = tn_channel_send(descriptor, &datagram, err);
	}
	tn_buf_done(&datagram);
	return rc;
}
