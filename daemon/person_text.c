#include <config.h>

#include "person_text.h"

#include "base/text.h"

static void
put(const struct tn_said *said, struct tn_answer *answer)
{
	(void)tn_text_copy(answer->message, sizeof(answer->message),
	                   said->english);
	(void)tn_text_copy(answer->message_local, sizeof(answer->message_local),
	                   said->local);
}

void
tn_tell(const struct tn_net *net, enum tn_words words, struct tn_answer *answer)
{
	const struct tn_words_values values = { .contact =
		                                    net->config->contact };
	struct tn_said said;

	tn_words_say(words, &values, &said);
	put(&said, answer);
}

void
tn_tell_refused(const struct tn_net *net, struct tn_answer *answer)
{
	tn_tell(net, TN_WORDS_REFUSED, answer);
}

void
tn_tell_verdict(const struct tn_net *net, const struct tn_judged *judged,
                const struct tn_verdict *verdict, enum tn_way way,
                struct tn_answer *answer)
{
	const struct tn_words_person person = {
		.account = judged->account,
		.policy = &net->rules.policy,
		.moment = &judged->moment,
		.contact = net->config->contact,
		.utc_offset = net->rules.utc_offset,
	};
	struct tn_said said;

	tn_words_of_verdict(verdict, way, &person, &said);
	put(&said, answer);
}

void
tn_tell_fault(const struct tn_net *net, enum tn_password_fault fault,
              struct tn_answer *answer)
{
	const struct tn_words_values values = {
		.contact = net->config->contact,
		.number = net->config->min_length,
		.why = tn_password_fault_words(fault),
		.why_local = tn_password_fault_words_zh(fault),
	};
	struct tn_said said;

	tn_words_say(fault == TN_PASSWORD_TOO_SHORT ? TN_WORDS_NEW_SHORT
	                                            : TN_WORDS_NEW_REFUSED,
	             &values, &said);
	put(&said, answer);
}

void
tn_tell_key_fault(const struct tn_net *net, enum tn_ssh_key_fault fault,
                  struct tn_answer *answer)
{
	const struct tn_words_values values = {
		.contact = net->config->contact,
		.why = tn_ssh_key_fault_words(fault),
		.why_local = tn_ssh_key_fault_words_zh(fault),
	};
	struct tn_said said;

	tn_words_say(TN_WORDS_KEY_REFUSED, &values, &said);
	put(&said, answer);
}

void
tn_tell_in_language(const struct tn_judged *judged, struct tn_answer *answer)
{
	if (judged->account != NULL &&
	    !tn_words_is_chinese(judged->account->language))
		answer->message_local[0] = '\0';
}
