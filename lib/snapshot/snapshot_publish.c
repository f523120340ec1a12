/*
 * Puts the files in their places. There is one writer, so a temporary file has
 * one name: whatever instruction a writer dies at, at most one of each kind is
 * left behind, and the next writer takes it away. A base is written into the
 * file that no overlay names; the rename of the overlay makes the pair.
 */
#include <config.h>

#include "snapshot/snapshot_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_spare.h"
#include "snapshot/snapshot_base_file.h"
#include "snapshot/snapshot_overlay_draft.h"
#include "snapshot/snapshot_reader.h"

#define NEW_OVERLAY "." TN_SNAPSHOT_OVERLAY ".new"

static const char *const base_names[TN_SNAPSHOT_SLOTS] = {
	TN_SNAPSHOT_BASE,
	TN_SNAPSHOT_BASE_OTHER,
};

/* Returns 0, or -1 with errno. */
static int
write_at(int fd, const void *data, size_t size, off_t offset)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = pwrite(fd, at, size, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return -1;
		at += n;
		offset += n;
		size -= (size_t)n;
	}
	return 0;
}

/*
 * The generation file, made when it is missing, its whole length written: a
 * hole would let the later write fail, or a reader's map end early.
 */
static int
open_word(int folder, int *ret_fd, struct tn_err *err)
{
	static const char zeros[TN_SNAPSHOT_WORD_SIZE];
	struct stat status;
	int rc;
	int fd = openat(folder, TN_SNAPSHOT_GENERATION,
	                O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
	                0644);

	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno,
		                     TN_SNAPSHOT_GENERATION);
	if (fstat(fd, &status) != 0 || fchmod(fd, 0644) != 0) {
		rc = tn_fail_errno(err, TN_E_IO, errno, TN_SNAPSHOT_GENERATION);
	} else if (!S_ISREG(status.st_mode)) {
		rc = tn_fail(err, TN_E_IO,
		             TN_SNAPSHOT_GENERATION " is no regular file");
	} else if (status.st_size < TN_SNAPSHOT_WORD_SIZE &&
	           write_at(fd, zeros,
	                    (size_t)(TN_SNAPSHOT_WORD_SIZE - status.st_size),
	                    status.st_size) != 0) {
		rc = tn_fail_errno(err, TN_E_IO, errno, TN_SNAPSHOT_GENERATION);
	} else {
		*ret_fd = fd;
		return TN_OK;
	}
	close(fd);
	return rc;
}

static int
create(int folder, const char *name)
{
	(void)unlinkat(folder, name, 0);
	return openat(folder, name,
	              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	              0600);
}

/* All of it, on the disk; errno when not. */
static bool
fill(int fd, const void *image, size_t size)
{
	return write_at(fd, image, size, 0) == 0 &&
	       ftruncate(fd, (off_t)size) == 0 && fchmod(fd, 0644) == 0 &&
	       fsync(fd) == 0;
}

/* Write the overlay beside, sync it, rename it; where the disk is full, into a
   file that was set aside. */
static int
save_file(int folder, const void *image, size_t size, struct tn_err *err)
{
	int fd = create(folder, NEW_OVERLAY);
	bool is_there = fd >= 0 && fill(fd, image, size);
	int why = errno;

	if (!is_there && (why == ENOSPC || why == EDQUOT)) {
		if (fd >= 0)
			(void)close(fd);
		fd = tn_spare_take(folder, TN_SNAPSHOT_OVERLAY, size,
		                   NEW_OVERLAY);
		is_there = fd >= 0 && fill(fd, image, size);
	}
	if (is_there &&
	    renameat(folder, NEW_OVERLAY, folder, TN_SNAPSHOT_OVERLAY) != 0) {
		why = errno;
		is_there = false;
	}
	if (fd >= 0)
		(void)close(fd);
	if (is_there)
		return TN_OK;
	(void)unlinkat(folder, NEW_OVERLAY, 0);
	return tn_fail_errno(err, TN_E_IO, why, TN_SNAPSHOT_OVERLAY);
}

