/*
 * The staff roster that HR delivers: a CSV file as Chinese Excel saves it
 * (GB18030, CRLF) or in UTF-8. It is hostile input: read whole and bounded,
 * and one bad cell refuses all of it, so that nothing is done on half a list.
 * Knows no directory.
 */
#ifndef TN_LIFECYCLE_ROSTER_H
#define TN_LIFECYCLE_ROSTER_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "config/config.h"

#define ROSTER_BYTES_MAX (64u << 20)
#define ROSTER_ROWS_MAX  500000
#define ROSTER_POST_MAX  256 /* bytes */

enum roster_status {
	ROSTER_PRESENT = 1,
	ROSTER_DEPARTED = 2,
};

struct roster_row {
	size_t line;        /* where it begins in the file, from 1 */
	char *staff_number; /* the person: the only key */
	char *name;         /* UTF-8; corroboration, never a key */
	char *department;   /* "" when there is no such column */
	char *post;         /* "" likewise */
	enum roster_status status;
	int32_t start_day; /* first day, or TN_DAY_NONE */
	int32_t end_day;   /* last day, inclusive, or TN_DAY_NONE */
};

struct roster {
	char sha256[65];      /* of the file's bytes */
	const char *encoding; /* "UTF-8" or "GB18030"; static */
	size_t count;
	struct roster_row *rows;    /* in the file's order */
	size_t present;             /* how many rows are ROSTER_PRESENT */
	struct roster_index *index; /* for roster_find */
};

/*
 * Read and check a file. The columns' names come from config; staff number,
 * name and status must be there, the others may be missing.
 * ret  set on success; roster_free() it.
 * Errors: TN_E_INVALID with line and column (bad cell, missing column, wrong
 * encoding, cut off, a staff number twice), TN_E_LIMIT, TN_E_NOT_FOUND,
 * TN_E_IO, TN_E_NO_MEMORY.
 */
int roster_read(const char *path, const struct tn_config *config,
                struct roster **ret, struct tn_err *err);
/* The same from bytes; borrowed. */
int roster_parse(const char *bytes, size_t len, const struct tn_config *config,
                 struct roster **ret, struct tn_err *err);
void roster_free(struct roster *roster); /* NULL is legal */

/* The row of a staff number, or NULL. */
const struct roster_row *
roster_find(const struct roster *roster, const char *staff_number);

/* The steps beneath, apart for their own tests. ------------------------- */

/*
 * Bytes to UTF-8: a BOM, else strict UTF-8, else GB18030. What cannot be
 * decoded, and U+FFFD (somebody's earlier damage), is refused by its line.
 * ret  set on success; free() it. NUL behind *ret_len.
 */
int roster_decode(const char *bytes, size_t len, char **ret, size_t *ret_len,
                  const char **ret_encoding, struct tn_err *err);

/* One line of the file. cells are NUL-terminated UTF-8, trimmed, borrowed. */
typedef int roster_csv_row(size_t line, const char *const *cells, size_t count,
                           void *arg, struct tn_err *err);

#define ROSTER_COLUMNS_MAX 64
#define ROSTER_CELL_MAX    4096 /* bytes */

/*
 * Hand each row of CSV text to row; blank lines are skipped. Every row must
 * have as many cells as the first.
 * Errors: TN_E_INVALID (stray or unclosed quote, cells missing or too many,
 * the last line cut off), TN_E_LIMIT, or what row returned.
 */
int roster_csv(const char *text, size_t len, roster_csv_row *row, void *arg,
               struct tn_err *err);

#endif
