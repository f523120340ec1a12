/* Taking and dropping: the standing pair, or one of a named folder. */
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

/* A pair that no other shares. */
struct alone {
	struct tn_snapshot pair;
	struct tn_snapshot_file base;
};

static int
map_pair(const char *directory, struct alone *ret)
{
	int try = 0;
	int rc;

	do {
		rc = tn_snapshot_map_overlay(directory, NULL,
		                             &ret->pair.overlay);
		if (rc != TN_OK)
			return rc;
		rc = tn_snapshot_map_base(directory, &ret->pair.overlay,
		                          &ret->base);
		if (rc != TN_OK)
			tn_snapshot_unmap(&ret->pair.overlay);
	} while (rc == TN_E_STALE && ++try < TN_SNAPSHOT_STALE_TRIES);
	ret->pair.base = &ret->base;
	return rc == TN_E_STALE ? TN_E_DAMAGED : rc;
}

int
tn_snapshot_alone(const char *directory, const struct tn_snapshot **ret)
{
	struct alone *alone = mmap(NULL, sizeof(*alone), PROT_READ | PROT_WRITE,
	                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (alone == MAP_FAILED)
		return TN_E_IO;
	rc = map_pair(directory, alone);
	if (rc != TN_OK) {
		munmap(alone, sizeof(*alone));
		return rc;
	}
	*ret = &alone->pair;
	return TN_OK;
}

int
tn_snapshot_take(const char *directory, const struct tn_snapshot **ret)
{
	int saved;
	int rc;

	if (directory == NULL)
		return tn_snapshot_standing_take(ret);
	saved = errno;
	rc = tn_snapshot_alone(directory, ret);
	errno = saved;
	return rc;
}

void
tn_snapshot_drop(const struct tn_snapshot *snapshot)
{
	struct tn_snapshot *own =
	    (struct tn_snapshot *)(uintptr_t)snapshot; /* we made it */
	int saved;

	if (own == NULL || tn_snapshot_standing_drop(own))
		return;
	saved = errno;
	tn_snapshot_unmap(&own->overlay);
	tn_snapshot_unmap(own->base);
	munmap(own, sizeof(struct alone));
	errno = saved;
}

/* Of a count and what is hidden of it; a file may say anything. */
static uint32_t
less(uint32_t count, uint32_t hidden)
{
	return count > hidden ? count - hidden : 0;
}

int
tn_snapshot_info(const struct tn_snapshot *snapshot,
                 struct tn_snapshot_info *ret)
{
	const struct tn_snapshot_header *overlay = &snapshot->overlay.header;
	const struct tn_snapshot_header *base = &snapshot->base->header;

	*ret = (struct tn_snapshot_info){
		.version = overlay->version,
		.generation = overlay->generation,
		.published = overlay->published,
		.base_generation = base->generation,
		.base_published = base->published,
		.users = less(base->users.count, overlay->hidden_users) +
		         overlay->users.count,
		.groups = less(base->groups.count, overlay->hidden_groups) +
		          overlay->groups.count,
		.base_size = base->size,
		.overlay_size = overlay->size,
		.base_slot = base->base_slot,
		.keys_generation = overlay->keys_generation,
		.enumerate = (overlay->flags & TN_SNAPSHOT_ENUMERATE) != 0,
		.cookie = (const char *)snapshot->overlay.start +
		          overlay->cookie.offset,
	};
	return TN_OK;
}
