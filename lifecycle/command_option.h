/*
 * Options of one verb. Exact long names, "--name value" or "--name=value",
 * anywhere among the operands; "--" ends them. What every verb knows
 * (--config, --json, --as, --password-fd, --help) is understood here too.
 */
#ifndef TN_LIFECYCLE_COMMAND_OPTION_H
#define TN_LIFECYCLE_COMMAND_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include "command.h"

/* One of value and flag is set. Given twice is a usage error. */
struct command_option {
	const char *name;   /* "--roster"; NULL ends the table */
	const char **value; /* where its argument goes; NULL before */
	bool *flag;
};

#define COMMAND_GO_ON (-1)

/*
 * Read run->argv[1...].
 * operands      gets what is no option, up to max_operands; borrowed.
 * Returns COMMAND_GO_ON, or the exit status to leave with at once: --help was
 * printed (0), or the usage error was (2).
 */
int command_options(struct command_run *run,
                    const struct command_option *options, const char **operands,
                    size_t min_operands, size_t max_operands);

/* May reason be written down? One line of UTF-8, TN_REASON_MAX bytes at most,
   not empty; NULL where none was given. COMMAND_GO_ON, or the status of the
   usage error that was printed. */
int command_reason(const struct command_run *run, const char *reason);

/* Take one of the common options at argv[0]. Returns how many words it used,
   0 when argv[0] is none of them, -1 after a usage error was printed. */
int command_option_common(struct command_run *run, int argc, char **argv);

#endif
