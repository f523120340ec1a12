#include <config.h>

#include "local_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/attrs.h"
#include "base/file.h"
#include "base/text.h"

#define FILE_MAX      (16u << 20)
#define FIELDS_MAX    7
#define PATH_TEXT_MAX 256

enum which { PASSWD, GROUP, SUBUID, SUBGID, SHELLS, WHICH_COUNT };

static const char *const file_names[WHICH_COUNT] = { "passwd", "group",
	                                             "subuid", "subgid",
	                                             "shells" };

struct id_range {
	uint32_t first;
	uint32_t last; /* inclusive */
};

struct local_group {
	const char *name;
	uint32_t gid;
};

struct tn_local_files {
	char directory[PATH_TEXT_MAX];
	struct stat seen[WHICH_COUNT]; /* st_ino 0: was missing */
	char *text[WHICH_COUNT];       /* cut at ':' and line ends */
	struct tn_local_user *users;
	size_t user_count;
	struct local_group *groups;
	size_t group_count;
	struct id_range *ranges[2]; /* subuid, subgid */
	size_t range_count[2];
	const char **shells;
	size_t shell_count;
};

static bool
file_path(const char *directory, enum which which, char ret[PATH_TEXT_MAX + 16])
{
	int len = snprintf(ret, PATH_TEXT_MAX + 16, "%s/%s", directory,
	                   file_names[which]);

	return len > 0 && len < PATH_TEXT_MAX + 16;
}

/* The next line, cut at its end; NULL at the end of the text. */
static char *
next_line(char **at)
{
	char *line = *at;
	char *end;

	if (line == NULL || *line == '\0')
		return NULL;
	end = strchr(line, '\n');
	if (end != NULL)
		*end++ = '\0';
	*at = end;
	return line;
}

/* Cuts a line at its colons; how many fields. */
static size_t
cut_fields(char *line, char *field[FIELDS_MAX])
{
	size_t count = 0;

	while (line != NULL && count < FIELDS_MAX) {
		field[count++] = line;
		line = strchr(line, ':');
		if (line != NULL)
			*line++ = '\0';
	}
	return count;
}

static size_t
count_lines(const char *text)
{
	size_t count = 1;

	for (; *text != '\0'; text++)
		count += *text == '\n' ? 1u : 0u;
	return count;
}

static bool
to_id(const char *text, uint32_t *ret)
{
	unsigned long long value;

	if (!tn_text_to_u64(text, UINT32_MAX, &value))
		return false;
	*ret = (uint32_t)value;
	return true;
}

static void
parse_passwd(struct tn_local_files *files)
{
	char *at = files->text[PASSWD];
	struct tn_local_user *user;
	char *field[FIELDS_MAX];
	size_t count;
	char *line;

	while ((line = next_line(&at)) != NULL) {
		user = &files->users[files->user_count];
		/* A line that is broken further on still has its name. */
		count = cut_fields(line, field);
		if (count < 4 || field[0][0] == '#')
			continue;
		if (!to_id(field[2], &user->uid) ||
		    !to_id(field[3], &user->gid))
			continue;
		user->name = field[0];
		user->shell = count == FIELDS_MAX ? field[6] : "";
		files->user_count++;
	}
}

static void
parse_group(struct tn_local_files *files)
{
	char *at = files->text[GROUP];
	struct local_group *group;
	char *field[FIELDS_MAX];
	char *line;

	while ((line = next_line(&at)) != NULL) {
		group = &files->groups[files->group_count];
		if (cut_fields(line, field) < 3 || field[0][0] == '#' ||
		    !to_id(field[2], &group->gid))
			continue;
		group->name = field[0];
		files->group_count++;
	}
}

/* "name:first:count" */
static void
parse_ranges(struct tn_local_files *files, enum which which, size_t n)
{
	char *at = files->text[which];
	char *field[FIELDS_MAX];
	unsigned long long count;
	struct id_range *range;
	char *line;

	while ((line = next_line(&at)) != NULL) {
		range = &files->ranges[n][files->range_count[n]];
		if (cut_fields(line, field) < 3 ||
		    !to_id(field[1], &range->first) ||
		    !tn_text_to_u64(field[2], UINT32_MAX, &count) || count == 0)
			continue;
		if (count - 1 > UINT32_MAX - range->first)
			range->last = UINT32_MAX;
		else
			range->last = range->first + (uint32_t)count - 1;
		files->range_count[n]++;
	}
}

static void
parse_shells(struct tn_local_files *files)
{
	char *at = files->text[SHELLS];
	char *line;

	while ((line = next_line(&at)) != NULL) {
		tn_text_trim(line);
		if (line[0] == '/')
			files->shells[files->shell_count++] = line;
	}
}

static int
read_one(struct tn_local_files *files, enum which which, struct tn_err *err)
{
	char path[PATH_TEXT_MAX + 16];
	size_t len = 0;
	int rc;

	if (!file_path(files->directory, which, path))
		return tn_fail(err, TN_E_LIMIT, "%s: too long a path",
		               files->directory);
	/* Before the read: a change in between is seen next time. */
	if (stat(path, &files->seen[which]) != 0)
		memset(&files->seen[which], 0, sizeof(struct stat));
	rc = tn_file_read(path, FILE_MAX, &files->text[which], &len, err);
	if (rc == TN_E_NOT_FOUND && which != PASSWD && which != GROUP) {
		files->text[which] = strdup("");
		rc = files->text[which] != NULL ? TN_OK : TN_E_NO_MEMORY;
	}
	return rc == TN_OK ? TN_OK : tn_context(err, "local files");
}

