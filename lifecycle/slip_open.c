/* renameat2 */
#include "config.h"

#include "slip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/serve_rule.h"
#include "base/day.h"
#include "base/file.h"
#include "base/log.h"
#include "secret/sealed_box.h"

#define SLIP_MAX       8192
#define LOG_MAX        (16u << 20) /* of opened.log, when it is looked through */
#define LINE_MAX_BYTES 1024

/* Control characters become '?': a line of the record stays one line, and its
   fields apart. */
static void
clean(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7F)
			*text = '?';
	}
}

static int
write_whole(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* "TIME<tab>LOGIN<tab>BY<tab>FROM", on disk before the slip is shown. */
static int
record(const struct slip_place *place, const char *login, const char *by,
       const char *from, int64_t now, struct tn_err *err)
{
	char time_text[TN_RFC3339_TEXT_MAX];
	char by_text[256];
	char from_text[256];
	char path[512];
	char line[LINE_MAX_BYTES];
	int r = TN_OK;
	int fd;
	int n;

	tn_rfc3339_format(now, time_text);
	snprintf(by_text, sizeof(by_text), "%s", by);
	snprintf(from_text, sizeof(from_text), "%s", from);
	clean(by_text);
	clean(from_text);
	n = snprintf(line, sizeof(line), "%s\t%s\t%s\t%s\n", time_text, login,
	             by_text, from_text);
	if (n < 0 || (size_t)n >= sizeof(line))
		return tn_fail(err, TN_E_LIMIT, "the record is too long");
	snprintf(path, sizeof(path), "%s/opened.log", place->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
	          0600);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (write_whole(fd, line, (size_t)n) || fsync(fd))
		r = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	close(fd);
	if (!r)
		tn_log_info("slip of %s opened by %s from %s", login, by_text,
		            from_text);
	return r;
}

/* The last record of a login in opened.log: "by wang from pts/1 on ...". */
static bool
find_record(const struct slip_place *place, const char *login, char *ret,
            size_t size)
{
	char path[512];
	char *text = NULL;
	char *line;
	char *next;
	size_t len = 0;
	bool found = false;

	snprintf(path, sizeof(path), "%s/opened.log", place->folder);
	if (tn_file_read(path, LOG_MAX, &text, &len, NULL))
		return false;
	for (line = text; line && *line; line = next) {
		char *field[4] = { line, NULL, NULL, NULL };
		size_t i;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		for (i = 1; i < 4 && field[i - 1]; i++) {
			field[i] = strchr(field[i - 1], '\t');
			if (field[i])
				*field[i]++ = '\0';
		}
		if (!field[3] || strcmp(field[1], login))
			continue;
		snprintf(ret, size, "on %s by %s from %s", field[0], field[2],
		         field[3]);
		found = true;
	}
	free(text);
	return found;
}

static int
not_there(const struct slip_place *place, const char *login,
          const char *claimed, struct tn_err *err)
{
	char words[400];

	if (!access(claimed, F_OK))
		return tn_fail(err, TN_E_RULE,
		               "the slip of %s is being opened by someone, or "
		               "was when they were interrupted: look into "
		               "opened.log, then remove %s",
		               login, claimed);
	if (find_record(place, login, words, sizeof(words)))
		return tn_fail(err, TN_E_RULE,
		               "the slip of %s was opened %s; a slip opens "
		               "once",
		               login, words);
	return tn_fail(err, TN_E_NOT_FOUND, "there is no slip of %s", login);
}

static int
unseal(const struct slip_place *place, const struct slip_claim *claim,
       struct tn_secret **ret, struct tn_err *err)
{
	char *sealed = NULL;
	size_t len = 0;
	int r;

	r = tn_file_read_trusted(claim->path, SLIP_MAX, true, &sealed, &len,
	                         err);
	if (!r)
		r = tn_seal_open(place->key, sealed, len, ret, err);
	free(sealed);
	return r;
}

int
slip_open(const struct slip_place *place, const char *login, const char *by,
          const char *from, int64_t now, struct slip_claim *ret,
          struct tn_err *err)
{
	struct slip_claim claim = { .content = NULL };
	char path[512];
	int r;

	r = tn_secret_start(err);
	if (r)
		return r;
	if (!tn_login_is_valid(login))
		return tn_fail(err, TN_E_INVALID, "\"%.64s\" is no login",
		               login);
	snprintf(path, sizeof(path), "%s/%s.slip", place->folder, login);
	/* No login begins with a dot: no slip has this name. */
	snprintf(claim.path, sizeof(claim.path), "%s/.%s.opening",
	         place->folder, login);
	if (renameat2(AT_FDCWD, path, AT_FDCWD, claim.path, RENAME_NOREPLACE)) {
		if (errno == ENOENT)
			return not_there(place, login, claim.path, err);
		if (errno == EEXIST)
			return tn_fail(err, TN_E_RULE,
			               "%s was left by someone who was "
			               "interrupted: look into opened.log, "
			               "then remove it",
			               claim.path);
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	}
	(void)((r = unseal(place, &claim, &claim.content, err)) ||
	       (r = record(place, login, by, from, now, err)));
	if (r) {
		tn_secret_freep(&claim.content);
		/* Nobody has seen it: it goes back. */
		if (rename(claim.path, path))
			tn_log_error("%s could not be put back", claim.path);
		return r;
	}
	*ret = claim;
	return TN_OK;
}
