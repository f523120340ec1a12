/* The canary on a login host: its tenured is asked by every way, as PAM asks. */
#include "doctor_canary.h"

#include <jansson.h>
#include <stdint.h>

#include "account/verdict.h"
#include "base/attrs.h"
#include "base/buf.h"
#include "wire/client.h"

#define TIMEOUT_MS 5000

static const struct {
	enum tn_way way;
	const char *name;
	const char *service;
} ways[] = {
	{ TN_WAY_PASSWORD, "password", "sshd" },
	{ TN_WAY_KEY, "key", "sshd" },
	{ TN_WAY_SUDO, "sudo and su", "sudo" },
	{ TN_WAY_CRON, "cron", "cron" },
};

static int
ask(const char *login, size_t way, uint32_t *ret, struct tn_err *err)
{
	struct tn_message answer;
	struct tn_buf request;
	struct tn_buf buffer;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&buffer, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_ACCOUNT);
	tn_message_put_text(&request, TN_TAG_USER, login);
	tn_message_put_text(&request, TN_TAG_SERVICE, ways[way].service);
	tn_message_put_u32(&request, TN_TAG_WAY, (uint32_t)ways[way].way);
	r = tn_message_finish(&request);
	if (r)
		r = tn_fail(err, r, "the login is too long");
	else
		r = tn_ask(TN_WIRE_SOCKET, &request, TIMEOUT_MS, &buffer,
		           &answer, err);
	if (!r && tn_message_u32(&answer, TN_TAG_RESULT, ret))
		r = tn_fail(err, TN_E_PROTOCOL, "tenured did not say");
	tn_buf_done(&buffer);
	tn_buf_done(&request);
	return r;
}

/* Only a rule's "no" proves anything: a host that does not know the name, or
   cannot ask, would refuse everybody. */
static const char *
words_of(uint32_t result, int *status)
{
	switch (result) {
	case TN_RESULT_DENIED:
		return "refused";
	case TN_RESULT_OK:
		*status = EXIT_FINDINGS;
		return "LET IN";
	case TN_RESULT_UNKNOWN_USER:
		if (*status == EXIT_CLEAN)
			*status = EXIT_UNKNOWN;
		return "could not tell: this host does not know the name";
	default:
		if (*status == EXIT_CLEAN)
			*status = EXIT_UNKNOWN;
		return "could not tell: tenured cannot say";
	}
}

int
doctor_canary_host(struct command_run *run, const char *login)
{
	struct tn_err err = TN_ERR_INIT;
	json_t *answers = json_object();
	int status = EXIT_CLEAN;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(ways); i++) {
		uint32_t result = TN_RESULT_UNAVAILABLE;
		const char *words;

		if (ask(login, i, &result, &err)) {
			status = command_fail(run, &err);
			goto out;
		}
		words = words_of(result, &status);
		if (run->json)
			json_object_set_new(answers, ways[i].name,
			                    json_string(words));
		else
			printf("%-12s %s\n", ways[i].name, words);
	}
	if (run->json) {
		json_dumpf(answers, stdout, JSON_INDENT(1));
		putchar('\n');
	}
out:
	json_decref(answers);
	return status;
}
