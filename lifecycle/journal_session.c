#include "journal_session.h"

#include "directory/journal_append.h"

int
journal_chain_of(const struct session *session, struct tn_journal_chain *ret,
                 struct tn_err *err)
{
	return tn_journal_chain_name(session->who, session->config->base,
	                             session->uri, NULL, ret, err);
}

int
journal_append(struct session *session, struct tn_journal_record *record,
               uint64_t *ret_number, struct tn_err *err)
{
	struct tn_journal_chain chain;
	int r = journal_chain_of(session, &chain, err);

	return r ? r
	         : tn_journal_append(session->connection, &chain, record,
	                             ret_number, err);
}
