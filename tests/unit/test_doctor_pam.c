/* Lines of /etc/pam.d as doctor reads them, and the table of its checks. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/attrs.h"
#include "doctor.h"
#include "doctor_pam_line.h"

Test(doctor_pam, reads_the_parts_of_a_line)
{
	static const struct {
		const char *text;
		const char *type, *control, *module, *options;
	} rows[] = {
		{ "auth required pam_unix.so nullok\n", "auth", "required",
		  "pam_unix.so", " nullok" },
		{ "-session\toptional\tpam_x.so", "session", "optional",
		  "pam_x.so", "" },
		{ "account [success=1 default=ignore]  /lib/security/pam_u.so",
		  "account", "[success=1 default=ignore]", "pam_u.so", "" },
		{ "# auth required pam_unix.so", "", "", "", "" },
		{ "auth required pam_a.so use # it", "auth", "required",
		  "pam_a.so", " use " },
		{ "@include common-auth", "", "", "common-auth", "" },
		{ "\n", "", "", "", "" },
		{ "auth [open", "auth", "[open", "", "" },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const char *at = rows[i].text;
		struct pam_line line;

		cr_expect(pam_line_next(&at, &line), "%s", rows[i].text);
		cr_expect(!strcmp(line.type, rows[i].type) &&
		              !strcmp(line.control, rows[i].control) &&
		              !strcmp(line.module, rows[i].module) &&
		              !strcmp(line.options, rows[i].options),
		          "%s: \"%s\" \"%s\" \"%s\" \"%s\"", rows[i].text,
		          line.type, line.control, line.module, line.options);
		cr_expect(!pam_line_next(&at, &line), "%s: one line",
		          rows[i].text);
	}
}

Test(doctor_pam, cuts_a_word_that_is_too_long)
{
	char text[PAM_WORD_MAX * 3];
	const char *at = text;
	struct pam_line line;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cr_assert(pam_line_next(&at, &line));
	cr_expect(strlen(line.type) == PAM_WORD_MAX - 1);
}

Test(doctor_pam, finds_an_option_and_an_action_as_whole_words)
{
	const char *at = "password [success=end new_success=2 default=die] "
	                 "pam_tenure.so use_authtok_not nodelay";
	struct pam_line line;
	char action[PAM_WORD_MAX];

	cr_assert(pam_line_next(&at, &line));
	cr_expect(!pam_line_has(&line, "use_authtok"));
	cr_expect(pam_line_has(&line, "nodelay"));
	pam_line_action(&line, "success", action);
	cr_expect(!strcmp(action, "end"), "%s", action);
	pam_line_action(&line, "default", action);
	cr_expect(!strcmp(action, "die"), "%s", action);
	pam_line_action(&line, "user_unknown", action);
	cr_expect(!strcmp(action, ""), "%s", action);
}

Test(doctor_table, each_check_has_an_id_of_its_own_an_article_and_a_way_out)
{
	const struct doctor_check *a, *b;

	cr_assert(doctor_checks[0].id);
	for (a = doctor_checks; a->id; a++) {
		cr_expect(*a->article && *a->what && *a->mend && a->run, "%s",
		          a->id);
		cr_expect(a->where & DOCTOR_BOTH, "%s", a->id);
		cr_expect(!strchr(a->mend, '\n'), "%s", a->id);
		for (b = a + 1; b->id; b++)
			cr_expect(strcmp(a->id, b->id) != 0, "%s", a->id);
	}
}
