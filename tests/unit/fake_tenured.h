/*
 * A tenured for tests: a process that answers each request with what its table
 * has for the user in it, right or hostile. No directory, no rules.
 */
#ifndef TN_FAKE_TENURED_H
#define TN_FAKE_TENURED_H

#include <stdint.h>
#include <sys/types.h>
#include "wire/wire.h"

/* What it saw, in memory that both processes share. */
struct fake_seen {
	unsigned int asked;
	unsigned int changes;
	unsigned int over_held; /* changes with the token told last */
	char token[TN_WIRE_TOKEN + 1];
	uint32_t way; /* of the last ACCOUNT; UINT32_MAX when it had none */
	char service[64];
	char rhost[256];
};

struct fake_tenured {
	pid_t pid;
	struct fake_seen *seen;
};

/* The one password that it takes. */
#define FAKE_PASSWORD "Right-Horse-7"

/* Listens at path before it returns; ends with its parent. */
void fake_tenured_start(struct fake_tenured *fake, const char *path);
void fake_tenured_stop(struct fake_tenured *fake);

#endif
