/* The verbs of `tenure role`. */
#ifndef TN_LIFECYCLE_ROLE_VERB_H
#define TN_LIFECYCLE_ROLE_VERB_H

#include "command.h"

int role_list(struct command_run *run);
/* grant, revoke, suspend, depart: argv[0] says which. */
int role_ask(struct command_run *run);
/* Root's: the first holders of an empty role, all of the first level. */
int role_fill(struct command_run *run);

#endif
