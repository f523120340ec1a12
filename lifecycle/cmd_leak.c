/* tenure leak: a password or a key is known to somebody else. */
#include "command.h"

#include <string.h>

#include "command_option.h"
#include "leak_self.h"
#include "leak_verb.h"

/* Without a name: the own leak, which needs no reason and no right; who told of
   it is who reports it. */
static int
report(struct command_run *run)
{
	struct leak_said said = { .what = NULL };
	bool yes = false;
	bool role = false;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &said.what },
		{ .name = "--how", .value = &said.how },
		{ .name = "--from", .value = &said.from },
		{ .name = "--discovered", .value = &said.discovered },
		{ .name = "--yes", .flag = &yes },
		{ .name = "--role", .flag = &role },
		{ .name = NULL },
	};
	const char *names[LEAK_NAMES_MAX + 1] = { NULL };
	size_t count = 0;
	int status;

	status = command_options(run, options, names, 0, LEAK_NAMES_MAX);
	while (status == COMMAND_GO_ON && names[count])
		count++;
	if (status == COMMAND_GO_ON && (said.what || count))
		status = command_reason(run, said.what);
	if (status == COMMAND_GO_ON && said.how)
		status = command_reason(run, said.how);
	if (status == COMMAND_GO_ON && said.from)
		status = command_reason(run, said.from);
	if (status != COMMAND_GO_ON)
		return status;
	if (count && role)
		return command_usage(run, "--role is for the own leak");
	if (count)
		return leak_report(run, &said, names, count);
	if (said.from)
		return command_usage(run, "whose leak? NAME is missing");
	return leak_self(run, &said, yes, role);
}

int
cmd_leak(struct command_run *run)
{
	static const struct {
		const char *word;
		int (*run)(struct command_run *run);
	} parts[] = {
		{ "import", leak_import },   { "report", report },
		{ "list", leak_list },       { "show", leak_show },
		{ "verify", leak_verify },   { "item", leak_item },
		{ "close", leak_close },     { "record", leak_record },
		{ "dossier", leak_dossier }, { "search", leak_search },
	};
	struct command_run part = *run;
	size_t i;

	if (run->argc < 2)
		return command_usage(run, "report, show or another is missing");
	part.argc--;
	part.argv++;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(part.argv[0], parts[i].word))
			return parts[i].run(&part);
	return command_usage(run,
	                     "report, import, list, show, verify, item, close, "
	                     "record, dossier or search is meant, not %.64s",
	                     part.argv[0]);
}
