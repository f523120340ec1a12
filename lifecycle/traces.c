#include <config.h>

#include "traces.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret/sealed_box.h"

#define READ_MAX  (1 << 20) /* what is longer is told without its hash */
#define DEPTH_MAX 4

struct search {
	const char *root;
	trace_found *found;
	void *arg;
	size_t count;
	char link[PATH_MAX]; /* told last in the place of a folder */
};

/* Where to look. A folder's own files alone, unless it says deep. */
struct place {
	enum trace_kind kind;
	const char *folder;
	const char *name; /* fnmatch(3) */
	bool deep;
};

static const struct place home_places[] = {
	{ TRACE_KEYS, ".ssh", "authorized_keys*", false },
	{ TRACE_START, ".ssh", "rc", false },
	{ TRACE_START, ".ssh", "environment", false },
	{ TRACE_UNIT, ".config/systemd/user", "*", true },
	{ TRACE_UNIT, ".local/share/systemd/user", "*", true },
	{ TRACE_START, ".config/autostart", "*", false },
	{ TRACE_START, ".config/fish", "*.fish", true },
	{ TRACE_START, "", ".profile", false },
	{ TRACE_START, "", ".bash*", false },
	{ TRACE_START, "", ".z*", false },
	{ TRACE_START, "", ".*login", false },
	{ TRACE_START, "", ".*cshrc", false },
	{ TRACE_START, "", ".kshrc", false },
	{ TRACE_START, "", ".xsession*", false },
	{ TRACE_START, "", ".xinitrc", false },
	{ TRACE_START, "", ".xprofile", false },
	{ TRACE_START, "", ".pam_environment", false },
	{ TRACE_START, "", ".forward", false },
	{ TRACE_START, "", ".procmailrc", false },
};

const char *
trace_kind_text(enum trace_kind kind)
{
	static const char *const texts[] = {
		[TRACE_KEYS] = "key file",    [TRACE_CRONTAB] = "crontab",
		[TRACE_AT_JOB] = "at job",    [TRACE_UNIT] = "user unit",
		[TRACE_LINGER] = "lingering", [TRACE_START] = "start file",
	};

	return texts[kind];
}

