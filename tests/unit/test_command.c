#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "base/attrs.h"
#include "command.h"
#include "command_help.h"
#include "command_option.h"

#define WORDS_MAX 8

struct parsed {
	struct command_run run;
	const char *roster;
	bool apply;
	const char *operands[2];
	int status;
};

/* Parses up to eight words as options of a verb that has --roster, --apply
   and up to two operands. */
static struct parsed
parse(const char *const *words, size_t min_operands)
{
	static char texts[WORDS_MAX][64];
	static char *argv[WORDS_MAX + 1];
	struct parsed parsed = {
		.run = { .name = "audit", .password_fd = -1, .argv = argv },
	};
	const struct command_option options[] = {
		{ .name = "--roster", .value = &parsed.roster },
		{ .name = "--apply", .flag = &parsed.apply },
		{ .name = NULL },
	};
	int i;

	argv[0] = texts[0];
	for (i = 0; words[i]; i++) {
		snprintf(texts[i + 1], sizeof(texts[0]), "%s", words[i]);
		argv[i + 1] = texts[i + 1];
	}
	parsed.run.argc = i + 1;
	parsed.status = command_options(&parsed.run, options, parsed.operands,
	                                min_operands, 2);
	return parsed;
}
#define PARSE(min, ...) parse((const char *const[]){ __VA_ARGS__, NULL }, min)

TestSuite(command, .init = cr_redirect_stderr);

Test(command, takes_options_in_both_forms_anywhere)
{
	struct parsed parsed = PARSE(1, "wang", "--roster", "r.csv", "--apply");

	cr_expect_eq(parsed.status, COMMAND_GO_ON);
	cr_expect_str_eq(parsed.roster, "r.csv");
	cr_expect(parsed.apply);
	cr_expect_str_eq(parsed.operands[0], "wang");

	parsed = PARSE(1, "--roster=r.csv", "wang", "li");
	cr_expect_eq(parsed.status, COMMAND_GO_ON);
	cr_expect_str_eq(parsed.roster, "r.csv");
	cr_expect_str_eq(parsed.operands[1], "li");
}

Test(command, takes_the_common_options_behind_the_verb)
{
	struct parsed parsed =
	    PARSE(0, "--json", "--as", "wang", "--password-fd=3");

	cr_expect_eq(parsed.status, COMMAND_GO_ON);
	cr_expect(parsed.run.json);
	cr_expect_str_eq(parsed.run.as, "wang");
	cr_expect_eq(parsed.run.password_fd, 3);
}

Test(command, ends_options_at_two_dashes)
{
	struct parsed parsed = PARSE(1, "--", "--apply");

	cr_expect_eq(parsed.status, COMMAND_GO_ON);
	cr_expect(!parsed.apply);
	cr_expect_str_eq(parsed.operands[0], "--apply");
}

Test(command, answers_usage_errors_with_2)
{
	static const struct {
		const char *name;
		const char *words[4];
		size_t min;
	} rows[] = {
		{ "unknown", { "--rooster" }, 0 },
		{ "abbreviated", { "--app" }, 0 },
		{ "no argument", { "--roster" }, 0 },
		{ "twice", { "--roster=a", "--roster=b" }, 0 },
		{ "flag with argument", { "--apply=yes" }, 0 },
		{ "too few", { NULL }, 1 },
		{ "too many", { "a", "b", "c" }, 0 },
		{ "no descriptor", { "--password-fd", "x" }, 0 },
		{ "negative descriptor", { "--password-fd=-1" }, 0 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		cr_expect_eq(parse(rows[i].words, rows[i].min).status,
		             EXIT_USAGE, "%s", rows[i].name);
}

/* DESIGN section 10: the exit status of every command. */
Test(command, maps_every_error_to_its_exit_status)
{
	static const struct {
		int code;
		int status;
	} rows[] = {
		{ TN_E_RULE, 1 },       { TN_E_EXISTS, 1 },
		{ TN_E_STALE, 1 },      { TN_E_DENIED, 1 },
		{ TN_E_INVALID, 3 },    { TN_E_UNREACHABLE, 3 },
		{ TN_E_INCOMPLETE, 3 }, { TN_E_TIMEOUT, 3 },
		{ TN_E_NOT_FOUND, 3 },  { TN_E_DAMAGED, 3 },
		{ TN_E_NO_MEMORY, 3 },
	};
	const struct command_run run = { .name = "audit" };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct tn_err err = { .code = rows[i].code };

		cr_expect_eq(command_fail(&run, &err), rows[i].status, "%s",
		             tn_code_words(rows[i].code));
	}
}

Test(command, counts_a_swap_of_letters_as_one_mistake)
{
	cr_expect_eq(command_distance("audit", "audit", 2), 0);
	cr_expect_eq(command_distance("auidt", "audit", 2), 1);
	cr_expect_eq(command_distance("isue", "issue", 2), 1);
	cr_expect_eq(command_distance("depart", "show", 2), 3);
}

Test(command, a_reason_is_one_line)
{
	const struct command_run run = { .name = "depart" };
	char text[TN_REASON_MAX + 2];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cr_expect_eq(command_reason(&run, text), EXIT_USAGE);
	text[TN_REASON_MAX] = '\0';
	cr_expect_eq(command_reason(&run, text), COMMAND_GO_ON);
	cr_expect_eq(command_reason(&run, "离职"), COMMAND_GO_ON);
	cr_expect_eq(command_reason(&run, NULL), EXIT_USAGE);
	cr_expect_eq(command_reason(&run, ""), EXIT_USAGE);
	cr_expect_eq(command_reason(&run, "two\nlines"), EXIT_USAGE);
	cr_expect_eq(command_reason(&run, "\xff"), EXIT_USAGE);
}
