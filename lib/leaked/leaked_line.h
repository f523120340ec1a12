/* One line of a list of leaked passwords. Pure. Inside lib/leaked. */
#ifndef TN_LEAKED_LINE_H
#define TN_LEAKED_LINE_H

#include <stddef.h>
#include <stdint.h>
#include "leaked/leaked_build.h"

enum tn_leaked_line {
	TN_LEAKED_KEY,     /* *ret_key is set */
	TN_LEAKED_EMPTY,   /* nothing but an end of line */
	TN_LEAKED_GARBAGE, /* not of the kind, or no password can be it */
};

/* line: len bytes without its end of line; a CR at its end does not count. */
enum tn_leaked_line tn_leaked_line(const char *line, size_t len,
                                   enum tn_leaked_kind kind,
                                   uint64_t *ret_key);

/* What a list is whose first line this is: TN_LEAKED_HASHES for 40 hexadecimal
   digits, alone or with ":COUNT" behind, else TN_LEAKED_WORDS. */
enum tn_leaked_kind tn_leaked_kind_of(const char *line, size_t len);

#endif
