/*
 * The backup: what slapcat says of every database, and of the configuration,
 * each file synced and read again by slapadd; then a list of their sizes,
 * without which a folder counts as half a backup.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "init_run.h"
#include "init_slapd.h"
#include "ldif_stream.h"
#include "upgrade.h"

#define COMPLETE "complete"
#define LIST_MAX ((size_t)16 * 1024)

void
upgrade_backup_name(const char *backup, const struct upgrade_database *database,
                    char ret[PLACE_PATH_MAX + 64])
{
	char *at;

	/* The suffix says more than a number, and stays the same. */
	snprintf(ret, PLACE_PATH_MAX + 64, "%s/%.100s.ldif", backup,
	         database->suffix);
	for (at = ret + strlen(backup) + 1; *at; at++) {
		if (*at == '/' || (unsigned char)*at <= ' ')
			*at = '_';
	}
}

/* It ends where an entry ends: slapcat does not tell of a full disk at the
   very end. */
static int
read_through(const char *path, struct tn_err *err)
{
	struct ldif_stream stream;
	bool more = true;
	int status = ldif_stream_open(path, &stream, err);

	while (status == TN_OK && more)
		status = ldif_stream_next(&stream, &more, err);
	if (status != TN_OK)
		tn_context(err, "%s", path);
	ldif_stream_close(&stream);
	return status;
}

/* folder: the database's, NULL for the configuration. One that slapd has never
   opened is empty. */
static int
dump(const struct upgrade *upgrade, int number, const char *folder,
     const char *path, struct tn_buf *list, struct tn_err *err)
{
	char text[16];
	const char *const slapcat[] = { "/usr/sbin/slapcat",
		                        "-n",
		                        text,
		                        "-o",
		                        "ldif-wrap=no",
		                        "-F",
		                        upgrade->plan.config_dir,
		                        NULL };
	const char *const slapadd[] = {
		"/usr/sbin/slapadd",      "-u", "-n", text, "-F",
		upgrade->plan.config_dir, NULL
	};
	const uid_t uid = upgrade->plan.slapd_uid;
	const gid_t gid = upgrade->plan.slapd_gid;
	char file[PLACE_PATH_MAX + 16];
	struct stat now;
	int fd;
	int status = TN_OK;

	snprintf(text, sizeof(text), "%d", number);
	snprintf(file, sizeof(file), "%s/data.mdb", folder ? folder : "");
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (!folder || !access(file, F_OK) || errno != ENOENT)
		status = init_run_files(slapcat, -1, fd, uid, gid, err);
	if (status == TN_OK && (fsync(fd) || fstat(fd, &now)))
		status = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (status == TN_OK)
		status = read_through(path, err);
	if (status == TN_OK && lseek(fd, 0, SEEK_SET))
		status = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (status == TN_OK && folder && now.st_size)
		status = init_run_files(slapadd, fd, -1, uid, gid, err);
	if (status == TN_OK)
		tn_buf_printf(list, "%lld %s\n", (long long)now.st_size,
		              strrchr(path, '/') + 1);
	close(fd);
	return status;
}

/* What was shipped then goes with it: the upgrade after a way back needs it. */
static int
keep_shipped(const char *from, const char *to, struct tn_err *err)
{
	static const char *const names[] = { "config.ldif", "data.ldif" };
	char path[PLACE_PATH_MAX + 64];
	size_t i;
	int status = TN_OK;

	for (i = 0; status == TN_OK && i < TN_ARRAY_LEN(names); i++) {
		char *text = NULL;
		size_t len;

		snprintf(path, sizeof(path), "%s/%s", from, names[i]);
		status = tn_file_read_trusted(path, INIT_DUMP_MAX, true, &text,
		                              &len, err);
		snprintf(path, sizeof(path), "%s/%s", to, names[i]);
		if (status == TN_OK)
			status = tn_file_save(path, text, len, 0600, 0, 0, err);
		free(text);
	}
	return status;
}

int
upgrade_copy_shipped(struct upgrade *upgrade, const char *from, const char *to,
                     struct tn_err *err)
{
	char source[PLACE_PATH_MAX + 16], target[PLACE_PATH_MAX + 16];
	int status;

	snprintf(source, sizeof(source), "%s/shipped", from);
	snprintf(target, sizeof(target), "%s/shipped", to);
	if (access(source, F_OK)) /* the first version left none */
		return TN_OK;
	status = init_place_folder(&upgrade->place, target, 0700, 0, 0, err);
	return status == TN_OK ? keep_shipped(source, target, err) : status;
}

int
upgrade_backup(struct upgrade *upgrade, struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 64];
	struct tn_buf list;
	size_t i;
	int status;

	tn_buf_init(&list, LIST_MAX);
	status = init_place_folder(&upgrade->place, UPGRADE_BACKUPS, 0700, 0, 0,
	                           err);
	if (status == TN_OK)
		status = init_place_beside(&upgrade->place, UPGRADE_BACKUPS, 0,
		                           0, upgrade->kept, err);
	snprintf(path, sizeof(path), "%s/config.ldif", upgrade->kept);
	if (status == TN_OK)
		status = dump(upgrade, 0, NULL, path, &list, err);
	for (i = 0; status == TN_OK && i < upgrade->count; i++) {
		const struct upgrade_database *of = &upgrade->databases[i];

		if (of->was < 0)
			continue;
		upgrade_backup_name(upgrade->kept, of, path);
		status = dump(upgrade, of->was, of->folder, path, &list, err);
	}
	if (status == TN_OK)
		status = upgrade_copy_shipped(upgrade, TENURE_STATEDIR,
		                              upgrade->kept, err);
	if (status == TN_OK && list.failed)
		status = tn_fail(err, list.failed, "%s", upgrade->kept);
	snprintf(path, sizeof(path), "%s/" COMPLETE, upgrade->kept);
	if (status == TN_OK)
		status =
		    tn_file_save(path, list.data, list.len, 0600, 0, 0, err);
	tn_buf_done(&list);
	if (status != TN_OK)
		tn_context(err, "the backup");
	return status;
}

int
upgrade_backup_check(const char *folder, struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 64];
	char *text = NULL;
	char *line, *rest;
	size_t len;
	int status;

	snprintf(path, sizeof(path), "%s/" COMPLETE, folder);
	status = tn_file_read_trusted(path, LIST_MAX, true, &text, &len, err);
	if (status != TN_OK) {
		tn_context(err, "%s is no whole backup", folder);
		return status;
	}
	for (line = text; status == TN_OK && line && *line; line = rest) {
		char *name;
		long long size = strtoll(line, &name, 10);
		struct stat now;

		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		if (*name != ' ' || strchr(name, '/')) {
			status = tn_fail(err, TN_E_DAMAGED, "%s", path);
			break;
		}
		snprintf(path, sizeof(path), "%s/%s", folder, name + 1);
		if (lstat(path, &now))
			status = tn_fail_errno(err, TN_E_NOT_FOUND, errno, "%s",
			                       path);
		else if (!S_ISREG(now.st_mode) || now.st_size != size)
			status = tn_fail(err, TN_E_DAMAGED,
			                 "%s has not the %lld bytes that were "
			                 "written",
			                 path, size);
	}
	free(text);
	return status;
}
