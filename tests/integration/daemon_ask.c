/*
 * Asks tenured one question, as PAM and the command do, for tests.
 *
 * usage: daemon_ask [-S SOCKET] WHAT [user=NAME] [service=NAME] [rhost=TEXT]
 *                   [tty=TEXT] [way=NUMBER] [uid=NUMBER] [case=NAME]
 *                   [reason=TEXT] [key=TEXT] [verb=NUMBER] [caller=NUMBER]
 *
 * AUTHENTICATE, VERIFY and CHANGE read the password, and CHANGE the new one
 * behind it, as lines of standard input. Prints one line for each field of the
 * answer; exits 0 for the result "ok", 1 for another, 3 without an answer.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "wire/client.h"

#define TIMEOUT_MS 15000

static const struct {
	const char *name;
	enum tn_wire_what what;
	int passwords;
} questions[] = {
	{ "authenticate", TN_WIRE_AUTHENTICATE, 1 },
	{ "account", TN_WIRE_ACCOUNT, 0 },
	{ "verify", TN_WIRE_VERIFY, 1 },
	{ "change", TN_WIRE_CHANGE, 2 },
	{ "session", TN_WIRE_SESSION, 0 },
	{ "explain", TN_WIRE_EXPLAIN, 0 },
	{ "status", TN_WIRE_STATUS, 0 },
	{ "leak", TN_WIRE_LEAK, 0 },
	{ "keys", TN_WIRE_KEYS, 1 },
};

static const struct {
	const char *name;
	enum tn_wire_tag tag;
	int is_number;
} fields[] = {
	{ "user=", TN_TAG_USER, 0 },   { "service=", TN_TAG_SERVICE, 0 },
	{ "rhost=", TN_TAG_RHOST, 0 }, { "tty=", TN_TAG_TTY, 0 },
	{ "way=", TN_TAG_WAY, 1 },     { "uid=", TN_TAG_UID, 1 },
	{ "case=", TN_TAG_CASE, 0 },   { "reason=", TN_TAG_REASON, 0 },
	{ "key=", TN_TAG_KEY, 0 },     { "verb=", TN_TAG_KEY_VERB, 1 },
	{ "caller=", TN_TAG_CALLER, 1 },
};

static const char *const results[] = {
	"denied",         "ok",          "unknown-user",
	"wrong-password", "unavailable", "refused-new",
	"throttled",      "not-allowed", "bad-request",
};

static int
put_field(struct tn_buf *request, const char *argument)
{
	unsigned long long number;
	size_t i;
	size_t len;

	for (i = 0; i < TN_ARRAY_LEN(fields); i++) {
		len = strlen(fields[i].name);
		if (strncmp(argument, fields[i].name, len) != 0)
			continue;
		if (!fields[i].is_number)
			tn_message_put_text(request, fields[i].tag,
			                    argument + len);
		else if (tn_text_to_u64(argument + len, UINT32_MAX, &number))
			tn_message_put_u32(request, fields[i].tag,
			                   (uint32_t)number);
		else
			return -1;
		return 0;
	}
	return -1;
}

static int
put_line(struct tn_buf *request, enum tn_wire_tag tag)
{
	char line[512];

	if (fgets(line, sizeof(line), stdin) == NULL)
		return -1;
	line[strcspn(line, "\n")] = '\0';
	tn_message_put_text(request, tag, line);
	explicit_bzero(line, sizeof(line));
	return 0;
}

static int
print_answer(const struct tn_message *message)
{
	static char text[TN_WIRE_MAX];
	uint32_t result = UINT32_MAX;
	uint32_t number = 0;
	uint64_t expires = 0;

	(void)tn_message_u32(message, TN_TAG_RESULT, &result);
	if (result >= TN_ARRAY_LEN(results))
		return 3;
	printf("result %s\n", results[result]);
	if (tn_message_u32(message, TN_TAG_DECISION, &number) == TN_OK)
		printf("decision %u\n", number);
	if (tn_message_u32(message, TN_TAG_ROW, &number) == TN_OK)
		printf("row %u\n", number);
	if (tn_message_u64(message, TN_TAG_EXPIRES, &expires) == TN_OK)
		printf("expires %llu\n", (unsigned long long)expires);
	if (tn_message_text(message, TN_TAG_MESSAGE, text, sizeof(text)) ==
	    TN_OK)
		printf("message %s\n", text);
	if (tn_message_text(message, TN_TAG_MESSAGE_LOCAL, text,
	                    sizeof(text)) == TN_OK)
		printf("local %s\n", text);
	if (tn_message_text(message, TN_TAG_JSON, text, sizeof(text)) == TN_OK)
		printf("json %s\n", text);
	return result == TN_RESULT_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *path = TN_WIRE_SOCKET;
	struct tn_err err = TN_ERR_INIT;
	struct tn_message message;
	struct tn_buf request;
	struct tn_buf answer;
	size_t what = 0;
	int at = 1;
	int status = 2;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&answer, TN_WIRE_MAX);
	if (argc > 3 && strcmp(argv[1], "-S") == 0) {
		path = argv[2];
		at = 3;
	}
	while (at < argc && what < TN_ARRAY_LEN(questions) &&
	       strcmp(questions[what].name, argv[at]) != 0)
		what++;
	if (at >= argc || what >= TN_ARRAY_LEN(questions))
		goto out;
	tn_message_start(&request, questions[what].what);
	while (++at < argc)
		if (put_field(&request, argv[at]) != 0)
			goto out;
	if (questions[what].passwords > 0 &&
	    put_line(&request, TN_TAG_PASSWORD) != 0)
		goto out;
	if (questions[what].passwords > 1 &&
	    put_line(&request, TN_TAG_NEW_PASSWORD) != 0)
		goto out;
	status = 3;
	(void)tn_message_finish(&request);
	if (tn_ask(path, &request, TIMEOUT_MS, &answer, &message, &err) !=
	    TN_OK) {
		printf("result none: %s\n", err.text);
		goto out;
	}
	status = print_answer(&message);
out:
	if (status == 2)
		(void)fprintf(stderr, "usage: see daemon_ask.c\n");
	tn_buf_done(&request);
	tn_buf_done(&answer);
	return status;
}
