/*
 * The check of all chains. Records are handed in in any order, and forgotten
 * but for their hashes; the end tells what does not fit. Pure.
 *
 * What it finds: a record that was edited, moved, exchanged or removed between
 * others. What it cannot find: a tail that was cut off, and a chain that
 * somebody who can write the database computed anew.
 */
#ifndef TN_JOURNAL_JOURNAL_CHECK_H
#define TN_JOURNAL_JOURNAL_CHECK_H

#include "journal/journal.h"

struct tn_journal_check; /* opaque */

enum tn_journal_fault {
	TN_JOURNAL_UNREADABLE, /* the text is no record */
	TN_JOURNAL_EDITED,     /* its own hash is another's */
	TN_JOURNAL_MOVED,      /* it says it stands elsewhere */
	TN_JOURNAL_FORGED,     /* the entry names another writer */
	TN_JOURNAL_GAP,        /* numbers are missing before it */
	TN_JOURNAL_UNLINKED, /* it follows another record than the one there */
};
/* Static words, for people. */
const char *tn_journal_fault_words(enum tn_journal_fault fault);
/* "edited", for programs. */
const char *tn_journal_fault_name(enum tn_journal_fault fault);

/* Where a record was found. */
struct tn_journal_place {
	const char *chain; /* name of the chain's entry */
	uint64_t number;   /* name of the record's entry; 0: it is no number */
	const char *by;    /* tenureJournalBy, or NULL */
};

/* chain, number: where. missing: of a gap, how many. */
typedef void tn_journal_found(enum tn_journal_fault fault, const char *chain,
                              uint64_t number, uint64_t missing, void *arg);
/* One for each chain: its last number and hash, to be noted elsewhere. */
typedef void tn_journal_head(const char *chain, uint64_t records,
                             uint64_t number, const char *hash, void *arg);

int
tn_journal_check_new(tn_journal_hash *hash, tn_journal_found *found, void *arg,
                     struct tn_journal_check **ret, struct tn_err *err);
/* Faults of the record itself are told at once. */
int tn_journal_check_add(struct tn_journal_check *check,
                         const struct tn_journal_place *place, const char *text,
                         size_t len, struct tn_err *err);
/* Faults between records, then the heads. Returns how many faults there are in
   all. */
size_t
tn_journal_check_end(struct tn_journal_check *check, tn_journal_head *head);
void tn_journal_check_free(struct tn_journal_check *check);

#endif
