#include "config.h"
#include "init_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BESIDE ".tenure-init."

int
init_place_lock(int *ret, struct tn_err *err)
{
	int fd = open(TENURE_SYSCONFDIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, TENURE_SYSCONFDIR);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return tn_fail(err, TN_E_EXISTS,
		               "another tenure init is running");
	}
	*ret = fd;
	return TN_OK;
}

static int
remember(struct init_place *place, const char *path, bool temporary,
         struct tn_err *err)
{
	if (place->folders == PLACE_FOLDERS)
		return tn_fail(err, TN_E_BUG, "too many folders");
	snprintf(place->folder[place->folders].path, PLACE_PATH_MAX, "%s",
	         path);
	place->folder[place->folders++].temporary = temporary;
	return TN_OK;
}

int
init_place_beside(struct init_place *place, const char *parent, uid_t uid,
                  gid_t gid, char ret[PLACE_PATH_MAX], struct tn_err *err)
{
	int len = snprintf(ret, PLACE_PATH_MAX, "%s/" BESIDE "XXXXXX", parent);

	if (len < 0 || len >= PLACE_PATH_MAX)
		return tn_fail(err, TN_E_LIMIT, "%s: too long", parent);
	if (!mkdtemp(ret))
		return tn_fail_errno(err, TN_E_IO, errno, "%s", parent);
	if (remember(place, ret, true, err)) {
		rmdir(ret);
		return err->code;
	}
	if (chown(ret, uid, gid))
		return tn_fail_errno(err, TN_E_IO, errno, "%s", ret);
	return TN_OK;
}

int
init_place_folder(struct init_place *place, const char *path, mode_t mode,
                  uid_t uid, gid_t gid, struct tn_err *err)
{
	if (mkdir(path, 0700)) {
		if (errno == EEXIST)
			return TN_OK;
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	}
	if (remember(place, path, false, err)) {
		rmdir(path);
		return err->code;
	}
	if (lchown(path, uid, gid) || chmod(path, mode))
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	return TN_OK;
}

int
init_place_is_free(const char *path, struct tn_err *err)
{
	struct dirent *entry;
	DIR *folder;
	int status = TN_OK;

	folder = opendir(path);
	if (!folder && errno == ENOENT)
		return TN_OK;
	if (!folder && errno == ENOTDIR)
		return tn_fail(err, TN_E_EXISTS, "%s is there already", path);
	if (!folder)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	while ((entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) {
			status = tn_fail(err, TN_E_EXISTS,
			                 "%s is there already, with %s in it",
			                 path, entry->d_name);
			break;
		}
	}
	closedir(folder);
	return status;
}

int
init_place_move(struct init_place *place, const char *from, const char *name,
                const char *to, struct tn_err *err)
{
	struct init_move *move = &place->move[place->moves];
	int len;
	int status;

	if (place->moves == PLACE_MOVES)
		return tn_fail(err, TN_E_BUG, "too many moves");
	len = snprintf(move->from, sizeof(move->from), "%s%s%s", from,
	               *name ? "/" : "", name);
	if (len < 0 || (size_t)len >= sizeof(move->from))
		return tn_fail(err, TN_E_LIMIT, "%s: too long", from);
	snprintf(move->to, sizeof(move->to), "%s", to);
	status = init_place_is_free(to, err);
	if (status != TN_OK)
		return status;
	if (rename(move->from, move->to))
		return tn_fail_errno(err, TN_E_IO, errno, "rename to %s", to);
	place->moves++;
	return TN_OK;
}

static int
remove_one(const char *path, const struct stat *status TN_UNUSED,
           int kind TN_UNUSED, struct FTW *ftw TN_UNUSED)
{
	remove(path);
	return 0;
}

static void
remove_folders(const struct init_place *place, bool temporary)
{
	size_t i;

	for (i = place->folders; i-- > 0;) {
		const char *path = place->folder[i].path;

		if (place->folder[i].temporary && temporary)
			nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		else if (!place->folder[i].temporary && !temporary)
			rmdir(path);
	}
}

void
init_place_sweep(const char *parent)
{
	char path[PLACE_PATH_MAX];
	struct dirent *entry;
	DIR *folder = opendir(parent);
	int len;

	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		if (strncmp(entry->d_name, BESIDE, sizeof(BESIDE) - 1))
			continue;
		len = snprintf(path, sizeof(path), "%s/%s", parent,
		               entry->d_name);
		if (len > 0 && (size_t)len < sizeof(path))
			nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
	closedir(folder);
}

void
init_place_undo(struct init_place *place)
{
	while (place->moves > 0) {
		const struct init_move *move = &place->move[--place->moves];

		rename(move->to, move->from);
	}
	remove_folders(place, true);
	remove_folders(place, false);
}

void
init_place_finish(struct init_place *place)
{
	remove_folders(place, true);
}
