/* tenure role: who holds what, and asking for a change of it. */
#include "role_verb.h"

#include <string.h>

#include "base/attrs.h"

int
cmd_role(struct command_run *run)
{
	static const struct {
		const char *name;
		int (*run)(struct command_run *run);
	} verbs[] = {
		{ "list", role_list },   { "fill", role_fill },
		{ "grant", role_ask },   { "revoke", role_ask },
		{ "suspend", role_ask }, { "depart", role_ask },
	};
	struct command_run part = *run;
	size_t i;

	if (run->argc < 2)
		return command_usage(run, "list, fill, grant, revoke, suspend "
		                          "or depart is missing");
	part.argc--;
	part.argv++;
	for (i = 0; i < TN_ARRAY_LEN(verbs); i++) {
		if (!strcmp(part.argv[0], verbs[i].name))
			return verbs[i].run(&part);
	}
	return command_usage(run,
	                     "list, fill, grant, revoke, suspend or depart is "
	                     "meant, not %.64s",
	                     part.argv[0]);
}
