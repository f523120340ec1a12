/* tenure status on a login host: what tenured says of itself. */
#include "status_part.h"

#include "base/buf.h"
#include "base/day.h"
#include "wire/client.h"

#define TIMEOUT_MS 5000

static int
ask(const char *socket_path, json_t **ret, struct tn_err *err)
{
	struct tn_message answer;
	struct tn_buf request;
	struct tn_buf buffer;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&buffer, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_STATUS);
	r = tn_message_finish(&request);
	if (!r)
		r = tn_ask(socket_path, &request, TIMEOUT_MS, &buffer, &answer,
		           err);
	else
		tn_fail(err, r, "a question");
	if (!r && answer.field[TN_TAG_JSON])
		*ret = json_loadb((const char *)answer.field[TN_TAG_JSON],
		                  answer.len[TN_TAG_JSON],
		                  JSON_REJECT_DUPLICATES, NULL);
	if (!r && !json_is_object(*ret))
		r = tn_fail(err, TN_E_PROTOCOL,
		            "tenured does not say how it is");
	tn_buf_done(&request);
	tn_buf_done(&buffer);
	return r;
}

int
status_host(const struct session *session, const char *socket_path,
            json_t **ret, struct tn_err *err)
{
	json_t *servers = json_array();
	const json_t *heard;
	json_t *part = NULL;
	size_t i;
	int r;

	for (i = 0; session->config->servers[i]; i++)
		json_array_append_new(servers,
		                      json_string(session->config->servers[i]));
	r = ask(socket_path, &part, err);
	if (r) {
		json_decref(servers);
		json_decref(part);
		return r;
	}
	json_object_set_new(part, "servers", servers);
	json_object_set_new(part, "amiss", json_array());
	heard = json_object_get(part, "heard_age");
	if (!json_is_integer(heard))
		status_amiss(part, "this host has never heard the directory");
	else if (json_integer_value(heard) > session->config->max_silence)
		status_amiss(part, "this host has not heard the directory for "
		                   "longer than max_silence: logins are "
		                   "refused");
	else if (!json_is_true(json_object_get(part, "connected")))
		status_amiss(part, "this host is not connected to the "
		                   "directory");
	if (json_is_true(json_object_get(part, "locks_lost")))
		status_amiss(part, "the file of open locks is damaged: nobody "
		                   "is let in, see tenured(8)");
	if (json_is_true(json_object_get(part, "brake_held")))
		status_amiss(part, "a brake holds back the removal of names");
	*ret = part;
	return TN_OK;
}

static long long
number(const json_t *part, const char *name)
{
	return json_integer_value(json_object_get(part, name));
}

void
status_host_print(FILE *out, const json_t *part)
{
	const json_t *servers = json_object_get(part, "servers");
	char age[64];
	size_t i;

	status_age_text(number(part, "heard_age"), age, sizeof(age));
	fputs("This host\n", out);
	fprintf(out,
	        "tenured      generation %lld, %lld accounts, %lld "
	        "groups\n",
	        number(part, "generation"), number(part, "accounts"),
	        number(part, "groups"));
	if (json_is_integer(json_object_get(part, "heard_age")))
		fprintf(out, "directory    heard %s ago, %s\n", age,
		        json_is_true(json_object_get(part, "connected"))
		            ? "connected"
		            : "not connected");
	else
		fputs("directory    never heard\n", out);
	for (i = 0; i < json_array_size(servers); i++)
		fprintf(out, "server       %s\n",
		        json_string_value(json_array_get(servers, i)));
}
