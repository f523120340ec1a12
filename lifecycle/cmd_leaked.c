/* tenure leaked: the file of leaked passwords that nobody may choose. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask_password.h"
#include "base/day.h"
#include "command.h"
#include "command_option.h"
#include "journal_write.h"
#include "leaked/leaked.h"
#include "leaked/leaked_build.h"
#include "session.h"

#define PATH_DEFAULT TENURE_STATEDIR "/leaked"

/* One line on a terminal that is written again and again. */
static void
tell(const struct tn_leaked_progress *progress, void *arg TN_UNUSED)
{
	if (progress->written)
		fprintf(stderr, "\r%llu passwords written ...      ",
		        (unsigned long long)progress->written);
	else if (progress->total)
		fprintf(stderr, "\r%llu lines, %llu %% ...      ",
		        (unsigned long long)progress->lines,
		        (unsigned long long)(progress->bytes * 100 /
		                             progress->total));
	else
		fprintf(stderr, "\r%llu lines, %llu MB ...      ",
		        (unsigned long long)progress->lines,
		        (unsigned long long)(progress->bytes >> 20));
}

static void
print_built(const struct command_run *run,
            const struct tn_leaked_progress *progress, const char *output)
{
	json_t *root;

	if (!run->json) {
		printf("%s: %llu different passwords of %llu lines\n", output,
		       (unsigned long long)progress->written,
		       (unsigned long long)progress->lines);
		if (progress->garbage)
			printf("%llu lines are neither hash nor word, the first "
			       "in %s, line %llu\n",
			       (unsigned long long)progress->garbage,
			       progress->garbage_in,
			       (unsigned long long)progress->first_garbage);
		if (geteuid())
			printf("It counts only where it is root's own: chown "
			       "root\n");
		return;
	}
	root = json_pack("{s:s, s:I, s:I, s:I}", "file", output, "passwords",
	                 (json_int_t)progress->written, "lines",
	                 (json_int_t)progress->lines, "garbage",
	                 (json_int_t)progress->garbage);
	if (progress->garbage) {
		json_object_set_new(root, "garbage_in",
		                    json_string(progress->garbage_in));
		json_object_set_new(
		    root, "first_garbage",
		    json_integer((json_int_t)progress->first_garbage));
	}
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

/* Root's own file counts, so that it is in the journal (by way of the spool,
   since no directory is needed); anybody else's counts for nothing yet. */
static int
keep_record(const struct command_run *run, const char *output,
            struct tn_err *err)
{
	char reason[512];
	const struct journal_matter matter = { .reason = reason };

	if (geteuid())
		return TN_OK;
	snprintf(reason, sizeof(reason), "makes %.450s", output);
	return journal_change_offline(run, &matter, err);
}

static int
build(struct command_run *run)
{
	struct tn_leaked_order order = {
		.memory = TN_LEAKED_MEMORY,
		.now = (int64_t)time(NULL),
		.tell = isatty(STDERR_FILENO) ? tell : NULL,
	};
	struct tn_leaked_progress progress = { .lines = 0 };
	struct tn_err err = TN_ERR_INIT;
	bool words = false;
	bool hashes = false;
	const struct command_option options[] = {
		{ .name = "--out", .value = &order.output },
		{ .name = "--words", .flag = &words },
		{ .name = "--hashes", .flag = &hashes },
		{ .name = NULL },
	};
	int status;
	int r;

	status =
	    command_options(run, options, order.inputs, 1, TN_LEAKED_INPUTS);
	if (status != COMMAND_GO_ON)
		return status;
	if (words && hashes)
		return command_usage(run, "--words or --hashes, not both");
	if (!order.output)
		order.output = PATH_DEFAULT;
	while (order.count < TN_LEAKED_INPUTS && order.inputs[order.count])
		order.count++;
	order.kind = words    ? TN_LEAKED_WORDS
	             : hashes ? TN_LEAKED_HASHES
	                      : TN_LEAKED_GUESS;
	r = keep_record(run, order.output, &err);
	if (!r)
		r = tn_leaked_build(&order, &progress, &err);
	if (order.tell)
		fputs("\r\033[K", stderr);
	if (r == TN_E_INVALID || r == TN_E_LIMIT)
		return command_refuse(run, "%s", err.text);
	if (r)
		return command_fail(run, &err);
	print_built(run, &progress, order.output);
	return progress.garbage ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* The file that is meant: as given, else as configured, else the usual one. */
static int
find_path(struct command_run *run, struct session *session, const char **path)
{
	struct tn_err err = TN_ERR_INIT;

	if (*path)
		return COMMAND_GO_ON;
	*path = PATH_DEFAULT;
	if (!access(run->config_path, F_OK)) {
		if (session_config(run, session, &err))
			return command_fail(run, &err);
		if (*session->config->leaked_passwords)
			*path = session->config->leaked_passwords;
	}
	return COMMAND_GO_ON;
}

static void
print_about(const struct command_run *run, const char *path,
            const struct tn_leaked_about *about, bool whole)
{
	char built[TN_RFC3339_TEXT_MAX];
	json_t *root;

	tn_rfc3339_format(about->built, built);
	if (!run->json) {
		printf("%s: %llu passwords, %llu bytes, built %s%s\n", path,
		       (unsigned long long)about->count,
		       (unsigned long long)about->size, built,
		       whole ? "; read whole, and sound" : "");
		return;
	}
	root =
	    json_pack("{s:s, s:I, s:I, s:s, s:b}", "file", path, "passwords",
	              (json_int_t)about->count, "bytes",
	              (json_int_t)about->size, "built", built, "whole", whole);
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

static int
check(struct command_run *run)
{
	struct session session = { .config = NULL };
	struct tn_leaked_about about;
	struct tn_err err = TN_ERR_INIT;
	const char *path = NULL;
	bool whole = false;
	const struct command_option options[] = {
		{ .name = "--whole", .flag = &whole },
		{ .name = NULL },
	};
	int status;
	int r;

	status = command_options(run, options, &path, 0, 1);
	if (status == COMMAND_GO_ON)
		status = find_path(run, &session, &path);
	if (status == COMMAND_GO_ON) {
		r = tn_leaked_about(path, &about, &err);
		if (!r && whole)
			r = tn_leaked_verify(path, &about, &err);
		if (r == TN_E_DAMAGED || r == TN_E_DENIED)
			status = command_refuse(run, "%s", err.text);
		else
			status = r ? command_fail(run, &err) : EXIT_CLEAN;
		if (!r)
			print_about(run, path, &about, whole);
	}
	session_close(&session);
	return status;
}

struct asked {
	const char *path;
	bool found;
	struct tn_err *err;
};

static int
use_password(const char *data, size_t len TN_UNUSED, void *arg)
{
	struct asked *asked = arg;

	return tn_leaked_find(asked->path, data, &asked->found, asked->err);
}

/* Of one password: never as an argument, which others see. */
static int
find(struct command_run *run)
{
	static const struct command_option options[] = { { .name = NULL } };
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;
	struct asked asked = { .err = &err };
	struct tn_secret *password = NULL;
	int status;
	int r;

	status = command_options(run, options, &asked.path, 0, 1);
	if (status == COMMAND_GO_ON)
		status = find_path(run, &session, &asked.path);
	if (status == COMMAND_GO_ON) {
		(void)((r = tn_secret_start(&err)) ||
		       (r = ask_password(run->password_fd,
		                         "Password: ", &password, &err)) ||
		       (r = tn_secret_use(password, use_password, &asked)));
		if (!r)
			puts(asked.found ? "it is a leaked one"
			                 : "it is not among them");
		status = r             ? command_fail(run, &err)
		         : asked.found ? EXIT_FINDINGS
		                       : EXIT_CLEAN;
	}
	tn_secret_freep(&password);
	session_close(&session);
	return status;
}

int
cmd_leaked(struct command_run *run)
{
	static const struct {
		const char *name;
		int (*run)(struct command_run *run);
	} parts[] = { { "build", build },
		      { "check", check },
		      { "find", find } };
	struct command_run part = *run;
	size_t i;

	if (run->argc < 2)
		return command_usage(run, "build, check or find is missing");
	part.argc--;
	part.argv++;
	for (i = 0; i < TN_ARRAY_LEN(parts); i++) {
		if (!strcmp(part.argv[0], parts[i].name))
			return parts[i].run(&part);
	}
	return command_usage(run, "build, check or find is meant, not %.64s",
	                     part.argv[0]);
}
