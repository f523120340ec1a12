/* The verbs of `tenure journal`. */
#ifndef TN_LIFECYCLE_JOURNAL_VERB_H
#define TN_LIFECYCLE_JOURNAL_VERB_H

#include "command.h"

int journal_show(struct command_run *run);
int journal_verify(struct command_run *run);

#endif
