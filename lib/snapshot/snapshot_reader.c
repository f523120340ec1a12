/* Taking and dropping: the standing mapping, or one of a named folder. */
#include <config.h>

#include "snapshot/snapshot_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "snapshot/snapshot_standing.h"

/* Whose files are read without being named? Tests say it. */
static const char *
standing_directory(void)
{
#ifdef TN_SNAPSHOT_TESTABLE
	const char *directory = secure_getenv("TENURE_TEST_SNAPSHOT");

	if (directory != NULL)
		return directory;
#endif
	return TN_SNAPSHOT_DIRECTORY;
}

uid_t
tn_snapshot_owner(const char *directory)
{
#ifdef TN_SNAPSHOT_TESTABLE
	if (directory == NULL)
		return geteuid();
#endif
	return directory != NULL ? geteuid() : 0;
}

bool
tn_snapshot_path(const char *directory, const char *file,
                 char path[TN_SNAPSHOT_PATH_SIZE])
{
	const char *folder =
	    directory != NULL ? directory : standing_directory();
	size_t len = strnlen(folder, TN_SNAPSHOT_PATH_SIZE);

	if (len > TN_SNAPSHOT_PATH_SIZE - sizeof("/" TN_SNAPSHOT_GENERATION))
		return false;
	memcpy(path, folder, len);
	path[len] = '/';
	memcpy(path + len + 1, file, strlen(file) + 1);
	return true;
}

int
tn_snapshot_alone(const char *path, uid_t owner, const struct tn_snapshot **ret)
{
	struct tn_snapshot *alone =
	    mmap(NULL, sizeof(*alone), PROT_READ | PROT_WRITE,
	         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (alone == MAP_FAILED)
		return TN_E_IO;
	rc = tn_snapshot_map(path, owner, NULL, alone);
	if (rc != TN_OK) {
		munmap(alone, sizeof(*alone));
		return rc;
	}
	*ret = alone;
	return TN_OK;
}

int
tn_snapshot_take(const char *directory, const struct tn_snapshot **ret)
{
	int saved = errno;
	char path[TN_SNAPSHOT_PATH_SIZE];
	int rc;

	if (directory == NULL)
		rc = tn_snapshot_standing_take(ret);
	else if (tn_snapshot_path(directory, TN_SNAPSHOT_BASE, path))
		rc = tn_snapshot_alone(path, tn_snapshot_owner(directory), ret);
	else
		rc = TN_E_NOT_FOUND;
	errno = saved;
	return rc;
}

void
tn_snapshot_drop(const struct tn_snapshot *snapshot)
{
	struct tn_snapshot *own =
	    (struct tn_snapshot *)(uintptr_t)snapshot; /* we made it */
	int saved = errno;

	if (own == NULL)
		return;
	if (!tn_snapshot_standing_drop(own)) {
		tn_snapshot_unmap(own);
		munmap(own, sizeof(*own));
	}
	errno = saved;
}

int
tn_snapshot_info(const struct tn_snapshot *snapshot,
                 struct tn_snapshot_info *ret)
{
	const struct tn_snapshot_header *header = &snapshot->header;

	*ret = (struct tn_snapshot_info){
		.version = header->version,
		.generation = header->generation,
		.published = header->published,
		.users = header->users.count,
		.groups = header->groups.count,
		.cookie = (const char *)snapshot->start + header->cookie.offset,
	};
	return TN_OK;
}
