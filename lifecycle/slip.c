#include "slip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/serve_rule.h"
#include "base/buf.h"
#include "base/file.h"
#include "secret/sealed_box.h"

#define SLIP_MAX 8192 /* bytes of one sealed slip */

const struct slip_place slip_place = {
	.folder = TENURE_STATEDIR "/slips",
	.key = TENURE_STATEDIR "/slip.key",
};

/* FOLDER/LOGIN.slip; login is checked, since it becomes a file's name. */
static int
slip_path(const struct slip_place *place, const char *login, char *ret,
          size_t size, struct tn_err *err)
{
	int n;

	if (!tn_login_is_valid(login))
		return tn_fail(err, TN_E_INVALID, "\"%.64s\" is no login",
		               login);
	n = snprintf(ret, size, "%s/%s.slip", place->folder, login);
	if (n < 0 || (size_t)n >= size)
		return tn_fail(err, TN_E_LIMIT, "the path is too long");
	return TN_OK;
}

int
slip_lock(const struct slip_place *place, int *ret, struct tn_err *err)
{
	int fd;

	if (mkdir(place->folder, 0700) && errno != EEXIST)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", place->folder);
	fd = open(place->folder,
	          O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", place->folder);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return tn_fail(err, TN_E_RULE,
		               "another tenure issue is at work");
	}
	*ret = fd;
	return TN_OK;
}

/* A JSON text: names may hold quotes; control characters they may not. */
static void
put_json_text(struct tn_buf *buf, const char *text)
{
	tn_buf_put_text(buf, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			tn_buf_put_text(buf, "\\");
		tn_buf_put(buf, text, 1);
	}
	tn_buf_put_text(buf, "\"");
}

static int
put_password(const char *data, size_t len, void *arg)
{
	(void)len;
	put_json_text(arg, data);
	return TN_OK;
}

/* By hand and not by jansson, so that each copy of the password is wiped. */
static int
write_slip(const struct slip *slip, struct tn_buf *ret, struct tn_err *err)
{
	tn_buf_put_text(ret, "{\"login\": ");
	put_json_text(ret, slip->login);
	tn_buf_put_text(ret, ", \"name\": ");
	put_json_text(ret, slip->name);
	tn_buf_put_text(ret, ", \"staff_number\": ");
	put_json_text(ret, slip->staff_number);
	tn_buf_put_text(ret, ", \"password\": ");
	tn_secret_use(slip->password, put_password, ret);
	tn_buf_put_text(ret, ", \"valid_until\": ");
	put_json_text(ret, slip->valid_until);
	tn_buf_put_text(ret, "}\n");
	return ret->failed ? tn_fail(err, ret->failed, "the slip is too long")
	                   : TN_OK;
}

int
slip_try(const struct slip_place *place, struct tn_err *err)
{
	struct tn_buf sealed;
	char public_key[512];
	int r;

	tn_buf_init(&sealed, SLIP_MAX);
	snprintf(public_key, sizeof(public_key), "%s.pub", place->key);
	r = tn_secret_start(err);
	if (!r)
		r = tn_seal(public_key, "-", 1, &sealed, err);
	tn_buf_done(&sealed);
	return r;
}

int
slip_save(const struct slip_place *place, const struct slip *slip,
          struct tn_err *err)
{
	struct tn_buf clear;
	struct tn_buf sealed;
	char public_key[512];
	char path[512];
	int r;

	tn_buf_init(&clear, SLIP_MAX / 2);
	tn_buf_init(&sealed, SLIP_MAX);
	snprintf(public_key, sizeof(public_key), "%s.pub", place->key);
	(void)((r = slip_path(place, slip->login, path, sizeof(path), err)) ||
	       (r = write_slip(slip, &clear, err)) ||
	       (r = tn_seal(public_key, clear.data, clear.len, &sealed, err)) ||
	       (r = tn_file_save(path, sealed.data, sealed.len, 0600, (uid_t)-1,
	                         (gid_t)-1, err)));
	tn_buf_done(&clear);
	tn_buf_done(&sealed);
	return r;
}

int
slip_remove(const struct slip_place *place, const char *login,
            struct tn_err *err)
{
	char path[512];
	int r;

	r = slip_path(place, login, path, sizeof(path), err);
	if (!r && unlink(path) && errno != ENOENT)
		r = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	return r;
}

int
slip_close(struct slip_claim *claim, struct tn_err *err)
{
	tn_secret_freep(&claim->content);
	if (unlink(claim->path))
		return tn_fail_errno(err, TN_E_IO, errno, "%s", claim->path);
	return TN_OK;
}
