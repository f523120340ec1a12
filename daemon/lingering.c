#include <config.h>

#include "lingering.h"

#include <dirent.h>
#include "base/err.h"

#define USER_BUFFER 4096

size_t
tn_lingering_find(const char *folder, const struct tn_snapshot *snapshot,
                  const struct tn_dead_set *dead, uint32_t ret[TN_LINGER_MAX])
{
	DIR *files = dead->count > 0 ? opendir(folder) : NULL;
	char buffer[USER_BUFFER];
	struct dirent *entry;
	struct passwd pw;
	size_t count = 0;

	if (files == NULL)
		return 0;
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): the reaper has one thread */
	while (count < TN_LINGER_MAX && (entry = readdir(files)) != NULL)
		if (tn_snapshot_user_by_name(snapshot, entry->d_name, &pw,
		                             buffer, sizeof(buffer),
		                             NULL) == TN_OK &&
		    tn_dead_set_has(dead, pw.pw_uid))
			ret[count++] = pw.pw_uid;
	(void)closedir(files);
	return count;
}