int
tn_local_files_read(const char *directory, struct tn_local_files **ret,
                    struct tn_err *err)
{
	struct tn_local_files *files = calloc(1, sizeof(*files));
	int rc;
	int i;

	if (files == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "local files");
	if (!tn_text_copy(files->directory, sizeof(files->directory),
	                  directory)) {
		rc = tn_fail(err, TN_E_LIMIT, "%s: too long a path", directory);
		goto out;
	}
	for (i = 0; i < WHICH_COUNT; i++) {
		rc = read_one(files, (enum which)i, err);
		if (rc != TN_OK)
			goto out;
	}
	files->users =
	    calloc(count_lines(files->text[PASSWD]), sizeof(*files->users));
	files->groups =
	    calloc(count_lines(files->text[GROUP]), sizeof(*files->groups));
	files->ranges[0] =
	    calloc(count_lines(files->text[SUBUID]), sizeof(struct id_range));
	files->ranges[1] =
	    calloc(count_lines(files->text[SUBGID]), sizeof(struct id_range));
	files->shells =
	    calloc(count_lines(files->text[SHELLS]), sizeof(*files->shells));
	if (files->users == NULL || files->groups == NULL ||
	    files->ranges[0] == NULL || files->ranges[1] == NULL ||
	    files->shells == NULL) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "local files");
		goto out;
	}
	parse_passwd(files);
	parse_group(files);
	parse_ranges(files, SUBUID, 0);
	parse_ranges(files, SUBGID, 1);
	parse_shells(files);
	*ret = files;
	files = NULL;
	rc = TN_OK;
out:
	tn_local_files_free(files);
	return rc;
}

void
tn_local_files_free(struct tn_local_files *files)
{
	int i;

	if (files == NULL)
		return;
	for (i = 0; i < WHICH_COUNT; i++)
		free(files->text[i]);
	free(files->users);
	free(files->groups);
	free(files->ranges[0]);
	free(files->ranges[1]);
	free(files->shells);
	free(files);
}

bool
tn_local_files_is_current(const struct tn_local_files *files)
{
	char path[PATH_TEXT_MAX + 16];
	const struct stat *seen;
	struct stat now;
	int i;

	for (i = 0; i < WHICH_COUNT; i++) {
		seen = &files->seen[i];
		if (!file_path(files->directory, (enum which)i, path) ||
		    stat(path, &now) != 0)
			memset(&now, 0, sizeof(now));
		if (now.st_ino != seen->st_ino || now.st_dev != seen->st_dev ||
		    now.st_size != seen->st_size ||
		    now.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
		    now.st_mtim.tv_nsec != seen->st_mtim.tv_nsec)
			return false;
	}
	return true;
}

static bool
has_user_name(const void *context, const char *name)
{
	const struct tn_local_files *files = context;
	size_t i;

	for (i = 0; i < files->user_count; i++)
		if (strcmp(files->users[i].name, name) == 0)
			return true;
	return false;
}

static bool
has_group_name(const void *context, const char *name)
{
	const struct tn_local_files *files = context;
	size_t i;

	for (i = 0; i < files->group_count; i++)
		if (strcmp(files->groups[i].name, name) == 0)
			return true;
	return false;
}

static bool
has_uid(const void *context, uint32_t uid)
{
	const struct tn_local_files *files = context;
	size_t i;

	for (i = 0; i < files->user_count; i++)
		if (files->users[i].uid == uid)
			return true;
	return false;
}

static bool
has_gid(const void *context, uint32_t gid)
{
	const struct tn_local_files *files = context;
	size_t i;

	for (i = 0; i < files->group_count; i++)
		if (files->groups[i].gid == gid)
			return true;
	return false;
}

static bool
in_ranges(const struct tn_local_files *files, size_t n, uint32_t id)
{
	size_t i;

	for (i = 0; i < files->range_count[n]; i++)
		if (id >= files->ranges[n][i].first &&
		    id <= files->ranges[n][i].last)
			return true;
	return false;
}

static bool
has_subuid(const void *context, uint32_t uid)
{
	return in_ranges(context, 0, uid);
}

static bool
has_subgid(const void *context, uint32_t gid)
{
	return in_ranges(context, 1, gid);
}

static bool
has_shell(const void *context, const char *path)
{
	const struct tn_local_files *files = context;
	size_t i;

	for (i = 0; i < files->shell_count; i++)
		if (strcmp(files->shells[i], path) == 0)
			return true;
	return false;
}

struct tn_local_names
tn_local_files_names(const struct tn_local_files *files)
{
	return (struct tn_local_names){
		.has_user_name = has_user_name,
		.has_group_name = has_group_name,
		.has_uid = has_uid,
		.has_gid = has_gid,
		.has_subuid = has_subuid,
		.has_subgid = has_subgid,
		.has_shell = has_shell,
		.context = files,
	};
}

size_t
tn_local_files_users(const struct tn_local_files *files,
                     const struct tn_local_user **ret)
{
	*ret = files->users;
	return files->user_count;
}
