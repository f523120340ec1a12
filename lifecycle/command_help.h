/* What `tenure help` prints, and "did you mean": all of it from the table. */
#ifndef TN_LIFECYCLE_COMMAND_HELP_H
#define TN_LIFECYCLE_COMMAND_HELP_H

#include <stdio.h>
#include "command.h"

/* The entry of a verb, or NULL. */
const struct command *command_find(const char *name);
/* The verb that was probably meant, or NULL when none is near. */
const struct command *command_nearest(const char *name);
/* "there is no command isue; did you mean issue?"; returns EXIT_USAGE. */
int command_unknown(const struct command_run *run, const char *name);

void command_help_all(FILE *out);
void command_help_one(FILE *out, const struct command *command);

/* Letters to change, add, drop or swap to make one word the other; stops
   counting at max + 1. */
unsigned int command_distance(const char *a, const char *b, unsigned int max);

#endif
