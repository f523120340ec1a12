#include "people_index.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "account/serve_rule.h"

struct people_word *
people_word_find(struct people_word *words, const char *text)
{
	struct people_word *word = NULL;

	HASH_FIND_STR(words, text, word);
	return word;
}

int
people_word_add(struct people_word **words, const char *text, size_t at,
                struct tn_err *err)
{
	struct people_word *word = people_word_find(*words, text);

	if (word)
		return TN_OK;
	word = calloc(1, sizeof(*word));
	if (word)
		word->text = strdup(text);
	if (!word || !word->text) {
		free(word);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	word->at = at;
	HASH_ADD_KEYPTR(hh, *words, word->text, strlen(word->text), word);
	if (TN_HASH_LOST(hh, word)) {
		free(word->text);
		free(word);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	return TN_OK;
}

void
people_words_free(struct people_word **words)
{
	struct people_word *word;
	struct people_word *next;

	HASH_ITER(hh, *words, word, next)
	{
		HASH_DEL(*words, word);
		free(word->text);
		free(word);
	}
}

void
people_fold_dn(const char *dn, char *ret, size_t size)
{
	size_t len = 0;
	size_t i;

	for (i = 0; dn[i] && len + 1 < size; i++) {
		if (dn[i] == ' ' &&
		    ((len && (ret[len - 1] == ',' || ret[len - 1] == '=')) ||
		     dn[i + 1] == ',' || dn[i + 1] == '='))
			continue;
		ret[len++] = (char)tolower((unsigned char)dn[i]);
	}
	ret[len] = '\0';
}

static int
compare_persons(const void *a, const void *b)
{
	const struct tn_account *x = ((const struct person *)a)->account;
	const struct tn_account *y = ((const struct person *)b)->account;
	int r = strcmp(x->login, y->login);

	return r ? r : memcmp(x->uuid.byte, y->uuid.byte, TN_UUID_LEN);
}

static int
compare_hosts(const void *a, const void *b)
{
	const struct host_report *x = a;
	const struct host_report *y = b;

	return strcmp(x->host, y->host);
}

static int
compare_locals(const void *a, const void *b)
{
	const struct local_account *x = a;
	const struct local_account *y = b;
	int r = strcmp(x->host, y->host);

	if (!r)
		r = strcmp(x->name, y->name);
	return r ? r : strcmp(x->shell, y->shell);
}

/* Which of two persons is the younger claimant; moves the table's place to
   the elder. */
static size_t
younger(const struct people *people, size_t *elder, size_t other)
{
	size_t was = *elder;

	if (!tn_account_is_elder(people->persons[other].account,
	                         people->persons[was].account))
		return other;
	*elder = other;
	return was;
}

static int
index_person(struct people *people, size_t at, struct tn_err *err)
{
	struct people_index *index = people->index;
	struct person *person = &people->persons[at];
	const struct tn_account *account = person->account;
	char folded[TN_DN_MAX + 1];
	struct people_by_uuid *by_uuid;
	struct people_by_uid *by_uid = NULL;
	struct people_word *word;
	int r;

	people_fold_dn(account->dn, folded, sizeof(folded));
	person->holds_role = people_word_find(index->roles, folded) != NULL;
	if ((r = people_word_add(&index->logins, account->login, at, err)) ||
	    (r = people_word_add(&index->names, account->login, at, err)))
		return r;

	if (account->kind == TN_KIND_PERSON && *account->staff_number) {
		word = people_word_find(index->numbers, account->staff_number);
		if (word) {
			people->persons[younger(people, &word->at, at)]
			    .is_second = true;
			index->has_seconds = true;
		} else if ((r = people_word_add(&index->numbers,
		                                account->staff_number, at,
		                                err))) {
			return r;
		}
	}

	HASH_FIND(hh, index->uids, &account->uid, sizeof(account->uid), by_uid);
	if (by_uid) {
		people->persons[younger(people, &by_uid->at, at)]
		    .is_second_uid = true;
	} else {
		by_uid = calloc(1, sizeof(*by_uid));
		if (!by_uid)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		by_uid->uid = account->uid;
		by_uid->at = at;
		HASH_ADD(hh, index->uids, uid, sizeof(by_uid->uid), by_uid);
		if (TN_HASH_LOST(hh, by_uid)) {
			free(by_uid);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
	}

	by_uuid = calloc(1, sizeof(*by_uuid));
	if (!by_uuid)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	by_uuid->uuid = account->uuid;
	by_uuid->at = at;
	HASH_ADD(hh, index->uuids, uuid, sizeof(by_uuid->uuid), by_uuid);
	if (TN_HASH_LOST(hh, by_uuid)) {
		free(by_uuid);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	return TN_OK;
}

static void
lock_person(struct person *person, const struct tn_lock *lock)
{
	person->locks |= (unsigned int)lock->kind;
	if (person->locked_since == TN_TIME_NONE ||
	    lock->since < person->locked_since)
		person->locked_since = lock->since;
}

/* A lock names its person twice; either match locks, and so does each of two
   accounts with the number. */
static void
apply_lock(struct people *people, const struct tn_lock *lock)
{
	struct people_by_uuid *by_uuid = NULL;
	const struct people_word *number;
	size_t i;

	HASH_FIND(hh, people->index->uuids, &lock->person_uuid,
	          sizeof(lock->person_uuid), by_uuid);
	if (by_uuid)
		lock_person(&people->persons[by_uuid->at], lock);
	number = people_word_find(people->index->numbers, lock->staff_number);
	if (!number)
		return;
	lock_person(&people->persons[number->at], lock);
	for (i = 0; people->index->has_seconds && i < people->count; i++) {
		if (people->persons[i].is_second &&
		    !strcmp(people->persons[i].account->staff_number,
		            lock->staff_number))
			lock_person(&people->persons[i], lock);
	}
}

int
people_finish(struct people *people, struct tn_err *err)
{
	size_t i;
	int r;

	if (people->count)
		qsort(people->persons, people->count, sizeof(struct person),
		      compare_persons);
	people_drop_old_locals(people);
	if (people->local_count)
		qsort(people->locals, people->local_count,
		      sizeof(struct local_account), compare_locals);
	/* The table of hosts holds places that sorting moves. */
	people_words_free(&people->index->hosts);
	if (people->host_count)
		qsort(people->hosts, people->host_count,
		      sizeof(struct host_report), compare_hosts);
	for (i = 0; i < people->count; i++) {
		r = index_person(people, i, err);
		if (r)
			return r;
	}
	for (i = 0; i < people->group_count; i++) {
		r = people_word_add(&people->index->names,
		                    people->groups[i]->name, 0, err);
		if (r)
			return r;
	}
	for (i = 0; i < people->lock_count; i++) {
		struct tn_lock *lock = people->locks[i];
		const struct people_word *release =
		    people_word_find(people->index->released, lock->name);

		if (release && release->created >= lock->created)
			lock->released = true;
		if (!lock->released)
			apply_lock(people, lock);
	}
	return TN_OK;
}

const struct person *
people_by_login(const struct people *people, const char *login)
{
	const struct people_word *word =
	    people_word_find(people->index->logins, login);

	return word ? &people->persons[word->at] : NULL;
}

const struct person *
people_by_staff_number(const struct people *people, const char *staff_number)
{
	const struct people_word *word =
	    people_word_find(people->index->numbers, staff_number);

	return word ? &people->persons[word->at] : NULL;
}

const struct tn_group *
people_group(const struct people *people, const char *name)
{
	size_t i;

	for (i = 0; i < people->group_count; i++) {
		if (!strcmp(people->groups[i]->name, name))
			return people->groups[i];
	}
	return NULL;
}

bool
people_has_name(const struct people *people, const char *name)
{
	return people_word_find(people->index->names, name) != NULL;
}
