/*
 * Whose session is ended is told why, on their terminals. The reaper has the
 * terminals' group and no more, so only a terminal that takes messages (mesg y,
 * as sshd sets it up) is written to, and only the person's own. Nobody is waited
 * for: a terminal that is full or stopped is passed over. One thread.
 */
#ifndef TN_DAEMON_FAREWELL_H
#define TN_DAEMON_FAREWELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "wire/message.h"

#define TN_FAREWELL_MS 50 /* so long sshd has to hand it on */

struct tn_farewell { /* start with zeros and the contact */
	const char *contact;
	/* Of the last who were locked; others are told no reason. */
	struct {
		uint32_t uid;
		enum tn_lock_kind kind;
	} why[256];
	size_t next;
};

/* publish's REASON: the kind of the lock that this person died by. */
void tn_farewell_take(struct tn_farewell *farewell,
                      const struct tn_message *message);

/* The device number of a terminal, as /proc/PID/stat has it, as N of
   /dev/pts/N. False for another kind of terminal. */
bool tn_farewell_number(uint32_t terminal, unsigned int *ret);

/* Both languages, onto this terminal. False where nothing was written. */
bool tn_farewell_say(const struct tn_farewell *farewell, uint32_t uid,
                     uint32_t terminal);

#endif
