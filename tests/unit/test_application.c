/* Who may sign what, and what follows: UM-10, UM-11. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "application.h"
#include "application_view.h"
#include "base/attrs.h"

#define TEXT(name, text) static char name[] = text
TEXT(nothing, "");
TEXT(sample_name, "A-1");
TEXT(rd, "cn=rd,ou=departments,dc=example,dc=org");
TEXT(head, "uid=head,ou=people,dc=example,dc=org");
TEXT(boss, "uid=boss,ou=people,dc=example,dc=org");
TEXT(other, "uid=other,ou=people,dc=example,dc=org");
TEXT(e1, "E1");
TEXT(e2, "E2");
TEXT(no, "no");

TEXT(service, "uid=backup,ou=services,dc=example,dc=org");

static char *numbers[] = { e1, e2, NULL };
static char *of_service[] = { service, e1, NULL };
static struct applicant people[] = {
	{ "E2", "张伟", "rd", "", "" },
	{ "e1", "王小明", "rd", "", "" },
};

static struct application
sample(void)
{
	static char form[] = "a form";

	return (struct application){
		.name = sample_name,
		.kind = APPLICATION_ACCOUNT,
		.department_dn = rd,
		.number_count = 2,
		.numbers = numbers,
		.form = (json_t *)(void *)form, /* is there; nobody looks */
		.count = 2,
		.people = people,
		.reason = "",
		.what = "",
		.login = "",
		.filed_by = other,
		.confirmed_by = nothing,
		.approved_by = nothing,
		.rejected_by = nothing,
		.rejected_reason = nothing,
	};
}

static bool
may_sign(const struct application *application, const char *dn,
         const char *number)
{
	const struct application_signer signer = {
		.dn = dn,
		.number = number,
		.head = head,
	};
	struct tn_err err = TN_ERR_INIT;
	int r = application_may_sign(application, &signer, &err);

	cr_expect(!r || (r == TN_E_RULE && err.text[0]));
	return !r;
}

Test(application, is_confirmed_by_the_head_and_nobody_elses_head)
{
	struct application application = sample();

	cr_expect(may_sign(&application, head, "E9"));
	cr_expect(!may_sign(&application, other, "E8"));
	application.kind = APPLICATION_ROSTER; /* hr: the server knows */
	cr_expect(may_sign(&application, other, "E8"));
}

Test(application, is_approved_by_a_second_person)
{
	struct application application = sample();

	application.confirmed_by = head;
	cr_expect(may_sign(&application, boss, "E7"));
	cr_expect(!may_sign(&application, head, "E9"));
	cr_expect(!may_sign(&application,
	                    "UID=head,ou=people,dc=example,dc=org", "E9"));
}

Test(application, is_signed_by_nobody_whom_it_is_for)
{
	struct application application = sample();

	cr_expect(!may_sign(&application, head, "E1"));
	cr_expect(!may_sign(&application, head, "e2"));
	application.confirmed_by = head;
	cr_expect(!may_sign(&application, boss, "E2"));
}

Test(application, is_signed_by_nobody_once_it_is_decided)
{
	struct application application = sample();
	const struct application_signer signer = { boss, "E7", head };

	application.confirmed_by = head;
	application.rejected_by = head;
	application.rejected_reason = no;
	cr_expect(!may_sign(&application, boss, "E7"));
	cr_expect(application_may_reject(&application, &signer, NULL));
	application.rejected_by = nothing;
	application.approved_by = boss;
	cr_expect(!may_sign(&application, boss, "E7"));
	cr_expect(application_may_reject(&application, &signer, NULL));
}

Test(application, permits_accounts_only_when_approved_and_of_a_kind_for_them)
{
	static const struct {
		enum application_kind kind;
		char *confirmed;
		char *approved;
		char *rejected;
		bool permits;
	} rows[] = {
		{ APPLICATION_ACCOUNT, nothing, nothing, nothing, false },
		{ APPLICATION_ACCOUNT, head, nothing, nothing, false },
		{ APPLICATION_ACCOUNT, head, boss, nothing, true },
		{ APPLICATION_ACCOUNT, head, boss, boss, false },
		{ APPLICATION_ROSTER, head, boss, nothing, true },
		{ APPLICATION_SERVICE, head, boss, nothing, false },
		{ APPLICATION_CHANGE, head, boss, nothing, false },
		{ APPLICATION_CLOSURE, head, boss, nothing, false },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct application application = sample();

		application.kind = rows[i].kind;
		application.confirmed_by = rows[i].confirmed;
		application.approved_by = rows[i].approved;
		application.rejected_by = rows[i].rejected;
		cr_expect_eq(application_permits(&application, "e1"),
		             rows[i].permits, "row %zu", i);
		cr_expect(!application_permits(&application, "E3"));
	}
}

