/* tenure key where there is a connection of one's own: on the directory server
   and on administrators' machines. */
#include "base/err.h"
#include "directory/search.h"
#include "directory/write.h"
#include "journal_write.h"
#include "key_verb.h"

static int
take_keys(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const struct tn_value *values;
	json_t *list = arg;
	size_t count;
	size_t i;

	(void)err;
	values = tn_entry_values(entry, "tenureSshPublicKey", &count);
	for (i = 0; i < count; i++)
		json_array_append_new(list, json_stringn(values[i].data,
		                                         values[i].len));
	return TN_OK;
}

static int
change(const struct command_run *run, struct session *session,
       const struct key_question *question, struct tn_err *err)
{
	const struct journal_matter matter = { .people = question->login };
	const char *const values[] = { question->key, NULL };
	const struct tn_modification one = {
		question->verb == TN_KEY_ADD ? TN_MODIFY_ADD : TN_MODIFY_DELETE,
		"tenureSshPublicKey", values
	};
	int r = journal_change(run, session, &matter, err);

	if (r)
		return r;
	r = tn_modify(session->connection, question->dn, &one, 1, NULL, err);
	if (r == TN_E_EXISTS)
		return tn_fail(err, r,
		               "%s: the key is registered already, here or by "
		               "somebody else, or was withdrawn after a leak or "
		               "a departure: make a new one",
		               question->login);
	if (r == TN_E_DENIED)
		return tn_fail(err, r,
		               "%s: only the holder, by password, writes keys; "
		               "the system role gives a key-only account its "
		               "first one",
		               question->login);
	return r ? tn_context(err, "%s", question->login) : TN_OK;
}

int
key_ask_directory(const struct command_run *run, struct session *session,
                  const struct key_question *question, json_t **ret)
{
	static const char *const wanted[] = { "tenureSshPublicKey", NULL };
	struct tn_err err = TN_ERR_INIT;
	json_t *list = json_array();
	int status;
	int r = TN_OK;

	if (question->verb != TN_KEY_LIST)
		r = change(run, session, question, &err);
	if (!r)
		r = tn_search(session->connection, question->dn, TN_SCOPE_BASE,
		              "(objectClass=*)", wanted, take_keys, list, &err);
	if (r) {
		status = command_fail(run, &err);
		journal_outcome(run, session, status, err.text);
		json_decref(list);
		return status;
	}
	*ret = list;
	return EXIT_CLEAN;
}
