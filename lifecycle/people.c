#include "people.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "account/serve_rule.h"
#include "base/text.h"

/* A set of texts, or a table from text to a person. */
struct word {
	char *text; /* owned */
	size_t at;  /* of a person, where it is a table */
	UT_hash_handle hh;
};

struct by_uuid {
	struct tn_uuid uuid;
	size_t at;
	UT_hash_handle hh;
};

struct by_uid {
	uint32_t uid;
	size_t at; /* of the elder so far */
	UT_hash_handle hh;
};

struct people_index {
	size_t person_room;
	size_t lock_room;
	size_t group_room;
	size_t local_room;
	struct word *released; /* cn of locks */
	struct word *roles;    /* members' dn, folded */
	struct word *names;    /* logins and groups */
	struct word *logins;
	struct word *numbers; /* the elder of each staff number */
	struct by_uuid *uuids;
	struct by_uid *uids;
	bool has_seconds; /* some staff number has two accounts */
};

static int
no_memory(struct tn_err *err)
{
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

static struct word *
word_find(struct word *words, const char *text)
{
	struct word *word = NULL;

	HASH_FIND_STR(words, text, word);
	return word;
}

/* Adds it unless it is there. */
static int
word_add(struct word **words, const char *text, size_t at, struct tn_err *err)
{
	struct word *word = word_find(*words, text);

	if (word)
		return TN_OK;
	word = calloc(1, sizeof(*word));
	if (word)
		word->text = strdup(text);
	if (!word || !word->text) {
		free(word);
		return no_memory(err);
	}
	word->at = at;
	HASH_ADD_KEYPTR(hh, *words, word->text, strlen(word->text), word);
	return TN_OK;
}

static void
words_free(struct word **words)
{
	struct word *word;
	struct word *next;

	HASH_ITER(hh, *words, word, next)
	{
		HASH_DEL(*words, word);
		free(word->text);
		free(word);
	}
}

int
people_new(struct people **ret, struct tn_err *err)
{
	struct people *people = calloc(1, sizeof(*people));

	if (people)
		people->index = calloc(1, sizeof(*people->index));
	if (!people || !people->index) {
		free(people);
		return no_memory(err);
	}
	*ret = people;
	return TN_OK;
}

void
people_free(struct people *people)
{
	struct people_index *index;
	struct by_uuid *uuid;
	struct by_uuid *next_uuid;
	struct by_uid *uid;
	struct by_uid *next_uid;
	size_t i;

	if (!people)
		return;
	index = people->index;
	words_free(&index->released);
	words_free(&index->roles);
	words_free(&index->names);
	words_free(&index->logins);
	words_free(&index->numbers);
	HASH_ITER(hh, index->uuids, uuid, next_uuid)
	{
		HASH_DEL(index->uuids, uuid);
		free(uuid);
	}
	HASH_ITER(hh, index->uids, uid, next_uid)
	{
		HASH_DEL(index->uids, uid);
		free(uid);
	}
	free(index);
	for (i = 0; i < people->count; i++)
		tn_account_free(people->persons[i].account);
	for (i = 0; i < people->lock_count; i++)
		tn_lock_free(people->locks[i]);
	for (i = 0; i < people->group_count; i++)
		tn_group_free(people->groups[i]);
	for (i = 0; i < people->local_count; i++) {
		free(people->locals[i].host);
		free(people->locals[i].name);
		free(people->locals[i].shell);
	}
	free(people->persons);
	free(people->locks);
	free(people->groups);
	free(people->locals);
	free(people);
}

/* Room for one more element of *array. */
static int
grow(void **array, size_t count, size_t *room, size_t size, struct tn_err *err)
{
	size_t more;
	void *bigger;

	if (count < *room)
		return TN_OK;
	if (count >= PEOPLE_ACCOUNTS_MAX)
		return tn_fail(err, TN_E_LIMIT,
		               "the directory holds more than %d entries of "
		               "a kind",
		               PEOPLE_ACCOUNTS_MAX);
	more = *room ? *room * 2 : 64;
	bigger = reallocarray(*array, more, size);
	if (!bigger)
		return no_memory(err);
	*array = bigger;
	*room = more;
	return TN_OK;
}

int
people_add_account(struct people *people, const struct tn_account *account,
                   struct tn_err *err)
{
	struct person person = { .locked_since = TN_TIME_NONE };
	void *array = people->persons;
	int r;

	r = grow(&array, people->count, &people->index->person_room,
	         sizeof(person), err);
	people->persons = array;
	if (!r)
		r = tn_account_dup(account, &person.account, err);
	if (!r)
		people->persons[people->count++] = person;
	return r;
}

int
people_add_lock(struct people *people, const struct tn_lock *lock,
                struct tn_err *err)
{
	void *array = people->locks;
	int r;

	r = grow(&array, people->lock_count, &people->index->lock_room,
	         sizeof(struct tn_lock *), err);
	people->locks = array;
	if (!r)
		r = tn_lock_dup(lock, &people->locks[people->lock_count], err);
	if (!r)
		people->lock_count++;
	return r;
}

int
people_add_group(struct people *people, const struct tn_group *group,
                 struct tn_err *err)
{
	void *array = people->groups;
	int r;

	r = grow(&array, people->group_count, &people->index->group_room,
	         sizeof(struct tn_group *), err);
	people->groups = array;
	if (!r)
		r = tn_group_dup(group, &people->groups[people->group_count],
		                 err);
	if (!r)
		people->group_count++;
	return r;
}

int
people_add_release(struct people *people, const char *lock_name,
                   struct tn_err *err)
{
	return word_add(&people->index->released, lock_name, 0, err);
}

/* Lower case, no blanks beside ',' and '=': enough to compare the dn of a
   member with the dn of an entry, both written by the same server. */
static void
fold_dn(const char *dn, char *ret, size_t size)
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

int
people_add_role_member(struct people *people, const char *dn,
                       struct tn_err *err)
{
	char folded[TN_DN_MAX + 1];

	fold_dn(dn, folded, sizeof(folded));
	return word_add(&people->index->roles, folded, 0, err);
}

/* Splits "name:uid:shell"; false when it is not that. */
static bool
split_local(const char *line, size_t *ret_name_len, uint32_t *ret_uid,
            const char **ret_shell)
{
	const char *first = strchr(line, ':');
	const char *second = first ? strchr(first + 1, ':') : NULL;
	unsigned long long uid;
	char number[16];
	size_t len;

	if (!second || first == line)
		return false;
	len = (size_t)(second - first) - 1;
	if (len >= sizeof(number))
		return false;
	memcpy(number, first + 1, len);
	number[len] = '\0';
	if (!tn_text_to_u64(number, UINT32_MAX, &uid))
		return false;
	*ret_name_len = (size_t)(first - line);
	*ret_uid = (uint32_t)uid;
	*ret_shell = second + 1;
	return true;
}

int
people_add_local(struct people *people, const char *host, const char *line,
                 int64_t seen, const char *break_glass, struct tn_err *err)
{
	struct local_account local = { .seen = seen };
	const char *shell = "";
	size_t name_len = strlen(line);
	void *array = people->locals;
	int r;

	local.is_nonsense = !split_local(line, &name_len, &local.uid, &shell);
	r = grow(&array, people->local_count, &people->index->local_room,
	         sizeof(local), err);
	people->locals = array;
	if (r)
		return r;
	local.host = strdup(host);
	local.name = strndup(line, name_len);
	local.shell = strdup(shell);
	if (!local.host || !local.name || !local.shell) {
		free(local.host);
		free(local.name);
		free(local.shell);
		return no_memory(err);
	}
	local.is_break_glass = !local.is_nonsense && break_glass &&
	                       !strcmp(break_glass, local.name);
	people->locals[people->local_count++] = local;
	return TN_OK;
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
compare_locals(const void *a, const void *b)
{
	const struct local_account *x = a;
	const struct local_account *y = b;
	int r = strcmp(x->host, y->host);

	return r ? r : strcmp(x->name, y->name);
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
	struct by_uuid *by_uuid;
	struct by_uid *by_uid = NULL;
	struct word *word;
	int r;

	fold_dn(account->dn, folded, sizeof(folded));
	person->holds_role = word_find(index->roles, folded) != NULL;
	if ((r = word_add(&index->logins, account->login, at, err)) ||
	    (r = word_add(&index->names, account->login, at, err)))
		return r;

	if (account->kind == TN_KIND_PERSON && *account->staff_number) {
		word = word_find(index->numbers, account->staff_number);
		if (word) {
			people->persons[younger(people, &word->at, at)]
			    .is_second = true;
			index->has_seconds = true;
		} else if ((r = word_add(&index->numbers, account->staff_number,
		                         at, err))) {
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
			return no_memory(err);
		by_uid->uid = account->uid;
		by_uid->at = at;
		HASH_ADD(hh, index->uids, uid, sizeof(by_uid->uid), by_uid);
	}

	by_uuid = calloc(1, sizeof(*by_uuid));
	if (!by_uuid)
		return no_memory(err);
	by_uuid->uuid = account->uuid;
	by_uuid->at = at;
	HASH_ADD(hh, index->uuids, uuid, sizeof(by_uuid->uuid), by_uuid);
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
	struct by_uuid *by_uuid = NULL;
	const struct word *number;
	size_t i;

	HASH_FIND(hh, people->index->uuids, &lock->person_uuid,
	          sizeof(lock->person_uuid), by_uuid);
	if (by_uuid)
		lock_person(&people->persons[by_uuid->at], lock);
	number = word_find(people->index->numbers, lock->staff_number);
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
	if (people->local_count)
		qsort(people->locals, people->local_count,
		      sizeof(struct local_account), compare_locals);
	for (i = 0; i < people->count; i++) {
		r = index_person(people, i, err);
		if (r)
			return r;
	}
	for (i = 0; i < people->group_count; i++) {
		r = word_add(&people->index->names, people->groups[i]->name, 0,
		             err);
		if (r)
			return r;
	}
	for (i = 0; i < people->lock_count; i++) {
		struct tn_lock *lock = people->locks[i];

		if (word_find(people->index->released, lock->name))
			lock->released = true;
		if (!lock->released)
			apply_lock(people, lock);
	}
	return TN_OK;
}

const struct person *
people_by_login(const struct people *people, const char *login)
{
	const struct word *word = word_find(people->index->logins, login);

	return word ? &people->persons[word->at] : NULL;
}

const struct person *
people_by_staff_number(const struct people *people, const char *staff_number)
{
	const struct word *word =
	    word_find(people->index->numbers, staff_number);

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
	return word_find(people->index->names, name) != NULL;
}
