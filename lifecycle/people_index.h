/* The tables behind struct people: private to people.c and people_index.c. */
#ifndef TN_LIFECYCLE_PEOPLE_INDEX_H
#define TN_LIFECYCLE_PEOPLE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/hash_table.h"
#include "people.h"

/* A set of texts, or a table from text to a person. */
struct people_word {
	char *text; /* owned */
	size_t at;  /* of a person, where it is a table */
	int64_t created; /* of a release: the latest one */
	UT_hash_handle hh;
};

struct people_by_uuid {
	struct tn_uuid uuid;
	size_t at;
	UT_hash_handle hh;
};

struct people_by_uid {
	uint32_t uid;
	size_t at; /* of the elder so far */
	UT_hash_handle hh;
};

struct people_index {
	size_t person_room;
	size_t lock_room;
	size_t group_room;
	size_t local_room;
	size_t host_room;
	struct people_word *released;     /* cn of locks */
	struct people_word *roles;        /* members' dn, folded */
	struct people_word *names;        /* logins and groups */
	struct people_word *approved;     /* staff numbers, folded */
	struct people_word *hosts;        /* to people->hosts, while adding */
	struct people_word *logins;
	struct people_word *numbers; /* the elder of each staff number */
	struct people_by_uuid *uuids;
	struct people_by_uid *uids;
	bool has_seconds; /* some staff number has two accounts */
};

/* Borrowed, or NULL. */
struct people_word *
people_word_find(struct people_word *words, const char *text);
/* Adds it unless it is there. */
int people_word_add(struct people_word **words, const char *text, size_t at,
                    struct tn_err *err);
void people_words_free(struct people_word **words);
/* Room for one more element of *array of count. */
int people_grow(void **array, size_t count, size_t *room, size_t size,
                struct tn_err *err);
/* Of hosts that reported anew, what they reported before (people_host.c). */
void people_drop_old_locals(struct people *people);
/* Lower case, no blanks beside ',' and '=': enough to compare the dn of a
   member with the dn of an entry, both written by the same server. */
void people_fold_dn(const char *dn, char *ret, size_t size);

#endif
