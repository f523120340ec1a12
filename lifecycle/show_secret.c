#include "show_secret.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int
show_secret(const struct tn_buf *out, struct tn_err *err)
{
	size_t at = 0;

	fflush(stdout);
	while (at < out->len) {
		ssize_t n = write(STDOUT_FILENO, out->data + at, out->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "the output");
		at += (size_t)n;
	}
	return TN_OK;
}
