/* Hosts, their reports, and applications: what an audit asks beside people. */
#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "people_index.h"

static int
no_memory(struct tn_err *err)
{
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

/* The host of this name; added where it is new. */
static int
host_at(struct people *people, const char *name, struct host_report **ret,
        struct tn_err *err)
{
	const struct people_word *word =
	    people_word_find(people->index->hosts, name);
	struct host_report host = { .seen = TN_TIME_NONE };
	void *array = people->hosts;
	int r;

	if (word) {
		*ret = &people->hosts[word->at];
		return TN_OK;
	}
	r = people_grow(&array, people->host_count, &people->index->host_room,
	                sizeof(host), err);
	people->hosts = array;
	if (r)
		return r;
	host.host = strdup(name);
	host.break_glass = strdup("");
	if (!host.host || !host.break_glass)
		r = no_memory(err);
	else
		r = people_word_add(&people->index->hosts, name,
		                    people->host_count, err);
	if (r) {
		free(host.host);
		free(host.break_glass);
		return r;
	}
	people->hosts[people->host_count] = host;
	*ret = &people->hosts[people->host_count++];
	return TN_OK;
}

int
people_add_host(struct people *people, const char *host, struct tn_err *err)
{
	struct host_report *at = NULL;
	int r = host_at(people, host, &at, err);

	if (!r)
		at->is_registered = true;
	return r;
}

int
people_add_report(struct people *people, const char *host, int64_t seen,
                  const char *break_glass, struct tn_err *err)
{
	struct host_report *at = NULL;
	char *copy;
	int r = host_at(people, host, &at, err);

	if (r)
		return r;
	at->seen = seen;
	at->is_reported = true;
	copy = strdup(break_glass ? break_glass : "");
	if (!copy)
		return no_memory(err);
	free(at->break_glass);
	at->break_glass = copy;
	return TN_OK;
}

bool
people_has_report(const struct people *people, const char *host, int64_t seen)
{
	const struct people_word *word =
	    people_word_find(people->index->hosts, host);

	return word && people->hosts[word->at].is_reported &&
	       people->hosts[word->at].seen >= seen;
}

void
people_drop_old_locals(struct people *people)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < people->local_count; i++) {
		struct local_account *local = &people->locals[i];
		const struct people_word *word =
		    people_word_find(people->index->hosts, local->host);

		if (!word || people->hosts[word->at].seen <= local->seen) {
			people->locals[kept++] = *local;
			continue;
		}
		free(local->host);
		free(local->name);
		free(local->shell);
	}
	people->local_count = kept;
}

int
people_add_approved(struct people *people, const char *staff_number,
                    struct tn_err *err)
{
	char folded[TN_DN_MAX + 1];

	people_fold_dn(staff_number, folded, sizeof(folded));
	return people_word_add(&people->index->approved, folded, 0, err);
}

bool
people_is_approved(const struct people *people, const char *staff_number)
{
	char folded[TN_DN_MAX + 1];

	people_fold_dn(staff_number, folded, sizeof(folded));
	return people_word_find(people->index->approved, folded) != NULL;
}
