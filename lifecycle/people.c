#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "people_index.h"

static int
no_memory(struct tn_err *err)
{
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
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
	struct people_by_uuid *uuid;
	struct people_by_uuid *next_uuid;
	struct people_by_uid *uid;
	struct people_by_uid *next_uid;
	size_t i;

	if (!people)
		return;
	index = people->index;
	people_words_free(&index->released);
	people_words_free(&index->roles);
	people_words_free(&index->names);
	people_words_free(&index->approved);
	people_words_free(&index->hosts);
	people_words_free(&index->logins);
	people_words_free(&index->numbers);
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
	free(people->gaps);
	for (i = 0; i < people->host_count; i++) {
		free(people->hosts[i].host);
		free(people->hosts[i].break_glass);
	}
	free(people->hosts);
	free(people->persons);
	free(people->locks);
	free(people->groups);
	free(people->locals);
	free(people);
}

int
people_grow(void **array, size_t count, size_t *room, size_t size,
            struct tn_err *err)
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

	r = people_grow(&array, people->count, &people->index->person_room,
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

	r = people_grow(&array, people->lock_count, &people->index->lock_room,
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

	r = people_grow(&array, people->group_count, &people->index->group_room,
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
                   int64_t created, struct tn_err *err)
{
	struct people_word **words = &people->index->released;
	const bool is_first = !people_word_find(*words, lock_name);
	struct people_word *word;
	int r = people_word_add(words, lock_name, 0, err);

	if (r)
		return r;
	word = people_word_find(*words, lock_name);
	if (is_first || created > word->created)
		word->created = created;
	return TN_OK;
}

int
people_add_role_member(struct people *people, const char *dn,
                       struct tn_err *err)
{
	char folded[TN_DN_MAX + 1];

	people_fold_dn(dn, folded, sizeof(folded));
	return people_word_add(&people->index->roles, folded, 0, err);
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

	/* A host may be in wrong hands: what could write on a terminal, or is
	   no line of passwd, is no account. */
	local.is_nonsense = name_len > PEOPLE_LINE_MAX ||
	                    !tn_text_is_utf8(line, name_len) ||
	                    tn_text_has_control(line) ||
	                    !split_local(line, &name_len, &local.uid, &shell) ||
	                    name_len > PEOPLE_LOCAL_MAX;
	if (name_len > PEOPLE_LOCAL_MAX)
		name_len = PEOPLE_LOCAL_MAX;
	r = people_grow(&array, people->local_count, &people->index->local_room,
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
	if (local.is_nonsense) {
		tn_text_cut(local.name, name_len);
		tn_text_clean(local.name);
	}
	local.is_break_glass = !local.is_nonsense && break_glass &&
	                       !strcmp(break_glass, local.name);
	people->locals[people->local_count++] = local;
	return TN_OK;
}
