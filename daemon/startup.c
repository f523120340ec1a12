#include <config.h>

#include "startup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/log.h"
#include "base/text.h"
#include "kept.h"
#include "privilege.h"
#include "publish_keys.h"
#include "snapshot/snapshot_reader.h"
#include "wire/wire.h"

#define BACKLOG 128

/* Makes it unless it is there; in any case it must be a folder of root's that
   lets others do no more than mode says. Parents are not made. */
static int
make_folder(const char *path, mode_t mode, struct tn_err *err)
{
	struct stat st;

	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (lstat(path, &st) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & 0777 & ~mode) != 0)
		return tn_fail(err, TN_E_DENIED,
		               "%s: not a folder that root alone may %s", path,
		               mode == 0700 ? "look into" : "write");
	return TN_OK;
}

/* Of root, for this group alone to read, with the setgid bit, by which the file
   becomes the group's: who writes it may not say so. */
static int
make_group_folder(const char *path, gid_t group, struct tn_err *err)
{
	struct stat st;
	int rc = make_folder(path, 0750, err);

	if (rc != TN_OK)
		return rc;
	if (lstat(path, &st) == 0 &&
	    (st.st_gid != group || (st.st_mode & 07777) != 02750))
		/* Looked at again below: systemd-tmpfiles made it where this
		   process may not. */
		(void)!(chown(path, 0, group) == 0 && chmod(path, 02750) == 0);
	if (lstat(path, &st) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (st.st_gid != group || (st.st_mode & 07777) != 02750)
		return tn_fail(err, TN_E_DENIED,
		               "%s: not root's and tenure-keys', mode 2750: "
		               "run systemd-tmpfiles --create tenure.conf",
		               path);
	return TN_OK;
}

static int
make_kept_folder(const char *snapshot_directory, struct tn_err *err)
{
	char *folder = tn_kept_folder(snapshot_directory);
	int rc = folder == NULL ? tn_fail(err, TN_E_NO_MEMORY, "a folder")
	                        : make_folder(folder, 0700, err);

	free(folder);
	return rc;
}

/* Without it nobody logs in by key, and everything else goes on. */
static void
make_keys_folder(const char *snapshot_directory)
{
	char *folder = tn_keys_folder(snapshot_directory);
	struct tn_err err = TN_ERR_INIT;
	uid_t uid = 0;
	gid_t gid = 0;
	int rc = TN_E_NO_MEMORY;

	if (folder != NULL)
		rc = tn_system_user("tenure-keys", &uid, &gid, &err);
	if (rc == TN_OK)
		rc = make_group_folder(folder, gid, &err);
	if (rc != TN_OK)
		tn_log_err("nobody will log in by a key", &err);
	free(folder);
}

int
tn_startup_folders(const char *socket_path, const char *snapshot_directory,
                   struct tn_err *err)
{
	int rc = TN_OK;

	if (strcmp(socket_path, TN_WIRE_SOCKET) == 0)
		rc = make_folder(TENURE_RUNDIR, 0755, err);
	if (rc == TN_OK &&
	    strcmp(snapshot_directory, TN_SNAPSHOT_DIRECTORY) == 0)
		rc = make_folder(TENURE_STATEDIR, 0755, err);
	if (rc == TN_OK)
		rc = make_folder(snapshot_directory, 0755, err);
	if (rc == TN_OK)
		rc = make_kept_folder(snapshot_directory, err);
	if (rc == TN_OK)
		make_keys_folder(snapshot_directory);
	return rc;
}

int
tn_startup_lock(const char *socket_path, int *ret, struct tn_err *err)
{
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 8];
	int len = snprintf(path, sizeof(path), "%s.lock", socket_path);
	int lock;

	if (len < 0 || (size_t)len >= sizeof(path))
		return tn_fail(err, TN_E_LIMIT, "%s: too long", socket_path);
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
		(void)close(lock);
		return tn_fail(err, TN_E_EXISTS, "another tenured has %s",
		               path);
	}
	*ret = lock;
	return TN_OK;
}

int
tn_startup_listen(const char *path, int *ret, struct tn_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener;

	if (!tn_text_copy(address.sun_path, sizeof(address.sun_path), path))
		return tn_fail(err, TN_E_LIMIT, "%s: too long", path);
	listener =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "socket");
	/* The lock is ours: what stands there is a dead one's. */
	(void)unlink(path);
	if (bind(listener, (const struct sockaddr *)&address,
	         sizeof(address)) != 0 ||
	    chmod(path, 0666) != 0 || listen(listener, BACKLOG) != 0) {
		(void)close(listener);
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	}
	*ret = listener;
	return TN_OK;
}
