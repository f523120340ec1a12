#include <config.h>

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 16

/* Splits path into its folder, opened, and the name in it (borrowed). */
static int
open_folder(const char *path, int *ret_fd, const char **ret_name,
            struct tn_err *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	char *folder = NULL;
	int fd = -1;
	int rc = TN_OK;

	if (*name == '\0' || strlen(name) > NAME_MAX)
		return tn_fail(err, TN_E_INVALID, "%s: not a file name", path);
	if (slash == NULL)
		folder = strdup(".");
	else if (slash == path)
		folder = strdup("/");
	else
		folder = strndup(path, (size_t)(slash - path));
	if (folder == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		rc = tn_fail_errno(err, TN_E_IO, errno, "open folder %s",
		                   folder);
	} else {
		*ret_fd = fd;
		*ret_name = name;
	}
	free(folder);
	return rc;
}

/* Creates a file of a name that nobody has, in the folder. */
static int
create_beside(int folder, const char *name, char temporary[NAME_MAX + 1])
{
	int try;
	int fd = -1;

	for (try = 0; try < TRIES && fd < 0; try++) {
		uint64_t number = 0;

		if (getrandom(&number, sizeof(number), 0) !=
		    (ssize_t)sizeof(number))
			return -1;
		/* 200 bytes of the name: the whole fits in NAME_MAX. */
		snprintf(temporary, NAME_MAX + 1, ".%.200s.%016llx.tmp", name,
		         (unsigned long long)number);
		fd = openat(
		    folder, temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

/* Returns 0, or -1 with errno. */
static int
write_whole(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
tn_file_save(const char *path, const void *data, size_t len, mode_t mode,
             uid_t uid, gid_t gid, struct tn_err *err)
{
	char temporary[NAME_MAX + 1] = "";
	const char *name = NULL;
	const char *step = NULL;
	int folder = -1;
	int fd = -1;
	int rc = open_folder(path, &folder, &name, err);

	if (rc != TN_OK)
		return rc;
	fd = create_beside(folder, name, temporary);
	if (fd < 0) {
		rc = tn_fail_errno(err, TN_E_IO, errno,
		                   "%s: create a file beside it", path);
		temporary[0] = '\0';
		goto out;
	}
	/* chown before chmod: it clears set-id bits, and nobody else may read
	   the file before it has its owner. */
	if (write_whole(fd, data, len) != 0)
		step = "write";
	else if ((uid != (uid_t)-1 || gid != (gid_t)-1) &&
	         fchown(fd, uid, gid) != 0)
		step = "set the owner";
	else if (fchmod(fd, mode) != 0)
		step = "set the mode";
	else if (fsync(fd) != 0)
		step = "sync";
	else if (renameat(folder, temporary, folder, name) != 0)
		step = "rename";
	if (step != NULL) {
		rc = tn_fail_errno(err, TN_E_IO, errno, "%s: %s", path, step);
		goto out;
	}
	temporary[0] = '\0';
	if (fsync(folder) != 0)
		rc = tn_fail_errno(err, TN_E_IO, errno,
		                   "%s: saved, but sync its folder", path);
out:
	if (temporary[0] != '\0')
		unlinkat(folder, temporary, 0);
	if (fd >= 0)
		close(fd);
	close(folder);
	return rc;
}
