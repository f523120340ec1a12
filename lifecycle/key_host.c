/* tenure key on a login host: tenured has the way to the directory. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "key_verb.h"
#include "secret/secret.h"
#include "wire/client.h"

/* A bind, a change and a search, each with the daemon's own deadline. */
#define TIMEOUT_MS 12000

static int
put_password(const char *data, size_t len, void *arg)
{
	tn_message_put(arg, TN_TAG_PASSWORD, data, len);
	return TN_OK;
}

static int
ask(const struct tn_secret *password, const struct key_question *question,
    struct tn_buf *buffer, struct tn_message *ret, struct tn_err *err)
{
	struct tn_buf request;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_KEYS);
	tn_message_put_text(&request, TN_TAG_USER, question->login);
	tn_message_put_text(&request, TN_TAG_SERVICE, "tenure-key");
	tn_message_put_u32(&request, TN_TAG_KEY_VERB,
	                   (uint32_t)question->verb);
	if (question->key)
		tn_message_put(&request, TN_TAG_KEY, question->key,
		               strlen(question->key));
	(void)tn_secret_use(password, put_password, &request);
	r = tn_message_finish(&request);
	if (r)
		r = tn_fail(err, r, "the key or the password is too long");
	else
		r = tn_ask(TN_WIRE_SOCKET, &request, TIMEOUT_MS, buffer, ret,
		           err);
	tn_buf_done(&request);
	return r;
}

/* A sentence of tenured's, in both languages where there are two. */
static int
refused(const struct command_run *run, const struct tn_message *answer,
        uint32_t result)
{
	char words[1024] = "";
	char local[1024] = "";
	struct tn_err err = TN_ERR_INIT;

	(void)tn_message_text(answer, TN_TAG_MESSAGE, words, sizeof(words));
	(void)tn_message_text(answer, TN_TAG_MESSAGE_LOCAL, local,
	                      sizeof(local));
	if (result == TN_RESULT_UNAVAILABLE ||
	    result == TN_RESULT_BAD_REQUEST) {
		tn_fail(&err, TN_E_UNREACHABLE, "%s",
		        *words ? words : "tenured cannot tell");
		return command_fail(run, &err);
	}
	if (!*words)
		return command_refuse(run, "only your own keys, please");
	return command_refuse(run, "%s%s%s", words, *local ? "\n" : "", local);
}

int
key_ask_host(const struct command_run *run, const struct tn_secret *password,
             const struct key_question *question, json_t **ret)
{
	struct tn_err err = TN_ERR_INIT;
	uint32_t result = TN_RESULT_DENIED;
	struct tn_message answer;
	struct tn_buf buffer;
	json_t *keys = NULL;
	int status;
	int r;

	tn_buf_init(&buffer, TN_WIRE_MAX);
	r = ask(password, question, &buffer, &answer, &err);
	if (!r) {
		(void)tn_message_u32(&answer, TN_TAG_RESULT, &result);
		if (result == TN_RESULT_OK && answer.field[TN_TAG_JSON])
			keys = json_loadb(
			    (const char *)answer.field[TN_TAG_JSON],
			    answer.len[TN_TAG_JSON], 0, NULL);
	}
	if (r)
		status = command_fail(run, &err);
	else if (json_is_array(keys))
		status = EXIT_CLEAN;
	else
		status = refused(run, &answer, result);
	if (status == EXIT_CLEAN)
		*ret = keys;
	else
		json_decref(keys);
	tn_buf_done(&buffer);
	return status;
}
