/* What every verb about one person begins and ends with. */
#ifndef TN_LIFECYCLE_PERSON_VERB_H
#define TN_LIFECYCLE_PERSON_VERB_H

#include "command.h"
#include "people.h"
#include "session.h"

struct person_verb {
	struct session session;
	struct people *people;
	const struct person *person; /* of .people */
};

#define PERSON_VERB_INIT       \
	{                      \
		.people = NULL \
	}

/* Connect, and read who is called name (people_find()). Call
   person_verb_end() either way. */
int person_verb_begin(struct command_run *run, const char *name,
                      struct person_verb *verb, struct tn_err *err);

/* Say what failed, if r is not TN_OK, on stderr and in the journal; free all.
   Returns the exit status; nobody of that name is one of EXIT_FINDINGS. */
int person_verb_end(struct command_run *run, struct person_verb *verb, int r,
                    const struct tn_err *err);

/* After a write: the person is read again, and is_good must say so.
   TN_E_INCOMPLETE where it does not. */
typedef bool
person_is_good(const struct person *person, const struct session *session);
int person_read_back(struct session *session, const char *login,
                     person_is_good *is_good, struct tn_err *err);

#endif
