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
#define SLACK     (UINT64_C(16) * 1024 * 1024)
#define COPY_SIZE ((size_t)256 * 1024)

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

/* What was copied is thrown away. */
static void
stop_squeezing(struct tn_kept_records *kept)
{
	if (kept->squeeze == NULL)
		return;
	tn_kept_squeeze_free(kept->squeeze);
	kept->squeeze = NULL;
	(void)close(kept->squeezed);
	(void)unlink(kept->new_path);
}

void
tn_kept_records_done(struct tn_kept_records *kept)
{
	stop_squeezing(kept);
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
	stop_squeezing(kept);
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
	stop_squeezing(kept);
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

static void
squeezing_failed(struct tn_kept_records *kept, const struct tn_err *err)
{
	errno = err->sys;
	give_up(kept, "make smaller");
}

static void
begin_squeezing(struct tn_kept_records *kept)
{
	struct tn_err err = TN_ERR_INIT;
	int to = open_new(kept);

	if (to < 0) {
		give_up(kept, "make smaller");
		return;
	}
	kept->squeezed = to;
	kept->squeezed_size = kept->size;
	if (tn_kept_squeeze_begin(kept->descriptor, kept->size, to,
	                          &kept->squeeze, &err) == TN_OK)
		return;
	(void)close(to);
	squeezing_failed(kept, &err);
}

/* What came while the copy was made, behind it. */
static int
copy_rest(const struct tn_kept_records *kept, uint64_t *size,
          struct tn_err *err)
{
	uint64_t from = kept->squeezed_size;
	uint8_t *buffer = malloc(COPY_SIZE);
	ssize_t got = 0;
	ssize_t put = 0;

	if (buffer == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "records");
	while (from < kept->size && got >= 0 && put == got) {
		size_t wanted = kept->size - from < COPY_SIZE
		                    ? (size_t)(kept->size - from)
		                    : COPY_SIZE;

		errno = 0;
		got = pread(kept->descriptor, buffer, wanted, (off_t)from);
		if (got <= 0)
			break;
		put = pwrite(kept->squeezed, buffer, (size_t)got, (off_t)*size);
		from += (uint64_t)got;
		*size += (uint64_t)got;
	}
	free(buffer);
	return from == kept->size && put == got
	           ? TN_OK
	           : tn_fail_errno(err, TN_E_IO, errno, "copy");
}

/* The copy takes the file's place. */
static int
put_in_place(struct tn_kept_records *kept, uint64_t size, struct tn_err *err)
{
	int rc = copy_rest(kept, &size, err);

	if (rc == TN_OK && rename(kept->new_path, kept->path) != 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, "rename");
	if (rc != TN_OK)
		return rc;
	(void)close(kept->descriptor);
	kept->descriptor = kept->squeezed;
	kept->size = size;
	kept->live_size = size;
	tn_kept_squeeze_free(kept->squeeze);
	kept->squeeze = NULL;
	return TN_OK;
}

bool
tn_kept_records_is_squeezing(const struct tn_kept_records *kept)
{
	return kept->squeeze != NULL;
}

void
tn_kept_records_squeeze(struct tn_kept_records *kept)
{
	struct tn_err err = TN_ERR_INIT;
	bool is_done = false;
	uint64_t size = 0;
	int rc;

	if (kept->squeeze == NULL)
		return;
	rc = tn_kept_squeeze_step(kept->squeeze, &is_done, &size, &err);
	if (rc == TN_OK && is_done)
		rc = put_in_place(kept, size, &err);
	if (rc != TN_OK)
		squeezing_failed(kept, &err);
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
	if (kept->squeeze == NULL && kept->size > 2 * kept->live_size + SLACK)
		begin_squeezing(kept);
}
