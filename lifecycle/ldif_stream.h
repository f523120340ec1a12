/* LDIF that is too large for memory, entry by entry (slapcat -o ldif-wrap=no). */
#ifndef TN_LIFECYCLE_LDIF_STREAM_H
#define TN_LIFECYCLE_LDIF_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "base/err.h"

#define LDIF_STREAM_MAX ((size_t)64 * 1024 * 1024) /* one entry */
#define LDIF_DN_MAX     8192

struct ldif_stream {
	FILE *file;
	char *line; /* of getline() */
	size_t line_size;
	char *text; /* the entry, byte for byte, with the blank line */
	size_t len;
	size_t size;
	char dn[LDIF_DN_MAX]; /* decoded */
};

int
ldif_stream_open(const char *path, struct ldif_stream *ret, struct tn_err *err);
void ldif_stream_close(struct ldif_stream *stream);
/* The next entry; *ret_more false at the end of the file. TN_E_DAMAGED where
   the file ends within an entry. */
int ldif_stream_next(struct ldif_stream *stream, bool *ret_more,
                     struct tn_err *err);

/* Is dn this one, or beneath it? Without regard to case. */
bool ldif_dn_is_within(const char *dn, const char *suffix);

#endif
