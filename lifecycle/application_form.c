/* The form inside: one JSON text, as filed. It is hostile input. */
#include "application.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *
field(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text && strlen(text) <= APPLICATION_FIELD_MAX ? text : "";
}

bool
application_form_read(struct application *application, const char *text,
                      size_t len)
{
	json_t *form = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *people = json_object_get(form, "people");
	size_t count = json_array_size(people);
	size_t i;

	application->reason = application->what = application->login = "";
	if (!json_is_array(people) || !count ||
	    count > APPLICATION_PEOPLE_MAX) {
		json_decref(form);
		return false;
	}
	application->people = calloc(count, sizeof(*application->people));
	if (!application->people) {
		json_decref(form);
		return false;
	}
	for (i = 0; i < count; i++) {
		const json_t *one = json_array_get(people, i);

		application->people[i] = (struct applicant){
			.number = field(one, "number"),
			.name = field(one, "name"),
			.department = field(one, "department"),
			.post = field(one, "post"),
			.start = field(one, "start"),
		};
	}
	application->form = form;
	application->count = count;
	application->reason = field(form, "reason");
	application->what = field(form, "what");
	application->login = field(form, "login");
	return true;
}

static int
put(json_t *object, const char *name, const char *text)
{
	return *text ? json_object_set_new(object, name, json_string(text)) : 0;
}

static json_t *
applicant_json(const struct applicant *person)
{
	json_t *one = json_object();

	if (one && !put(one, "number", person->number) &&
	    !put(one, "name", person->name) &&
	    !put(one, "department", person->department) &&
	    !put(one, "post", person->post) &&
	    !put(one, "start", person->start))
		return one;
	json_decref(one);
	return NULL;
}

int
application_form_make(const struct application *application, char **ret,
                      struct tn_err *err)
{
	json_t *form = json_object();
	json_t *people = json_array();
	char *text = NULL;
	int r = 0;
	size_t i;

	for (i = 0; i < application->count && !r; i++)
		r = json_array_append_new(
		    people, applicant_json(&application->people[i]));
	if (!r)
		r = json_object_set(form, "people", people) ||
		    put(form, "reason", application->reason) ||
		    put(form, "what", application->what) ||
		    put(form, "login", application->login);
	if (!r)
		text = json_dumps(form, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(people);
	json_decref(form);
	if (!text)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	if (strlen(text) > APPLICATION_TEXT_MAX) {
		free(text);
		return tn_fail(err, TN_E_LIMIT,
		               "the form is longer than %zu bytes: file it in "
		               "parts",
		               APPLICATION_TEXT_MAX);
	}
	*ret = text;
	return TN_OK;
}
