/*
 * One line of a list of leaked credentials as such lists come: a login, a mail
 * address or a staff number, and perhaps what is said to open it. Pure.
 */
#ifndef TN_LIFECYCLE_LEAK_LINE_H
#define TN_LIFECYCLE_LEAK_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LEAK_WHO_MAX 256

enum leak_secret {
	LEAK_SECRET_NONE = 0, /* a name alone */
	LEAK_SECRET_PASSWORD,
	LEAK_SECRET_HASH,        /* of a password: nobody can try it */
	LEAK_SECRET_FINGERPRINT, /* "SHA256:..." of an SSH key */
};

struct leak_line {
	char who[LEAK_WHO_MAX + 1];
	enum leak_secret kind;
	const char *secret; /* in the line, no NUL behind it; may be NULL */
	size_t secret_len;
};

/*
 * line  len bytes without the newline.
 * Returns false where it names nobody: empty, a comment, too long, no UTF-8.
 * Fields are apart by a tab, a semicolon or a comma, else by a colon (lists of
 * "mail:password"); quotes around one are left out.
 */
bool leak_line_parse(const char *line, size_t len, struct leak_line *ret);

#endif
