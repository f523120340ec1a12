#include "journal_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What is kept of a record. */
struct link {
	size_t chain; /* index */
	uint64_t number;
	bool is_readable;
	char previous[TN_HASH_TEXT_MAX];
	char hash[TN_HASH_TEXT_MAX];
};

struct tn_journal_check {
	tn_journal_hash *hash;
	tn_journal_found *found;
	void *arg;
	size_t faults;
	size_t chain_count;
	char (*chains)[TN_JOURNAL_CHAIN_MAX + 1];
	size_t count;
	size_t size;
	struct link *links;
	char copy[TN_JOURNAL_TEXT_MAX + 1];
};

static const struct {
	const char *name;
	const char *words;
} faults[] = {
	[TN_JOURNAL_UNREADABLE] = { "unreadable", "is no record any more" },
	[TN_JOURNAL_EDITED] = { "edited", "was edited: its hash is not that "
	                                  "of its text" },
	[TN_JOURNAL_MOVED] = { "moved", "was moved or renamed: its text stands "
	                                "for another place" },
	[TN_JOURNAL_FORGED] = { "forged", "is under another writer's name" },
	[TN_JOURNAL_GAP] = { "gap", "follows a gap: records before it were "
	                            "removed" },
	[TN_JOURNAL_UNLINKED] = { "unlinked",
	                          "does not follow the record before it: one "
	                          "of them was exchanged" },
};

const char *
tn_journal_fault_words(enum tn_journal_fault fault)
{
	return faults[fault].words;
}

const char *
tn_journal_fault_name(enum tn_journal_fault fault)
{
	return faults[fault].name;
}

int
tn_journal_check_new(tn_journal_hash *hash, tn_journal_found *found, void *arg,
                     struct tn_journal_check **ret, struct tn_err *err)
{
	struct tn_journal_check *check = calloc(1, sizeof(*check));

	if (!check)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	check->hash = hash;
	check->found = found;
	check->arg = arg;
	*ret = check;
	return TN_OK;
}

static void
tell(struct tn_journal_check *check, enum tn_journal_fault fault,
     const char *chain, uint64_t number, uint64_t missing)
{
	check->faults++;
	check->found(fault, chain, number, missing, check->arg);
}

/* Chains are as many as writers: few. */
static int
chain_index(struct tn_journal_check *check, const char *name, size_t *ret,
            struct tn_err *err)
{
	void *more;
	size_t i;

	for (i = 0; i < check->chain_count; i++) {
		if (!strcmp(check->chains[i], name)) {
			*ret = i;
			return TN_OK;
		}
	}
	more = realloc(check->chains, (i + 1) * sizeof(*check->chains));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	check->chains = more;
	if (!tn_text_copy(check->chains[i], sizeof(*check->chains), name))
		return tn_fail(err, TN_E_LIMIT, "a chain's name is too long");
	check->chain_count++;
	*ret = i;
	return TN_OK;
}

/* The record by itself. */
static void
judge(struct tn_journal_check *check, const struct tn_journal_place *place,
      const char *text, size_t len, struct link *link)
{
	struct tn_journal_record record;
	const char *by;
	uint64_t number = 0;

	if (tn_journal_parse(text, len, check->copy, &record, NULL)) {
		tell(check, TN_JOURNAL_UNREADABLE, place->chain, place->number,
		     0);
		return;
	}
	link->is_readable = true;
	memcpy(link->previous, record.text[TN_JOURNAL_PREVIOUS],
	       sizeof(link->previous));
	memcpy(link->hash, record.hash, sizeof(link->hash));
	by = record.text[TN_JOURNAL_BY];
	tn_journal_number(record.text[TN_JOURNAL_NUMBER], &number);
	if (!tn_journal_hash_is_true(text, len, check->hash))
		tell(check, TN_JOURNAL_EDITED, place->chain, place->number, 0);
	if (number != place->number ||
	    strcmp(record.text[TN_JOURNAL_CHAIN], place->chain))
		tell(check, TN_JOURNAL_MOVED, place->chain, place->number, 0);
	if (!place->by || strcmp(by, place->by))
		tell(check, TN_JOURNAL_FORGED, place->chain, place->number, 0);
}

int
tn_journal_check_add(struct tn_journal_check *check,
                     const struct tn_journal_place *place, const char *text,
                     size_t len, struct tn_err *err)
{
	struct link *link;
	int r;

	if (check->count == check->size) {
		size_t size = check->size ? 2 * check->size : 256;
		void *more = realloc(check->links, size * sizeof(*link));

		if (!more)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		check->links = more;
		check->size = size;
	}
	link = &check->links[check->count];
	memset(link, 0, sizeof(*link));
	link->number = place->number;
	r = chain_index(check, place->chain, &link->chain, err);
	if (r)
		return r;
	judge(check, place, text, len, link);
	/* Without a number it has no place among the others. */
	if (place->number)
		check->count++;
	return TN_OK;
}

static int
compare(const void *a, const void *b)
{
	const struct link *left = a;
	const struct link *right = b;

	if (left->chain != right->chain)
		return left->chain < right->chain ? -1 : 1;
	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return 0;
}

/* The records of one chain, in order. */
static void
follow(struct tn_journal_check *check, const struct link *links, size_t count,
       tn_journal_head *head)
{
	const char *chain = check->chains[links[0].chain];
	size_t i;

	for (i = 0; i < count; i++) {
		const struct link *link = &links[i];
		uint64_t before = i ? links[i - 1].number : 0;

		if (link->number > before + 1)
			tell(check, TN_JOURNAL_GAP, chain, link->number,
			     link->number - before - 1);
		/* Of a record that is unreadable no more is to be said. */
		else if (link->is_readable &&
		         (!i || links[i - 1].is_readable) &&
		         strcmp(link->previous,
		                i ? links[i - 1].hash : TN_JOURNAL_NO_HASH))
			tell(check, TN_JOURNAL_UNLINKED, chain, link->number,
			     0);
	}
	if (head)
		head(chain, count, links[count - 1].number,
		     links[count - 1].hash, check->arg);
}

size_t
tn_journal_check_end(struct tn_journal_check *check, tn_journal_head *head)
{
	size_t from = 0;
	size_t to;

	if (check->count)
		qsort(check->links, check->count, sizeof(*check->links),
		      compare);
	while (from < check->count) {
		to = from + 1;
		while (to < check->count &&
		       check->links[to].chain == check->links[from].chain)
			to++;
		follow(check, &check->links[from], to - from, head);
		from = to;
	}
	return check->faults;
}

void
tn_journal_check_free(struct tn_journal_check *check)
{
	if (!check)
		return;
	free(check->chains);
	free(check->links);
	free(check);
}
