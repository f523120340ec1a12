/* tenure journal show: who did what, when, from where, on whom, why. */
#include "journal_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/text.h"
#include "command_option.h"
#include "journal_read.h"
#include "journal_write.h"

struct shown {
	char *text; /* the record's own memory */
	struct tn_journal_record record;
};

struct listing {
	const char *person;          /* or NULL */
	char since[TN_DAY_TEXT_MAX]; /* "2026-11-01", or empty */
	size_t count;
	size_t size;
	size_t damaged;
	struct shown *shown;
};

/* Is word one of the words of a list "wang 100007, li 100008"? */
static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = list; (at = strstr(at, word)); at++) {
		if ((at == list || at[-1] == ' ') &&
		    (!at[len] || at[len] == ' ' || at[len] == ','))
			return true;
	}
	return false;
}

static bool
is_wanted(const struct listing *listing, const struct tn_journal_record *record)
{
	/* RFC 3339 in UTC sorts as text; a day is a prefix of its times. */
	if (*listing->since &&
	    strcmp(record->text[TN_JOURNAL_TIME], listing->since) < 0)
		return false;
	return !listing->person ||
	       has_word(record->text[TN_JOURNAL_PEOPLE], listing->person);
}

static int
found(const struct tn_journal_place *place, const char *text, size_t len,
      void *arg, struct tn_err *err)
{
	struct listing *listing = arg;
	struct shown shown;

	(void)place;
	shown.text = malloc(TN_JOURNAL_TEXT_MAX + 1);
	if (!shown.text)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	if (tn_journal_parse(text, len, shown.text, &shown.record, NULL)) {
		listing->damaged++;
		free(shown.text);
		return TN_OK;
	}
	if (!is_wanted(listing, &shown.record)) {
		free(shown.text);
		return TN_OK;
	}
	if (listing->count == listing->size) {
		size_t size = listing->size ? 2 * listing->size : 64;
		void *more = realloc(listing->shown, size * sizeof(shown));

		if (!more) {
			free(shown.text);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
		listing->shown = more;
		listing->size = size;
	}
	/* Its texts point into .text: it must not move. */
	listing->shown[listing->count++] = shown;
	return TN_OK;
}

static uint64_t
number_of(const struct shown *shown)
{
	uint64_t number = 0;

	tn_journal_number(shown->record.text[TN_JOURNAL_NUMBER], &number);
	return number;
}

/* By time; within a second, by chain and number. */
static int
compare(const void *a, const void *b)
{
	static const enum tn_journal_field keys[] = { TN_JOURNAL_TIME,
		                                      TN_JOURNAL_CHAIN };
	const struct shown *left = a;
	const struct shown *right = b;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(keys); i++) {
		int order = strcmp(left->record.text[keys[i]],
		                   right->record.text[keys[i]]);

		if (order)
			return order;
	}
	return number_of(left) < number_of(right) ? -1 : 1;
}

static void
print_one(const struct tn_journal_record *record)
{
	static const struct {
		enum tn_journal_field field;
		const char *label;
	} lines[] = {
		{ TN_JOURNAL_BY, "by" },
		{ TN_JOURNAL_USER, "user" },
		{ TN_JOURNAL_LOGIN, "logged in as" },
		{ TN_JOURNAL_SUDO, "by sudo from" },
		{ TN_JOURNAL_HOST, "on" },
		{ TN_JOURNAL_TERMINAL, "terminal" },
		{ TN_JOURNAL_CLIENT, "from" },
		{ TN_JOURNAL_PEOPLE, "people" },
		{ TN_JOURNAL_REASON, "reason" },
		{ TN_JOURNAL_OF, "of" },
		{ TN_JOURNAL_OUTCOME, "outcome" },
	};
	size_t i;

	printf("%s %s %s %s  [%s %s]\n", record->text[TN_JOURNAL_TIME],
	       record->text[TN_JOURNAL_KIND], record->text[TN_JOURNAL_VERB],
	       record->text[TN_JOURNAL_ARGUMENTS],
	       record->text[TN_JOURNAL_CHAIN], record->text[TN_JOURNAL_NUMBER]);
	for (i = 0; i < TN_ARRAY_LEN(lines); i++) {
		if (*record->text[lines[i].field])
			printf("    %-13s %s\n", lines[i].label,
			       record->text[lines[i].field]);
	}
}

static int
print_json(const struct listing *listing, struct tn_err *err)
{
	json_t *root = json_array();
	size_t i;
	int field;
	int r = TN_OK;

	for (i = 0; i < listing->count; i++) {
		const struct tn_journal_record *record =
		    &listing->shown[i].record;
		json_t *one = json_object();

		for (field = 0; field < TN_JOURNAL_FIELDS; field++)
			json_object_set_new(
			    one,
			    tn_journal_field_name((enum tn_journal_field)field),
			    json_string(record->text[field]));
		json_object_set_new(one, "sha256", json_string(record->hash));
		json_array_append_new(root, one);
	}
	if (json_dumpf(root, stdout, JSON_INDENT(1)))
		r = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	putchar('\n');
	json_decref(root);
	return r;
}

static int
print_all(struct command_run *run, struct listing *listing, struct tn_err *err)
{
	size_t i;

	if (listing->count)
		qsort(listing->shown, listing->count, sizeof(*listing->shown),
		      compare);
	if (run->json)
		return print_json(listing, err);
	for (i = 0; i < listing->count; i++)
		print_one(&listing->shown[i].record);
	printf("%zu %s\n", listing->count,
	       listing->count == 1 ? "record" : "records");
	return TN_OK;
}

static int
set_since(struct command_run *run, const char *since, struct listing *listing)
{
	struct tn_err err = TN_ERR_INIT;
	int32_t day;

	if (!since)
		return COMMAND_GO_ON;
	if (tn_day_parse(since, &day, &err))
		return command_usage(run, "--since: %s", err.text);
	tn_day_format(day, listing->since);
	return COMMAND_GO_ON;
}

int
journal_show(struct command_run *run)
{
	struct listing listing = { .person = NULL };
	const char *since = NULL;
	const struct command_option options[] = {
		{ .name = "--person", .value = &listing.person },
		{ .name = "--since", .value = &since },
		{ .name = NULL },
	};
	struct journal_matter matter = { .people = NULL };
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status == COMMAND_GO_ON)
		status = set_since(run, since, &listing);
	if (status != COMMAND_GO_ON)
		return status;
	matter.people = listing.person;
	/* Read first, so that it does not show its own record. */
	(void)((r = session_open(run, &session, &err)) ||
	       (r = journal_read_all(&session, found, &listing, &err)) ||
	       (r = journal_read(run, &session, &matter, &err)) ||
	       (r = print_all(run, &listing, &err)));
	fflush(stdout);
	if (r) {
		status = command_fail(run, &err);
	} else if (listing.damaged) {
		status = command_refuse(run,
		                        "%zu records cannot be read: tenure "
		                        "journal verify says which",
		                        listing.damaged);
	} else {
		status = EXIT_CLEAN;
	}
	while (listing.count)
		free(listing.shown[--listing.count].text);
	free(listing.shown);
	session_close(&session);
	return status;
}
