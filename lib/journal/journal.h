/*
 * The journal's records: one text for one record, with one way of writing it
 * (tenure-journal(5)), and the check of a chain. Pure: no I/O, no clock; the
 * hash is handed in. Any thread.
 * Rule    IS-3, CI-P37, CP-2.
 */
#ifndef TN_JOURNAL_JOURNAL_H
#define TN_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

#define TN_JOURNAL_TEXT_MAX  16384 /* bytes of one record */
#define TN_JOURNAL_CHAIN_MAX 160   /* bytes of a chain's name */
#define TN_JOURNAL_DIGITS    10    /* of a number, as an entry's name */
#define TN_JOURNAL_LAST      9999999999u
#define TN_HASH_TEXT_MAX     65

/* What the first record has as its predecessor's hash. */
#define TN_JOURNAL_NO_HASH \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* SHA-256 as 64 lower-case hexadecimal digits and a NUL: tn_sha256_hex. */
typedef void
tn_journal_hash(const void *data, size_t len, char ret[TN_HASH_TEXT_MAX]);

/* In the order in which they stand in the text. */
enum tn_journal_field {
	TN_JOURNAL_CHAIN,
	TN_JOURNAL_NUMBER,
	TN_JOURNAL_PREVIOUS,
	TN_JOURNAL_TIME,      /* when the command ran, RFC 3339 */
	TN_JOURNAL_WRITTEN,   /* when the record was added */
	TN_JOURNAL_BY,        /* the bound dn */
	TN_JOURNAL_USER,      /* the system user, and its uid */
	TN_JOURNAL_LOGIN,     /* who logged in: the kernel's login uid */
	TN_JOURNAL_SUDO,      /* what SUDO_USER claims */
	TN_JOURNAL_HOST,      /* the machine */
	TN_JOURNAL_TERMINAL,  /* "/dev/pts/1" */
	TN_JOURNAL_CLIENT,    /* the address that sshd told of */
	TN_JOURNAL_KIND,      /* "change", "read" or "outcome" */
	TN_JOURNAL_OF,        /* of an outcome: "CHAIN NUMBER" it belongs to */
	TN_JOURNAL_VERB,      /* "depart" */
	TN_JOURNAL_ARGUMENTS, /* as given; never a secret */
	TN_JOURNAL_PEOPLE,    /* "wang 100007, li 100008" */
	TN_JOURNAL_REASON,
	TN_JOURNAL_OUTCOME,
	TN_JOURNAL_FIELDS,
};

/* The texts are borrowed; NULL is written as an empty one. */
struct tn_journal_record {
	const char *text[TN_JOURNAL_FIELDS];
	char hash[TN_HASH_TEXT_MAX]; /* as the text says; not checked */
};

/* "chain", "number" ... */
const char *tn_journal_field_name(enum tn_journal_field field);

/*
 * Append the record to ret, which becomes its whole text; control characters
 * in a value become '?'. ret_hash gets the record's own hash.
 * TN_E_LIMIT where it passes TN_JOURNAL_TEXT_MAX or the buffer's own bound.
 */
int tn_journal_format(const struct tn_journal_record *record,
                      tn_journal_hash *hash, struct tn_buf *ret,
                      char ret_hash[TN_HASH_TEXT_MAX], struct tn_err *err);

/*
 * Read a record. Only what tn_journal_format() could have written is one.
 * copy  TN_JOURNAL_TEXT_MAX + 1 bytes, where the texts of ret then live.
 * TN_E_DAMAGED says what is wrong with it.
 */
int tn_journal_parse(const char *text, size_t len, char *copy,
                     struct tn_journal_record *ret, struct tn_err *err);

/* Is the hash that the text ends with the hash of what stands before it? */
bool
tn_journal_hash_is_true(const char *text, size_t len, tn_journal_hash *hash);

/* "17" as a number of a record: 1 to TN_JOURNAL_LAST, no leading zero. */
bool tn_journal_number(const char *text, uint64_t *ret);
/* "people.wang@ldap1" */
bool tn_journal_chain_is_valid(const char *name);

#endif
