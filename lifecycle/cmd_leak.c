/* tenure leak: a password or a key is known to somebody else. */
#include "command.h"

#include <string.h>

#include "command_option.h"
#include "leak_self.h"

static int
leak_report(struct command_run *run)
{
	const char *reason = NULL;
	bool yes = false;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = "--yes", .flag = &yes },
		{ .name = NULL },
	};
	int status;

	status = command_options(run, options, NULL, 0, 0);
	if (status == COMMAND_GO_ON && reason)
		status = command_reason(run, reason);
	if (status != COMMAND_GO_ON)
		return status;
	return leak_self(run, reason, yes);
}

int
cmd_leak(struct command_run *run)
{
	struct command_run part = *run;

	if (run->argc < 2)
		return command_usage(run, "report is missing");
	part.argc--;
	part.argv++;
	if (!strcmp(part.argv[0], "report"))
		return leak_report(&part);
	return command_usage(run, "report is meant, not %.64s", part.argv[0]);
}
