/* tenure journal: what was done, and whether the record of it holds. */
#include <string.h>

#include "journal_verb.h"

int
cmd_journal(struct command_run *run)
{
	struct command_run part = *run;

	if (run->argc < 2)
		return command_usage(run, "show or verify is missing");
	part.argc--;
	part.argv++;
	if (!strcmp(part.argv[0], "show"))
		return journal_show(&part);
	if (!strcmp(part.argv[0], "verify"))
		return journal_verify(&part);
	return command_usage(run, "show or verify is meant, not %.64s",
	                     part.argv[0]);
}
