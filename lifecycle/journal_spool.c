#include "config.h"

#include "journal_spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "journal_session.h"
#include "secret/sealed_box.h"
#include "secret/secret.h"

#define ENDING   ".record"
#define PATH_LEN 512
/* Until it is sent it belongs to no chain. */
#define NO_CHAIN "spool@spool"

static int
is_record(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ENDING);
}

/* The folder, 0700 and root's; as a descriptor. */
static int
open_folder(const char *folder, bool make, int *ret, struct tn_err *err)
{
	struct stat status;
	int fd;

	if (geteuid())
		return tn_fail(err, TN_E_DENIED,
		               "only root may keep a record for later");
	if (make && mkdir(folder, 0700) && errno != EEXIST)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", folder);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return tn_fail(err, TN_E_NOT_FOUND, "%s", folder);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", folder);
	if (fstat(fd, &status) || status.st_uid || (status.st_mode & 0077)) {
		close(fd);
		return tn_fail(err, TN_E_DENIED,
		               "%s is not root's alone (mode 0700)", folder);
	}
	*ret = fd;
	return TN_OK;
}

int
journal_spool_keep(const char *folder, struct tn_journal_record *record,
                   struct tn_err *err)
{
	char path[PATH_LEN];
	char random[17];
	char hash[TN_HASH_TEXT_MAX];
	struct dirent **names = NULL;
	struct timespec now;
	struct tn_buf text;
	int folder_fd = -1;
	int count = 0;
	int r;

	tn_buf_init(&text, TN_JOURNAL_TEXT_MAX);
	r = open_folder(folder, true, &folder_fd, err);
	if (r)
		goto out;
	/* cppcheck-suppress nullPointer; in no order */
	count = scandir(folder, &names, is_record, NULL);
	if (count < 0) {
		r = tn_fail_errno(err, TN_E_IO, errno, "%s", folder);
		goto out;
	}
	if (count >= JOURNAL_SPOOL_MAX) {
		r = tn_fail(err, TN_E_LIMIT, "%s is full", folder);
		goto out;
	}
	record->text[TN_JOURNAL_CHAIN] = NO_CHAIN;
	record->text[TN_JOURNAL_NUMBER] = "1";
	record->text[TN_JOURNAL_PREVIOUS] = TN_JOURNAL_NO_HASH;
	(void)((r = tn_journal_format(record, tn_sha256_hex, &text, hash,
	                              err)) ||
	       (r = tn_secret_start(err)));
	if (r)
		goto out;
	/* A name that sorts by time. */
	clock_gettime(CLOCK_REALTIME, &now);
	tn_random_hex(8, random);
	snprintf(path, sizeof(path), "%s/%012lld.%09ld-%s" ENDING, folder,
	         (long long)now.tv_sec, now.tv_nsec, random);
	r = tn_file_save(path, text.data, text.len, 0600, 0, 0, err);
out:
	while (count > 0)
		free(names[--count]);
	free(names);
	if (folder_fd >= 0)
		close(folder_fd);
	tn_buf_done(&text);
	return r;
}

static int
send_one(const char *path, struct session *session, struct tn_err *err)
{
	struct tn_journal_record record;
	char aside[PATH_LEN + 16];
	char *copy = malloc(TN_JOURNAL_TEXT_MAX + 1);
	char *text = NULL;
	uint64_t number;
	size_t len = 0;
	int r;

	if (!copy)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	r = tn_file_read_trusted(path, TN_JOURNAL_TEXT_MAX, true, &text, &len,
	                         err);
	if (r)
		goto out;
	if (tn_journal_parse(text, len, copy, &record, err) ||
	    !tn_journal_hash_is_true(text, len, tn_sha256_hex)) {
		snprintf(aside, sizeof(aside), "%s.damaged", path);
		tn_log_warning("%s is no record: it is kept as %s", path,
		               aside);
		if (rename(path, aside))
			r = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
		goto out;
	}
	r = journal_append(session, &record, &number, err);
	if (!r && unlink(path))
		r = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
out:
	free(text);
	free(copy);
	return r;
}

int
journal_spool_send(const char *folder, struct session *session,
                   struct tn_err *err)
{
	struct dirent **names = NULL;
	char path[PATH_LEN];
	int folder_fd = -1;
	int count = 0;
	int i;
	int r;

	if (geteuid())
		return TN_OK;
	r = open_folder(folder, false, &folder_fd, err);
	if (r)
		return r == TN_E_NOT_FOUND ? TN_OK : r;
	if (flock(folder_fd, LOCK_EX | LOCK_NB))
		goto out;
	count = scandir(folder, &names, is_record, alphasort);
	if (count < 0) {
		r = tn_fail_errno(err, TN_E_IO, errno, "%s", folder);
		goto out;
	}
	for (i = 0; !r && i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		r = send_one(path, session, err);
	}
out:
	while (count > 0)
		free(names[--count]);
	free(names);
	close(folder_fd);
	return r;
}
