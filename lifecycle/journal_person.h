/* On whom: the people that a record of the journal names. */
#ifndef TN_LIFECYCLE_JOURNAL_PERSON_H
#define TN_LIFECYCLE_JOURNAL_PERSON_H

#include "base/buf.h"
#include "command.h"
#include "people.h"
#include "session.h"

/* "wang 100007, li 100008" */
struct journal_list {
	struct tn_buf text;
};

void journal_list_init(struct journal_list *list);
void journal_list_put(struct journal_list *list, const char *login,
                      const char *staff_number);
void journal_list_done(struct journal_list *list);

/* journal_change() and journal_read() (journal_write.h) of one person or of
   many. reason may be NULL. */
int journal_change_list(const struct command_run *run, struct session *session,
                        struct journal_list *list, const char *reason,
                        struct tn_err *err);
int journal_read_list(const struct command_run *run, struct session *session,
                      struct journal_list *list, const char *reason,
                      struct tn_err *err);
int journal_change_person(const struct command_run *run,
                          struct session *session, const struct person *person,
                          const char *reason, struct tn_err *err);
/* Who is shown what is his own leaves no record. */
int journal_read_person(const struct command_run *run, struct session *session,
                        const struct person *person, struct tn_err *err);

#endif
