#include "journal_person.h"

#include <string.h>
#include <strings.h>

#include "journal_write.h"

#define LIST_MAX ((size_t)64 << 20)

void
journal_list_init(struct journal_list *list)
{
	tn_buf_init(&list->text, LIST_MAX);
}

void
journal_list_put(struct journal_list *list, const char *login,
                 const char *staff_number)
{
	tn_buf_printf(&list->text, "%s%s%s%s", list->text.len ? ", " : "",
	              login, *staff_number ? " " : "", staff_number);
}

void
journal_list_done(struct journal_list *list)
{
	tn_buf_done(&list->text);
}

static int
matter_of(struct journal_list *list, const char *reason,
          struct journal_matter *ret, struct tn_err *err)
{
	ret->people = tn_buf_text(&list->text);
	ret->reason = reason;
	return ret->people ? TN_OK
	                   : tn_fail(err, list->text.failed,
	                             "the record of the journal");
}

int
journal_change_list(const struct command_run *run, struct session *session,
                    struct journal_list *list, const char *reason,
                    struct tn_err *err)
{
	struct journal_matter matter;
	int r = matter_of(list, reason, &matter, err);

	return r ? r : journal_change(run, session, &matter, err);
}

int
journal_read_list(const struct command_run *run, struct session *session,
                  struct journal_list *list, const char *reason,
                  struct tn_err *err)
{
	struct journal_matter matter;
	int r = matter_of(list, reason, &matter, err);

	return r ? r : journal_read(run, session, &matter, err);
}

int
journal_change_person(const struct command_run *run, struct session *session,
                      const struct person *person, const char *reason,
                      struct tn_err *err)
{
	struct journal_list list;
	int r;

	journal_list_init(&list);
	journal_list_put(&list, person->account->login,
	                 person->account->staff_number);
	r = journal_change_list(run, session, &list, reason, err);
	journal_list_done(&list);
	return r;
}

int
journal_read_person(const struct command_run *run, struct session *session,
                    const struct person *person, struct tn_err *err)
{
	const char *who = session->who;
	struct journal_list list;
	int r;

	if (who && !strncmp(who, "dn:", 3) &&
	    !strcasecmp(who + 3, person->account->dn))
		return TN_OK;
	journal_list_init(&list);
	journal_list_put(&list, person->account->login,
	                 person->account->staff_number);
	r = journal_read_list(run, session, &list, NULL, err);
	journal_list_done(&list);
	return r;
}
