#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"

Test(err, a_failure_is_one_line_with_its_code)
{
	struct tn_err err = TN_ERR_INIT;

	errno = EINTR;
	cr_expect_eq(tn_fail(&err, TN_E_INVALID, "line %d: no number", 7),
	             TN_E_INVALID);
	cr_expect_eq(err.code, TN_E_INVALID);
	cr_expect_eq(err.sys, 0);
	cr_expect_str_eq(err.text, "line 7: no number");
	cr_expect_eq(errno, EINTR, "the caller's errno survives");
}

Test(err, context_is_put_in_front)
{
	struct tn_err err = TN_ERR_INIT;

	tn_fail_errno(&err, TN_E_IO, ENOSPC, "write");
	cr_expect_eq(tn_context(&err, "snapshot %s", "/x"), TN_E_IO);
	cr_expect_eq(err.sys, ENOSPC);
	cr_expect_str_eq(err.text,
	                 "snapshot /x: write: No space left on device");
}

Test(err, a_text_may_be_made_of_itself)
{
	struct tn_err err = TN_ERR_INIT;

	tn_fail(&err, TN_E_INVALID, "inner");
	tn_fail(&err, TN_E_RULE, "outer(%s)", err.text);
	cr_expect_str_eq(err.text, "outer(inner)");
	tn_context(&err, "again %s", err.text);
	cr_expect_str_eq(err.text, "again outer(inner): outer(inner)");
}

Test(err, a_long_text_is_cut_at_a_whole_character)
{
	struct tn_err err = TN_ERR_INIT;
	char text[1024] = "";
	size_t shift;
	size_t i;

	for (shift = 0; shift < 3; shift++) {
		memset(text, 0, sizeof(text));
		memset(text, 'a', shift);
		for (i = 0; i < 300; i++)
			memcpy(text + shift + 3 * i, "王", 3);
		tn_fail(&err, TN_E_INVALID, "%s", text);
		cr_expect_leq(strlen(err.text), TN_ERR_TEXT_MAX - 1);
		cr_expect_geq(strlen(err.text), TN_ERR_TEXT_MAX - 3);
		cr_expect(tn_text_is_utf8(err.text, strlen(err.text)),
		          "shift %zu", shift);
		cr_expect_null(strchr(err.text, '?'), "shift %zu", shift);
		/* And again when context pushes it out. */
		tn_context(&err, "front");
		cr_expect(tn_text_is_utf8(err.text, strlen(err.text)),
		          "shift %zu", shift);
		cr_expect_eq(strncmp(err.text, "front: ", 7), 0);
	}
}

Test(err, what_others_wrote_cannot_forge_a_line)
{
	struct tn_err err = TN_ERR_INIT;

	tn_fail(&err, TN_E_INVALID, "user %s", "a\nroot logged in\x1b[0m\xff");
	cr_expect_str_eq(err.text, "user a?root logged in?[0m?");
}

Test(err, nobody_need_ask_for_the_text)
{
	struct tn_err none = TN_ERR_INIT;

	cr_expect_eq(tn_fail(NULL, TN_E_LIMIT, "x"), TN_E_LIMIT);
	cr_expect_eq(tn_fail_errno(NULL, TN_E_IO, EIO, "x"), TN_E_IO);
	cr_expect_eq(tn_context(NULL, "x"), TN_E_BUG);
	cr_expect_eq(tn_context(&none, "x"), TN_E_BUG);
	cr_expect_str_eq(none.text, "");
}

Test(err, each_code_has_its_own_words)
{
	int a;
	int b;

	for (a = TN_OK; a >= TN_E_BUG; a--) {
		cr_expect_str_neq(tn_code_words(a), "unknown error");
		for (b = TN_OK; b > a; b--)
			cr_expect_str_neq(tn_code_words(a), tn_code_words(b));
	}
	cr_expect_str_eq(tn_code_words(-999), "unknown error");
}

/* What a call writes to stderr. */
static void
read_back(int fd, char text[4096])
{
	ssize_t n = read(fd, text, 4095);

	text[n > 0 ? n : 0] = '\0';
}

Test(log, lines_go_to_stderr_where_asked_and_errno_survives)
{
	struct tn_err err = TN_ERR_INIT;
	int pipe_fd[2];
	char text[4096];

	cr_assert_eq(pipe(pipe_fd), 0);
	cr_assert_geq(dup2(pipe_fd[1], STDERR_FILENO), 0);
	cr_assert_eq(fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK), 0);
	tn_log_open("unit[log]", true, false);
	errno = ENOENT;
	tn_log_info("one %d\nforged", 1);
	cr_expect_eq(errno, ENOENT);
	read_back(pipe_fd[0], text);
	cr_expect_str_eq(text, "unit[log]: one 1?forged\n");
	tn_log_debug("not asked for");
	read_back(pipe_fd[0], text);
	cr_expect_str_eq(text, "");
	tn_log_open("unit[log]", true, true);
	tn_log_debug("asked for");
	read_back(pipe_fd[0], text);
	cr_expect_str_eq(text, "unit[log]: asked for\n");
	tn_fail(&err, TN_E_IO, "it broke");
	tn_log_err("snapshot", &err);
	read_back(pipe_fd[0], text);
	cr_expect_str_eq(text, "unit[log]: snapshot: it broke\n");
	err.text[0] = '\0';
	tn_log_err(NULL, &err);
	read_back(pipe_fd[0], text);
	cr_expect_str_eq(text, "unit[log]: input/output error\n");
}