/*
 * Make the word differ, and be generation where that is above it. 8 aligned
 * bytes: a reader that met them half-written would look once more, no more.
 */
static int
raise_word(int fd, uint64_t generation)
{
	uint64_t word = 0;

	if (pread(fd, &word, sizeof(word), 0) != (ssize_t)sizeof(word))
		return -1;
	word = generation > word ? generation : word + 1;
	return write_at(fd, &word, sizeof(word), 0);
}

static int
open_folder(const char *directory, int *ret_fd, struct tn_err *err)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "open");
	*ret_fd = fd;
	return TN_OK;
}

const char *
tn_snapshot_base_name(uint32_t slot)
{
	return base_names[slot];
}

/* The file that the overlay does not name. */
uint32_t
tn_snapshot_free_slot(const char *directory)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;
	uint32_t slot = 0;

	if (tn_snapshot_take(directory, &snapshot) != TN_OK)
		return 0;
	if (tn_snapshot_info(snapshot, &info) == TN_OK)
		slot = (info.base_slot + 1) % TN_SNAPSHOT_SLOTS;
	tn_snapshot_drop(snapshot);
	return slot;
}

int
tn_snapshot_overlay_save(struct tn_snapshot_overlay *overlay,
                         const char *directory, uint64_t generation,
                         int64_t published, const char *cookie, bool enumerate,
                         struct tn_err *err)
{
	uint8_t *image = NULL;
	size_t size = 0;
	int folder = -1;
	int word = -1;
	int rc;

	tn_overlay_settle(overlay);
	rc = tn_overlay_image(overlay, generation, published, cookie, enumerate,
	                      &image, &size, err);
	if (rc == TN_OK)
		rc = open_folder(directory, &folder, err);
	if (rc == TN_OK)
		rc = open_word(folder, &word, err);
	if (rc == TN_OK)
		rc = save_file(folder, image, size, err);
	if (rc != TN_OK)
		goto out;
	/* From here on readers can see it. */
	overlay->is_changed = false;
	if (raise_word(word, generation) != 0)
		rc = tn_fail_errno(err, TN_E_INCOMPLETE, errno,
		                   "published, seen within a second only: "
		                   "cannot write " TN_SNAPSHOT_GENERATION);
	if (fsync(folder) != 0 && rc == TN_OK)
		rc = tn_fail_errno(err, TN_E_INCOMPLETE, errno,
		                   "published, but perhaps lost when the power "
		                   "fails: cannot sync the folder");
	/* The base before: whoever has it mapped keeps it. */
	if (!overlay->is_saved && rc == TN_OK)
		unlinkat(folder,
		         base_names[(overlay->base.header.base_slot + 1) %
		                    TN_SNAPSHOT_SLOTS],
		         0);
	overlay->is_saved = true;
out:
	if (word >= 0)
		close(word);
	if (folder >= 0)
		close(folder);
	free(image);
	if (rc != TN_OK)
		tn_context(err, "snapshot %s", directory);
	return rc;
}

int
tn_snapshot_finish(const struct tn_snapshot_writer *writer,
                   const char *directory, uint64_t generation,
                   int64_t published, const char *cookie, struct tn_err *err)
{
	struct tn_snapshot_overlay *overlay = NULL;
	struct tn_snapshot_base base;
	int rc;

	rc = tn_snapshot_base_save(writer, directory, generation, published,
	                           cookie, &base, err);
	if (rc == TN_OK)
		rc = tn_snapshot_overlay_new(directory, &base, &overlay, err);
	if (rc == TN_OK)
		rc = tn_snapshot_overlay_save(overlay, directory, generation,
		                              published, cookie, false, err);
	tn_snapshot_overlay_free(overlay);
	return rc;
}
