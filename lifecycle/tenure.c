/*
 * tenure: the command for administrators, HR, auditors and users. Options
 * that every verb knows may stand before the verb or behind it; the verb
 * itself is looked up in the one table (command_table.c).
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attrs.h"
#include "base/log.h"
#include "command.h"
#include "command_help.h"
#include "command_option.h"

/* A closed standard descriptor would let the next file opened become it. */
static bool
descriptors_are_open(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fd != dup2(fd, fd))
			return false;
	}
	return true;
}

static int
help(struct command_run *run)
{
	const struct command *command;

	if (run->argc < 2) {
		command_help_all(stdout);
		return EXIT_CLEAN;
	}
	command = command_find(run->argv[1]);
	if (!command)
		return command_unknown(run, run->argv[1]);
	command_help_one(stdout, command);
	return EXIT_CLEAN;
}

static int
dispatch(struct command_run *run, int argc, char **argv)
{
	const struct command *command;

	run->name = argv[0];
	run->argc = argc;
	run->argv = argv;
	if (!strcmp(argv[0], "help"))
		return help(run);
	command = command_find(argv[0]);
	if (!command)
		return command_unknown(run, argv[0]);
	return command->run(run);
}

int
main(int argc, char **argv)
{
	struct command_run run = {
		.config_path = TN_CONFIG_PATH,
		.password_fd = -1,
	};
	int at = 1;
	int used;
	int status;

	if (!descriptors_are_open())
		return EXIT_UNKNOWN;
	signal(SIGPIPE, SIG_IGN);
	tn_log_open("tenure", false, false);
	run.colour = isatty(STDOUT_FILENO) == 1 && !getenv("NO_COLOR");

	while (at < argc && argv[at][0] == '-') {
		if (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h")) {
			command_help_all(stdout);
			return EXIT_CLEAN;
		}
		if (!strcmp(argv[at], "--version")) {
			puts("tenure " PACKAGE_VERSION);
			return EXIT_CLEAN;
		}
		used = command_option_common(&run, argc - at, argv + at);
		if (used < 0)
			return EXIT_USAGE;
		if (!used)
			return command_usage(&run, "there is no option %s",
			                     argv[at]);
		at += used;
	}
	if (at == argc) {
		command_help_all(stderr);
		return EXIT_USAGE;
	}
	status = dispatch(&run, argc - at, argv + at);
	/* A full disk behind stdout must not look like success. */
	if (fflush(stdout) || ferror(stdout)) {
		fputs("tenure: the output could not be written\n", stderr);
		if (status == EXIT_CLEAN || status == EXIT_FINDINGS)
			status = EXIT_UNKNOWN;
	}
	return status;
}
