/*
 * Every verb of `tenure`. A verb that is not built yet has no entry. .help
 * lists its options, then EXAMPLES; tenure(8) is checked against both.
 */
#include "command.h"

#include <stddef.h>

const struct command commands[] = {
	{ .name = NULL },
};