/* The server goes by the list; who signs reads the form. */
Test(application, is_not_signed_where_the_form_says_something_else)
{
	struct application application = sample();
	static struct applicant twice[] = { { "E1", "a", "", "", "" },
		                            { "e1", "b", "", "", "" } };

	cr_expect(application_is_consistent(&application));
	application.count = 1;
	cr_expect(!application_is_consistent(&application));
	cr_expect(!may_sign(&application, head, "E9"));
	application.count = 2;
	application.people = twice;
	cr_expect(!application_is_consistent(&application));
	application = sample();
	application.form = NULL;
	cr_expect(!may_sign(&application, head, "E9"));
	application = sample();
	application.kind = APPLICATION_SERVICE;
	application.login = "backup";
	cr_expect(!application_is_consistent(&application));
	application.count = 1;
	application.people = &people[1];
	cr_expect(!application_is_consistent(&application));
	application.numbers = of_service;
	cr_expect(application_is_consistent(&application));
	application.login = "other";
	cr_expect(!application_is_consistent(&application));
}

Test(application, differs_from_a_roster_by_name_and_department)
{
	struct application application = sample();

	cr_expect_null(
	    application_differs(&application, &people[1], "王小明", "rd"));
	cr_expect_null(
	    application_differs(&application, &people[1], "王小明", ""));
	cr_expect_not_null(
	    application_differs(&application, &people[1], "张伟", "rd"));
	cr_expect_not_null(
	    application_differs(&application, &people[1], "王小明", "it"));
	cr_expect_not_null(
	    application_differs(&application, NULL, "王小明", "rd"));
	application.kind = APPLICATION_ROSTER;
	cr_expect_null(
	    application_differs(&application, &people[1], "王小明", "it"));
}

/* UM-11 */
Test(application, closes_an_account_only_as_an_approved_closure_of_it)
{
	struct application application = sample();

	application.kind = APPLICATION_CLOSURE;
	cr_expect(application_closes(&application, "E1", NULL));
	application.confirmed_by = head;
	cr_expect(application_closes(&application, "E1", NULL));
	application.approved_by = boss;
	cr_expect(!application_closes(&application, "E1", NULL));
	cr_expect(application_closes(&application, "E3", NULL));
	application.kind = APPLICATION_CHANGE;
	cr_expect(application_closes(&application, "E1", NULL));
	application.kind = APPLICATION_CLOSURE;
	application.rejected_by = head;
	cr_expect(application_closes(&application, "E1", NULL));
}

Test(application, comes_back_from_its_form_as_it_was)
{
	struct application out = sample();
	struct application in = sample();
	char *text = NULL;

	out.reason = "新员工 \"a\" \\ <b>";
	cr_assert(!application_form_make(&out, &text, NULL));
	in.people = NULL;
	in.form = NULL;
	cr_assert(application_form_read(&in, text, strlen(text)));
	cr_expect_eq(in.count, 2);
	cr_expect_str_eq(in.people[0].name, "张伟");
	cr_expect_str_eq(in.reason, out.reason);
	cr_expect(application_is_consistent(&in));
	free(in.people);
	json_decref(in.form);
	free(text);
}

Test(application, takes_no_nonsense_for_a_form)
{
	static const char *const rows[] = {
		"",
		"x",
		"{}",
		"[]",
		"{\"people\": 1}",
		"{\"people\": []}",
		"{\"people\": [{}], \"people\": [{}]}",
		"{\"people\": [{\"number\": \"\\u0000\"}]}",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct application application = sample();

		cr_expect(!application_form_read(&application, rows[i],
		                                 strlen(rows[i])),
		          "%s", rows[i]);
	}
}

static void
expect_value(const char *dn, const char *wanted)
{
	char value[16];

	application_dn_value(dn, value, sizeof(value));
	cr_expect_str_eq(value, wanted, "%s gave %s", dn, value);
}

Test(application, reads_the_name_out_of_a_dn)
{
	expect_value("uid=wang,ou=people", "wang");
	expect_value("cn=a\\2Cb,ou=x", "a,b");
	expect_value("cn=a\\,b,ou=x", "a,b");
	expect_value("cn=\\E7\\A0\\94,ou=x", "研");
	expect_value("cn=a+sn=b,ou=x", "a");
	expect_value("", "");
	expect_value("cn=\\", "\\");
	expect_value("cn=0123456789abcdefghij", "0123456789abcde");
}

/* What others wrote does nothing on the page. */
Test(application, puts_no_markup_of_others_on_its_page)
{
	static struct applicant hostile[] = {
		{ "E1", "<script>alert(1)</script>", "\"'&", "\x1b[2J", "" },
	};
	struct application application = sample();
	struct application_view view = { .application = &application };
	char *page = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&page, &size);

	application.people = hostile;
	application.count = 1;
	application.number_count = 1;
	application.reason = "</td><img src=x onerror=y>";
	application_print_html(out, &view);
	fclose(out);

	cr_expect_null(strstr(page, "<script"));
	cr_expect_null(strstr(page, "<img"));
	cr_expect_null(strchr(page, '\x1b'));
	cr_expect_not_null(strstr(page, "&lt;script&gt;"));
	cr_expect_not_null(strstr(page, "&quot;&#39;&amp;"));
	free(page);
}
