#include <config.h>

#include "kept_records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "channel.h"
#include "kept_frame.h"

/* What waits is written when it is this much, or a PUBLISH came. */
#define WAITS_MAX ((size_t)1024 * 1024)
/* The file may hold this much that was replaced, and as much as it holds that
   was not. */
#define SLACK (UINT64_C(16) * 1024 * 1024)

int
tn_kept_records_open(struct tn_kept_records *kept, const char *path,
                     struct tn_err *err)
{
	*kept =
	    (struct tn_kept_records){ .path = strdup(path), .descriptor = -1 };
	tn_buf_init(&kept->waits, WAITS_MAX + 2UL * TN_WIRE_RECORD_MAX);
	if (asprintf(&kept->new_path, "%s.new", path) < 0)
		kept->new_path = NULL;
	if (kept->path == NULL || kept->new_path == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", path);
	return TN_OK;
}

void
tn_kept_records_done(struct tn_kept_records *kept)
{
	if (kept->descriptor >= 0)
		(void)close(kept->descriptor);
	tn_buf_done(&kept->waits);
	free(kept->path);
	free(kept->new_path);
}

/* Where the file's last whole PUBLISH ends; 0: there is none. */
static uint64_t
find_end(int descriptor)
{
	struct tn_frame_reader reader;
	const uint8_t *data = NULL;
	uint64_t end = 0;
	size_t len = 0;

	if (tn_frame_start(&reader, descriptor, NULL) != TN_OK)
		return 0;
	while (tn_frame_next(&reader, &data, &len, NULL) == TN_OK)
		if (data[3] == TN_WIRE_PUBLISH || data[3] == TN_WIRE_HEARD)
			end = reader.offset;
	tn_frame_end(&reader);
	return end;
}

static int
tell(int file, uint64_t end, int descriptor, struct tn_err *err)
{
	struct tn_frame_reader reader;
	const uint8_t *data = NULL;
	struct tn_buf datagram;
	size_t len = 0;
	int rc = tn_frame_start(&reader, file, err);

	tn_buf_init(&datagram, TN_WIRE_RECORD_MAX);
	while (rc == TN_OK && reader.offset < end) {
		rc = tn_frame_next(&reader, &data, &len, err);
		tn_buf_reset(&datagram);
		if (rc == TN_OK)
			rc = tn_buf_put(&datagram, data, len);
		if (rc == TN_OK)
			rc = tn_channel_send(descriptor, &datagram, err);
	}
	tn_frame_end(&reader);
	tn_buf_done(&datagram);
	return rc;
}

int
tn_kept_records_tell(const struct tn_kept_records *kept, int descriptor,
                     struct tn_err *err)
{
	int file = open(kept->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	uint64_t end = 0;
	int rc = TN_OK;

	if (file < 0)
		return TN_OK;
	if (fstat(file, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0)
		end = find_end(file);
	if (end == 0)
		tn_log_warning("%s: damaged: the directory is read whole",
		               kept->path);
	else
		rc = tell(file, end, descriptor, err);
	(void)close(file);
	return rc;
}

static void
give_up(struct tn_kept_records *kept, const char *what)
{
	if (!kept->failure_told)
		tn_log_warning("%s: %s: %s; after a restart the directory will "
		               "be read whole",
		               kept->path, what, strerrordesc_np(errno));
	kept->failure_told = true;
	if (kept->descriptor >= 0)
		(void)close(kept->descriptor);
	kept->descriptor = -1;
	tn_buf_reset(&kept->waits);
	(void)unlink(kept->new_path);
	/* It would grow older and older, and is in the way of a full disk. */
	(void)unlink(kept->path);
}

static int
open_new(const struct tn_kept_records *kept)
{
	(void)unlink(kept->new_path);
	return open(kept->new_path,
	            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Net begins anew: so does the file, beside the one that stands. */
static void
begin(struct tn_kept_records *kept)
{
	if (kept->descriptor >= 0)
		(void)close(kept->descriptor);
	tn_buf_reset(&kept->waits);
	kept->is_closed = false;
	kept->size = 0;
	kept->live_size = 0;
	kept->is_new = true;
	kept->descriptor = open_new(kept);
	if (kept->descriptor < 0)
		give_up(kept, "create");
}

static bool
write_waiting(struct tn_kept_records *kept)
{
	const uint8_t *at = kept->waits.data;
	size_t left = kept->waits.len;
	ssize_t put;

	while (left > 0) {
		put = pwrite(kept->descriptor, at, left, (off_t)kept->size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			give_up(kept, "write");
			return false;
		}
		at += put;
		left -= (size_t)put;
		kept->size += (uint64_t)put;
	}
	/* What a refresh needed is not needed afterwards. */
	if (kept->waits.len >= WAITS_MAX / 2)
		tn_buf_done(&kept->waits);
	tn_buf_reset(&kept->waits);
	return true;
}

void
tn_kept_records_take(struct tn_kept_records *kept,
                     const struct tn_message *message, const void *data,
                     size_t len)
{
	if (message->what == TN_WIRE_RESET)
		begin(kept);
	if (kept->descriptor < 0)
		return;
	tn_frame_put(&kept->waits, data, len);
	kept->is_closed =
	    message->what == TN_WIRE_PUBLISH || message->what == TN_WIRE_HEARD;
	if (kept->waits.failed != TN_OK) {
		errno = ENOMEM;
		give_up(kept, "keep");
	} else if (kept->waits.len >= WAITS_MAX) {
		(void)write_waiting(kept);
	}
}

/* Replaces the file by a copy without what was replaced in it. */
static void
squeeze(struct tn_kept_records *kept)
{
	struct tn_err err = TN_ERR_INIT;
	uint64_t size = 0;
	int to = open_new(kept);
	int rc = TN_E_IO;

	if (to >= 0)
		rc = tn_kept_squeeze(kept->descriptor, to, &size, &err);
	if (rc == TN_OK && rename(kept->new_path, kept->path) != 0)
		rc = tn_fail_errno(&err, TN_E_IO, errno, "rename");
	if (rc != TN_OK) {
		if (to >= 0)
			(void)close(to);
		errno = err.sys;
		give_up(kept, "make smaller");
		return;
	}
	(void)close(kept->descriptor);
	kept->descriptor = to;
	kept->size = size;
	kept->live_size = size;
}

void
tn_kept_records_write(struct tn_kept_records *kept)
{
	/* Half a state stays where it is until the rest is there. */
	if (kept->descriptor < 0 || !kept->is_closed || kept->waits.len == 0 ||
	    !write_waiting(kept))
		return;
	if (kept->is_new) {
		if (rename(kept->new_path, kept->path) != 0) {
			give_up(kept, "rename");
			return;
		}
		kept->is_new = false;
		kept->live_size = kept->size;
	}
	if (kept->size > 2 * kept->live_size + SLACK)
		squeeze(kept);
}
