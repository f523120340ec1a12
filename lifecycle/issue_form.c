#include "issue_form.h"

#include <string.h>

#include "base/buf.h"

#define TEXT_MAX ((size_t)4 * APPLICATION_TEXT_MAX)

/* A cell in quotes; the first of its kind takes no comma before it. */
static void
put_cell(struct tn_buf *text, const char *value, size_t len)
{
	size_t i;

	if (text->len && text->data[text->len - 1] != '\n')
		tn_buf_put_text(text, ",");
	tn_buf_put_text(text, "\"");
	for (i = 0; i < len; i++) {
		if (value[i] == '"')
			tn_buf_put_text(text, "\"");
		tn_buf_put(text, value + i, 1);
	}
	tn_buf_put_text(text, "\"");
}

/* The columns that the configuration names, in this order. */
static void
put_line(struct tn_buf *text, const struct tn_config *config,
         const struct applicant *person)
{
	const struct {
		const char *column;
		const char *value;
	} cells[] = {
		{ config->column_staff_number, person ? person->number : "" },
		{ config->column_name, person ? person->name : "" },
		{ config->column_department, person ? person->department : "" },
		{ config->column_post, person ? person->post : "" },
		{ config->column_start, person ? person->start : "" },
	};
	const char *present = config->status_present;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cells); i++) {
		const char *cell = person ? cells[i].value : cells[i].column;

		if (cells[i].column && *cells[i].column)
			put_cell(text, cell, strlen(cell));
	}
	if (person)
		put_cell(text, present, strcspn(present, "|"));
	else
		put_cell(text, config->column_status,
		         strlen(config->column_status));
	tn_buf_put_text(text, "\n");
}

int
issue_form_roster(const struct application *application,
                  const struct tn_config *config, struct roster **ret,
                  struct tn_err *err)
{
	const enum application_state state = application_state(application);
	struct tn_buf text;
	size_t i;
	int r;

	if (application->kind != APPLICATION_ACCOUNT &&
	    application->kind != APPLICATION_ROSTER)
		return tn_fail(err, TN_E_RULE,
		               "%s asks for a %s: no account of a person comes "
		               "of it",
		               application->name,
		               application_kind_text(application->kind));
	if (state != APPLICATION_APPROVED)
		return tn_fail(err, TN_E_RULE, "%s is %s, not approved",
		               application->name,
		               application_state_text(state));
	if (!application_is_consistent(application))
		return tn_fail(err, TN_E_RULE,
		               "what %s says on the form is not what it lists",
		               application->name);
	tn_buf_init(&text, TEXT_MAX);
	put_line(&text, config, NULL);
	for (i = 0; i < application->count; i++)
		put_line(&text, config, &application->people[i]);
	r = text.failed ? tn_fail(err, text.failed, "the form is too long")
	                : TN_OK;
	if (!r) {
		const char *bytes = tn_buf_text(&text);

		r = bytes ? roster_parse(bytes, text.len, config, ret, err)
		          : tn_fail(err, text.failed, "the form is too long");
	}
	tn_buf_done(&text);
	return r ? tn_context(err, "the form of %s", application->name) : TN_OK;
}

const char *
issue_form_permit(const void *context, const struct roster_row *row,
                  const char **ret_why)
{
	const struct applicant *person = NULL;
	const struct application *application =
	    application_set_permit(context, row->staff_number, &person);

	if (!application)
		return NULL;
	*ret_why = application_differs(application, person, row->name,
	                               row->department);
	return application->name;
}
