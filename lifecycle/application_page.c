/*
 * One page that needs nothing else: no script, no image, no address. Every
 * value is escaped, and in a bdi element, so that signs which turn the
 * direction of writing end with it.
 */
#include "application_view.h"
#include "html_text.h"

static void
put_cell(FILE *out, const char *text)
{
	char clean[APPLICATION_FIELD_MAX + 1];

	application_clean(text, clean);
	fputs("<td><bdi>", out);
	html_put_text(out, clean);
	fputs("</bdi></td>", out);
}

static void
put_row(void *arg, const char *chinese, const char *english, const char *value)
{
	FILE *out = arg;

	fprintf(out, "<tr><th>%s<br>%s</th><td><bdi>", chinese, english);
	html_put_text(out, value);
	fputs("</bdi></td></tr>\n", out);
}

void
application_print_html(FILE *out, const struct application_view *view)
{
	const struct application *application = view->application;
	size_t i;

	html_put_head(out, "zh", "用户账号申请和变更表");
	fputs("<h1>用户账号申请和变更表<br>Application for user accounts</h1>\n"
	      "<table>\n",
	      out);
	application_rows(view, put_row, out);
	fputs("</table>\n<table>\n<tr><th>工号<br>staff number</th>"
	      "<th>姓名<br>name</th><th>部门<br>department</th>"
	      "<th>岗位<br>post</th><th>入职日期<br>first day</th></tr>\n",
	      out);
	for (i = 0; i < application->count; i++) {
		const struct applicant *person = &application->people[i];

		fputs("<tr>", out);
		put_cell(out, person->number);
		put_cell(out, person->name);
		put_cell(out, person->department);
		put_cell(out, person->post);
		put_cell(out, person->start);
		fputs("</tr>\n", out);
	}
	fputs("</table>\n", out);
	if (!application_is_consistent(application)) {
		fputs(
		    "<p class=\"wrong\">本表与系统登记的工号不符。 The form is "
		    "not what it lists. Listed are:</p>\n<table>\n",
		    out);
		for (i = 0; i < application->number_count; i++) {
			fputs("<tr>", out);
			put_cell(out, application->numbers[i]);
			fputs("</tr>\n", out);
		}
		fputs("</table>\n", out);
	}
	fputs("</body>\n</html>\n", out);
}
