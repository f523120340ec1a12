/*
 * The end of an upgrade: a handful of renames. What is about to be renamed is
 * written down first, so that a run that is killed among them is undone by the
 * next one. slapd's configuration goes first and comes back last: in between
 * slapd does not start.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "upgrade.h"

#define PENDING_MAX ((size_t)64 * 1024)

static bool
is_there(const char *path)
{
	return !access(path, F_OK);
}

/* The name of path itself must be on disk. */
static int
sync_folder_of(const char *path, struct tn_err *err)
{
	char folder[PLACE_PATH_MAX];
	int fd;
	int status = TN_OK;

	snprintf(folder, sizeof(folder), "%.*s",
	         (int)(strrchr(path, '/') - path), path);
	fd = open(*folder ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		status = tn_fail_errno(err, TN_E_IO, errno, "%s", folder);
	if (fd >= 0)
		close(fd);
	return status;
}

/* "FROM<tab>TO" of one line of the note; false at its end. */
static bool
next_move(char **at, const char **from, const char **to)
{
	char *line = *at;
	char *end = strchr(line, '\n');
	char *tab = strchr(line, '\t');

	if (!end || !tab || tab > end)
		return false;
	*end = '\0';
	*tab = '\0';
	*from = line;
	*to = tab + 1;
	*at = end + 1;
	return true;
}

/* Once slapd's configuration is away slapd does not start any more; one that
   was started a moment before is seen then. */
static int
do_all(const struct upgrade *upgrade, char *note, struct tn_err *err)
{
	const char *from, *to;
	bool is_first = true;
	int status = TN_OK;

	while (status == TN_OK && next_move(&note, &from, &to)) {
		if (rename(from, to))
			status = tn_fail_errno(err, TN_E_IO, errno,
			                       "rename %s to %s", from, to);
		if (status == TN_OK)
			status = sync_folder_of(from, err);
		if (status == TN_OK)
			status = sync_folder_of(to, err);
		if (status == TN_OK && is_first)
			status = upgrade_require_offline(upgrade, err);
		is_first = false;
	}
	return status;
}

/* From the last to the first: what has been moved goes back. */
static int
undo_all(char *note, struct tn_err *err)
{
	const char *from[2 * UPGRADE_DATABASES + 8];
	const char *to[TN_ARRAY_LEN(from)];
	size_t count = 0;
	int status = TN_OK;

	while (count < TN_ARRAY_LEN(from) &&
	       next_move(&note, &from[count], &to[count]))
		count++;
	while (status == TN_OK && count > 0) {
		count--;
		if (is_there(from[count]) || !is_there(to[count]))
			continue; /* not moved yet */
		if (rename(to[count], from[count]))
			status = tn_fail_errno(err, TN_E_IO, errno,
			                       "rename %s back", to[count]);
		if (status == TN_OK)
			status = sync_folder_of(from[count], err);
	}
	return status;
}

static int
forget(struct tn_err *err)
{
	if (unlink(UPGRADE_PENDING))
		return tn_fail_errno(err, TN_E_IO, errno, UPGRADE_PENDING);
	return sync_folder_of(UPGRADE_PENDING, err);
}

static void
write_down(const struct upgrade *upgrade, struct tn_buf *note)
{
	char shipped[PLACE_PATH_MAX + 16];
	size_t i;

	tn_buf_printf(note, "%s\t%s/old\n", upgrade->plan.config_dir,
	              upgrade->config_shop);
	for (i = 0; i < upgrade->count; i++) {
		const struct upgrade_database *of = &upgrade->databases[i];

		if (!*of->shop)
			continue;
		if (is_there(of->folder))
			tn_buf_printf(note, "%s\t%s/old\n", of->folder,
			              of->shop);
		if (of->is_rebuilt)
			tn_buf_printf(note, "%s/new\t%s\n", of->shop,
			              of->folder);
	}
	snprintf(shipped, sizeof(shipped), "%s/shipped", upgrade->state_shop);
	if (is_there(UPGRADE_SHIPPED))
		tn_buf_printf(note, "%s\t%s/old\n", UPGRADE_SHIPPED,
		              upgrade->state_shop);
	if (is_there(shipped))
		tn_buf_printf(note, "%s\t%s\n", shipped, UPGRADE_SHIPPED);
	tn_buf_printf(note, "%s/slapd.d\t%s\n", upgrade->config_shop,
	              upgrade->plan.config_dir);
}

int
upgrade_commit(struct upgrade *upgrade, struct tn_err *err)
{
	struct tn_err undo = TN_ERR_INIT;
	struct tn_buf note;
	char *copy = NULL;
	int status = TN_OK;

	tn_buf_init(&note, PENDING_MAX);
	write_down(upgrade, &note);
	if (!tn_buf_text(&note) || !(copy = strdup(tn_buf_text(&note))))
		status = tn_fail(err, TN_E_NO_MEMORY, UPGRADE_PENDING);
	sync(); /* what the names are about to point at must be on disk */
	if (status == TN_OK)
		status = tn_file_save(UPGRADE_PENDING, note.data, note.len,
		                      0600, 0, 0, err);
	if (status == TN_OK) {
		status = do_all(upgrade, copy, err);
		if (status == TN_OK)
			status = forget(err);
		if (status != TN_OK && upgrade_recover(NULL, &undo))
			tn_context(err,
			           "and it could not be undone: %s; run "
			           "it again",
			           undo.text);
	}
	free(copy);
	tn_buf_done(&note);
	return status;
}

int
upgrade_recover(bool *ret_undone, struct tn_err *err)
{
	char *note = NULL;
	size_t len;
	int status;

	if (ret_undone)
		*ret_undone = false;
	if (!is_there(UPGRADE_PENDING))
		return TN_OK;
	status = tn_file_read_trusted(UPGRADE_PENDING, PENDING_MAX, true, &note,
	                              &len, err);
	if (status == TN_OK)
		status = undo_all(note, err);
	if (status == TN_OK)
		status = forget(err);
	if (status == TN_OK && ret_undone)
		*ret_undone = true;
	free(note);
	return status;
}
