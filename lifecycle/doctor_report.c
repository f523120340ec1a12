/* What the checks said: gathered, then shown as text or JSON. */
#include "doctor.h"

#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

TN_PRINTF(4, 0)
static void
say(struct doctor *doctor, enum doctor_kind kind, const char *object,
    const char *format, va_list words)
{
	struct doctor_said *said;

	if (doctor->count == DOCTOR_SAID_MAX)
		return;
	said = &doctor->said[doctor->count++];
	said->check = doctor->check;
	said->kind = kind;
	snprintf(said->object, sizeof(said->object), "%s", object);
	vsnprintf(said->cause, sizeof(said->cause), format, words);
	/* Files and the directory are hostile: one clean line. */
	tn_text_clean(said->object);
	tn_text_clean(said->cause);
}

void
doctor_complain(struct doctor *doctor, const char *object, const char *format,
                ...)
{
	va_list words;

	va_start(words, format);
	say(doctor, DOCTOR_COMPLAINT, object, format, words);
	va_end(words);
}

void
doctor_unknown(struct doctor *doctor, const char *object, const char *format,
               ...)
{
	va_list words;

	va_start(words, format);
	say(doctor, DOCTOR_UNKNOWN, object, format, words);
	va_end(words);
}

void
doctor_note(struct doctor *doctor, const char *object, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	say(doctor, DOCTOR_NOTE, object, format, words);
	va_end(words);
}

bool
doctor_is_heard(struct doctor *doctor)
{
	if (doctor->session.connection)
		return true;
	doctor_unknown(doctor, "directory", "%s", doctor->connect_error.text);
	return false;
}

static size_t
count_of(const struct doctor *doctor, const struct doctor_check *check,
         enum doctor_kind kind)
{
	size_t found = 0;
	size_t i;

	for (i = 0; i < doctor->count; i++) {
		found += (!check || doctor->said[i].check == check) &&
		         doctor->said[i].kind == kind;
	}
	return found;
}

static const char *
kind_text(enum doctor_kind kind)
{
	switch (kind) {
	case DOCTOR_COMPLAINT:
		return "complaint";
	case DOCTOR_UNKNOWN:
		return "could not tell";
	default:
		return "note";
	}
}

static size_t
checks_of(const struct doctor *doctor)
{
	const struct doctor_check *check;
	size_t count = 0;

	for (check = doctor_checks; check->id; check++)
		count += (check->where & doctor->where) != 0;
	return count;
}

static void
print_text(const struct doctor *doctor)
{
	size_t i;

	for (i = 0; i < doctor->count; i++) {
		const struct doctor_said *said = &doctor->said[i];

		printf("%-14s %s: %s: %s", kind_text(said->kind),
		       said->check->id, said->object, said->cause);
		if (said->kind == DOCTOR_COMPLAINT)
			printf(". Way out: %s (%s)", said->check->mend,
			       said->check->article);
		putchar('\n');
	}
	printf("%zu checks of this %s: %zu complaints, %zu could not be told\n",
	       checks_of(doctor),
	       doctor->where == DOCTOR_HOST ? "host" : "directory server",
	       count_of(doctor, NULL, DOCTOR_COMPLAINT),
	       count_of(doctor, NULL, DOCTOR_UNKNOWN));
}

static json_t *
check_json(const struct doctor *doctor, const struct doctor_check *check)
{
	json_t *said = json_array();
	const char *answer = "good";
	size_t i;

	for (i = 0; i < doctor->count; i++) {
		const struct doctor_said *one = &doctor->said[i];

		if (one->check == check)
			json_array_append_new(
			    said, json_pack("{s:s, s:s, s:s}", "kind",
			                    kind_text(one->kind), "object",
			                    one->object, "cause", one->cause));
	}
	if (count_of(doctor, check, DOCTOR_COMPLAINT))
		answer = kind_text(DOCTOR_COMPLAINT);
	else if (count_of(doctor, check, DOCTOR_UNKNOWN))
		answer = kind_text(DOCTOR_UNKNOWN);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "id", check->id,
	                 "article", check->article, "what", check->what, "mend",
	                 check->mend, "answer", answer, "said", said);
}

static void
print_json(const struct doctor *doctor)
{
	const struct doctor_check *check;
	json_t *checks = json_array();
	json_t *root;

	for (check = doctor_checks; check->id; check++) {
		if (check->where & doctor->where)
			json_array_append_new(checks,
			                      check_json(doctor, check));
	}
	root = json_pack(
	    "{s:s, s:I, s:I, s:o}", "where",
	    doctor->where == DOCTOR_HOST ? "host" : "directory", "complaints",
	    (json_int_t)count_of(doctor, NULL, DOCTOR_COMPLAINT), "unknown",
	    (json_int_t)count_of(doctor, NULL, DOCTOR_UNKNOWN), "checks",
	    checks);
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

int
doctor_report(const struct doctor *doctor, const struct command_run *run)
{
	if (run->json)
		print_json(doctor);
	else
		print_text(doctor);
	if (count_of(doctor, NULL, DOCTOR_COMPLAINT))
		return EXIT_FINDINGS;
	return count_of(doctor, NULL, DOCTOR_UNKNOWN) ? EXIT_UNKNOWN
	                                              : EXIT_CLEAN;
}
