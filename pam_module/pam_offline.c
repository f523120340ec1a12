#include <config.h>

#include "pam_offline.h"

#include <string.h>
#include <time.h>
#include "base/text.h"
#include "snapshot/account_file.h"
#include "wire/person_words.h"

/* The record that comes back must be the one that was asked for. */
static bool
is_theirs(const struct tn_account_known *known, const char *user)
{
	return strcmp(known->login, user) == 0;
}

int
tn_pam_offline(const char *path, const char *user, enum tn_way way,
               struct tn_pam_answer *ret, struct tn_err *err)
{
	struct tn_pam_answer answer = { .code = TN_OK };
	struct tn_account_known known;
	struct tn_words_person person;
	struct tn_verdict verdict;
	struct tn_moment moment;
	struct tn_said said;
	int rc;

	rc = tn_account_file_find(path, user, &known, err);
	if (rc != TN_OK)
		return rc;
	if (!is_theirs(&known, user))
		return tn_fail(err, TN_E_DAMAGED, "%s: another's record", path);
	moment = tn_moment_judge((int64_t)time(NULL), known.head.newest_change,
	                         TN_TIME_NONE, known.head.utc_offset, NULL);
	verdict = tn_verdict(&known.facts, &known.head.policy, &moment, way);
	person =
	    (struct tn_words_person){ .account = &known.account,
		                      .policy = &known.head.policy,
		                      .moment = &moment,
		                      .contact = known.head.contact,
		                      .utc_offset = known.head.utc_offset };
	tn_words_of_verdict(&verdict, way, &person, &said);
	answer.result =
	    verdict.decision == TN_DENY ? TN_RESULT_DENIED : TN_RESULT_OK;
	answer.decision = verdict.decision;
	answer.row = verdict.row;
	(void)tn_text_copy(answer.message, sizeof(answer.message),
	                   said.english);
	(void)tn_text_copy(answer.message_local, sizeof(answer.message_local),
	                   said.local);
	*ret = answer;
	return TN_OK;
}
