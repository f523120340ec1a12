/* Who runs this command, on which machine, from where: what the kernel says,
   and what sudo and sshd left in the environment. */
#ifndef TN_LIFECYCLE_JOURNAL_ACTOR_H
#define TN_LIFECYCLE_JOURNAL_ACTOR_H

#include "journal/journal.h"

#define JOURNAL_WORD_MAX 128

struct journal_actor {
	char user[JOURNAL_WORD_MAX];  /* "root (0)" */
	char login[JOURNAL_WORD_MAX]; /* "wang (2000001)", empty: a service */
	char sudo[JOURNAL_WORD_MAX];  /* only a claim: from the environment */
	char host[JOURNAL_WORD_MAX];
	char terminal[JOURNAL_WORD_MAX];
	char client[JOURNAL_WORD_MAX]; /* a claim as well, but root's shell has
					  it from sshd */
};

void journal_actor_get(struct journal_actor *ret);
/* Puts them into a record, which borrows them. */
void journal_actor_put(const struct journal_actor *actor,
                       struct tn_journal_record *record);

#endif
