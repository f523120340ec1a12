#include <config.h>

#include "local_name.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX   ((size_t)64 * 1024 * 1024)
#define BLOCK_SIZE 4096

/* Follows a text byte by byte: is this line's first field the name? */
struct matcher {
	const char *name;
	size_t at;   /* bytes of the name that this line has matched */
	bool failed; /* this line is another's */
};

static bool
matcher_feed(struct matcher *m, char c)
{
	if (c == '\n') {
		m->at = 0;
		m->failed = false;
	} else if (!m->failed && m->name[m->at] == '\0' && c == ':') {
		return true;
	} else if (!m->failed && m->name[m->at] == c) {
		m->at++;
	} else {
		m->failed = true;
	}
	return false;
}

int
tn_local_name(const char *path, const char *name, bool *ret, struct tn_err *err)
{
	struct matcher matcher = { .name = name };
	char block[BLOCK_SIZE];
	size_t total = 0;
	bool found = false;
	ssize_t n;
	int fd = -1;
	int r = TN_OK;

	if (strcmp(name, "root") == 0) {
		*ret = true;
		return TN_OK;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	while (!found) {
		n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
			goto out;
		}
		if (n == 0)
			break;
		total += (size_t)n;
		if (total > FILE_MAX) {
			r = tn_fail(err, TN_E_LIMIT, "%s: too long", path);
			goto out;
		}
		for (ssize_t i = 0; i < n && !found; i++)
			found = matcher_feed(&matcher, block[i]);
	}
	*ret = found;
out:
	close(fd);
	return r;
}