/* The hash of a file that is no longer than READ_MAX; "" of another. */
static void
hash_file(int folder, const char *name, const struct stat *seen, char ret[65])
{
	char *data = NULL;
	struct stat st;
	ssize_t got = 0;
	size_t len = 0;
	int file;

	ret[0] = '\0';
	if (!S_ISREG(seen->st_mode) || seen->st_size > READ_MAX)
		return;
	file = openat(folder, name,
	              O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return;
	if (!fstat(file, &st) && S_ISREG(st.st_mode))
		data = malloc(READ_MAX + 1);
	while (data && len <= READ_MAX &&
	       (got = read(file, data + len, READ_MAX + 1 - len)) > 0)
		len += (size_t)got;
	if (data && !got && len <= READ_MAX)
		tn_sha256_hex(data, len, ret);
	free(data);
	close(file);
}

static int
tell(struct search *search, enum trace_kind kind, int folder, const char *name,
     const char *path, const struct stat *st, struct tn_err *err)
{
	char target[PATH_MAX];
	struct trace trace = { .kind = kind,
		               .path = path + strlen(search->root),
		               .size = st->st_size,
		               .changed = st->st_mtime };
	ssize_t len;

	if (search->count++ == TRACES_MAX)
		return tn_fail(err, TN_E_LIMIT,
		               "%s: more than %d: look there, the rest is not "
		               "listed",
		               trace.path, TRACES_MAX);
	if (S_ISLNK(st->st_mode)) {
		len = readlinkat(folder, name, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		trace.target = target;
	}
	hash_file(folder, name, st, trace.sha256);
	return search->found(&trace, search->arg, err);
}

/* The files of one open folder, which is closed. owner: theirs alone, or
   (uid_t)-1. */
static int
/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX folders deep */
look_in(struct search *search, const struct place *place, int folder,
        const char *path, uid_t owner, int depth, struct tn_err *err)
{
	char name[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	int r = TN_OK;
	DIR *dir;
	int next;

	dir = fdopendir(folder);
	if (!dir) {
		close(folder);
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	}
	while (!r && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (snprintf(name, sizeof(name), "%s/%s", path,
		             entry->d_name) >= (int)sizeof(name) ||
		    fstatat(dirfd(dir), entry->d_name, &st,
		            AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISDIR(st.st_mode)) {
			if (!place->deep || depth == DEPTH_MAX)
				continue;
			next = openat(dirfd(dir), entry->d_name,
			              O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			                  O_CLOEXEC);
			if (next >= 0)
				r = look_in(search, place, next, name, owner,
				            depth + 1, err);
			continue;
		}
		if ((owner != (uid_t)-1 && st.st_uid != owner) ||
		    fnmatch(place->name, entry->d_name, 0))
			continue;
		r = tell(search, place->kind, dirfd(dir), entry->d_name, name,
		         &st, err);
	}
	closedir(dir);
	return r;
}

/* Step by step, and no step through a link: a link in the place of a folder is
   told itself. *ret is -1 where there is no such folder. */
static int
open_beneath(struct search *search, enum trace_kind kind, int base,
             const char *folder, char path[PATH_MAX], int *ret,
             struct tn_err *err)
{
	char steps[128];
	char *rest = NULL;
	char *step;
	struct stat st;
	int at = dup(base);
	int r = TN_OK;
	int next;

	*ret = -1;
	snprintf(steps, sizeof(steps), "%s", folder);
	for (step = strtok_r(steps, "/", &rest); step && at >= 0 && !r;
	     step = strtok_r(NULL, "/", &rest)) {
		const size_t len = strlen(path);

		if (snprintf(path + len, PATH_MAX - len, "/%s", step) >=
		    (int)(PATH_MAX - len))
			r = tn_fail(err, TN_E_LIMIT, "%s: too long", path);
		else if (!fstatat(at, step, &st, AT_SYMLINK_NOFOLLOW) &&
		         S_ISLNK(st.st_mode) && strcmp(search->link, path)) {
			snprintf(search->link, sizeof(search->link), "%s",
			         path);
			r = tell(search, kind, at, step, path, &st, err);
		}
		next = r ? -1
		         : openat(at, step,
		                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		                      O_CLOEXEC);
		if (!r && next < 0 && errno != ENOENT && errno != ENOTDIR &&
		    errno != ELOOP)
			r = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
		close(at);
		at = next;
	}
	if (r && at >= 0) {
		close(at);
		at = -1;
	}
	*ret = at;
	return r;
}

static int
look_at_home(struct search *search, const char *home, struct tn_err *err)
{
	char base_path[PATH_MAX];
	char path[PATH_MAX];
	int r = TN_OK;
	int folder;
	int base;
	size_t i;

	if (!*home || snprintf(base_path, sizeof(base_path), "%s%s",
	                       search->root, home) >= (int)sizeof(base_path))
		return TN_OK;
	/* Root's path: a link in it is the administrator's. */
	base = open(base_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (base < 0)
		return errno == ENOENT
		           ? TN_OK
		           : tn_fail_errno(err, TN_E_IO, errno, "%s", base_path);
	for (i = 0; i < sizeof(home_places) / sizeof(home_places[0]) && !r;
	     i++) {
		const struct place *place = &home_places[i];

		snprintf(path, sizeof(path), "%s", base_path);
		r = open_beneath(search, place->kind, base, place->folder, path,
		                 &folder, err);
		if (!r && folder >= 0) {
			/* dup() shares where a reader of the folder stands. */
			(void)lseek(folder, 0, SEEK_SET);
			r = look_in(search, place, folder, path, (uid_t)-1, 0,
			            err);
		}
	}
	close(base);
	return r;
}

/* One file of root's that has the person's name, or a folder with the person's
   among others'. */
static int
look_at_system(struct search *search, enum trace_kind kind, const char *folder,
               const char *name, uid_t owner, struct tn_err *err)
{
	const struct place place = { kind, folder, name, false };
	char path[PATH_MAX];
	int at;

	if (snprintf(path, sizeof(path), "%s%s", search->root, folder) >=
	    (int)sizeof(path))
		return tn_fail(err, TN_E_LIMIT, "%s: too long", folder);
	at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return errno == ENOENT
		           ? TN_OK
		           : tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	return look_in(search, &place, at, path, owner, 0, err);
}

int
traces_find(const char *root, const char *login, uid_t uid, const char *home,
            trace_found *found, void *arg, struct tn_err *err)
{
	static struct search search; /* large */
	int r;

	search =
	    (struct search){ .root = root, .found = found, .arg = arg };
	(void)((r = look_at_home(&search, home, err)) ||
	       (r = look_at_system(&search, TRACE_CRONTAB,
	                           "/var/spool/cron/crontabs", login,
	                           (uid_t)-1, err)) ||
	       (r = look_at_system(&search, TRACE_AT_JOB,
	                           "/var/spool/cron/atjobs", "*", uid, err)) ||
	       (r = look_at_system(&search, TRACE_LINGER,
	                           "/var/lib/systemd/linger", login, (uid_t)-1,
	                           err)));
	return r;
}
