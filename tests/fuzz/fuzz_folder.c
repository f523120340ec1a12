#include <config.h>

#include "fuzz_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include "fuzz.h"

static char folder[64];

static void
forget(void)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(folder);
}

const char *
fuzz_path(const char *name)
{
	static char path[128];

	if (folder[0] == '\0') {
		/* In memory, where there is that. */
		snprintf(folder, sizeof(folder), "%s/tn-fuzz-XXXXXX",
		         access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		FUZZ_EXPECT(mkdtemp(folder) != NULL && atexit(forget) == 0);
	}
	snprintf(path, sizeof(path), "%s%s%s", folder,
	         name[0] != '\0' ? "/" : "", name);
	return path;
}

const char *
fuzz_file(const char *name, const void *data, size_t size)
{
	const char *path = fuzz_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	FUZZ_EXPECT(fd >= 0);
	FUZZ_EXPECT(size == 0 || write(fd, data, size) == (ssize_t)size);
	(void)close(fd);
	return path;
}
