#include "person_verb.h"

#include "journal_write.h"
#include "people_find.h"

int
person_verb_begin(struct command_run *run, const char *name,
                  struct person_verb *verb, struct tn_err *err)
{
	int r = session_open(run, &verb->session, err);

	return r ? r
	         : people_find(&verb->session, name, &verb->people,
	                       &verb->person, err);
}

int
person_verb_end(struct command_run *run, struct person_verb *verb, int r,
                const struct tn_err *err)
{
	int status = journal_end(run, &verb->session, r, err);

	people_free(verb->people);
	verb->people = NULL;
	session_close(&verb->session);
	return status;
}

int
person_read_back(struct session *session, const char *login,
                 person_is_good *is_good, struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *person = NULL;
	int r = people_find(session, login, &people, &person, err);

	if (r)
		return tn_context(err, "written, but not read back");
	if (!is_good(person, session))
		r = tn_fail(err, TN_E_INCOMPLETE,
		            "%s was written and read back, and is not as it "
		            "should be: look at it with tenure show %s",
		            login, login);
	people_free(people);
	return r;
}
