#include "explain_host.h"

#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "journal_person.h"
#include "journal_write.h"
#include "session.h"
#include "wire/client.h"

#define TIMEOUT_MS   5000
#define HEARD_LATELY 60 /* seconds */

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static void
print_verdict(const char *way, const json_t *verdict)
{
	const char *article = text_of(verdict, "article");

	printf("  %-9s %-25s row %-3s %s%s%s%s\n", way,
	       text_of(verdict, "decision"), text_of(verdict, "row"),
	       text_of(verdict, "words"), *article ? " (" : "", article,
	       *article ? ")" : "");
}

/* Where NSS has the name from. */
static void
print_snapshot(const json_t *snapshot)
{
	const json_t *generation = json_object_get(snapshot, "generation");
	const json_t *base = json_object_get(snapshot, "base_generation");
	const json_t *age = json_object_get(snapshot, "age");
	const char *from = text_of(snapshot, "from");
	const char *cookie = text_of(snapshot, "cookie");

	if (!json_is_object(snapshot)) {
		puts("  there is no snapshot that could be read");
		return;
	}
	if (*from)
		printf("  names: from the %s, generation ", from);
	else
		printf("  names: in neither overlay nor base, generation ");
	printf("%" JSON_INTEGER_FORMAT " on base %" JSON_INTEGER_FORMAT
	       ", published %" JSON_INTEGER_FORMAT " s ago, change %s\n",
	       json_integer_value(generation), json_integer_value(base),
	       json_integer_value(age), *cookie ? cookie : "unknown");
}

/* The daemon's answer, as tenured(8) describes it. */
static void
print_answer(json_t *root)
{
	const json_t *heard = json_object_get(root, "heard_age");
	const json_t *behind = json_object_get(root, "clock_behind");
	const char *way;
	json_t *verdict;

	printf("%s (%s, %s), on this host:\n", text_of(root, "name"),
	       text_of(root, "real_name"), text_of(root, "staff_number"));
	json_object_foreach(json_object_get(root, "verdicts"), way, verdict)
	    print_verdict(way, verdict);
	if (json_is_integer(json_object_get(root, "keys")))
		printf("  SSH keys registered: %" JSON_INTEGER_FORMAT "%s\n",
		       json_integer_value(json_object_get(root, "keys")),
		       json_is_true(json_object_get(root, "keys_withheld"))
		           ? ", withheld: they open nothing while the account "
		             "is closed"
		           : "");
	if (*text_of(root, "refusal"))
		printf("  not served: %s\n", text_of(root, "refusal"));
	if (*text_of(root, "kept_although"))
		printf("  kept as last served, although: %s\n",
		       text_of(root, "kept_although"));
	if (!json_is_true(json_object_get(root, "in_snapshot")))
		puts("  not in the snapshot: this host does not know the name "
		     "yet");
	print_snapshot(json_object_get(root, "snapshot"));
	printf("  published last: generation %" JSON_INTEGER_FORMAT,
	       json_integer_value(json_object_get(root, "generation")));
	if (json_is_integer(heard))
		printf(", the directory was heard %" JSON_INTEGER_FORMAT
		       " s ago\n",
		       json_integer_value(heard));
	else
		puts(", the directory was never heard");
	if (json_is_integer(behind))
		printf("  this host's clock is %" JSON_INTEGER_FORMAT
		       " s behind\n",
		       json_integer_value(behind));
}

static int
ask(const char *socket_path, const char *name, struct tn_buf *buffer,
    struct tn_message *ret, struct tn_err *err)
{
	unsigned long long uid;
	struct tn_buf request;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_EXPLAIN);
	if (tn_text_to_u64(name, UINT32_MAX, &uid))
		tn_message_put_u32(&request, TN_TAG_UID, (uint32_t)uid);
	else
		tn_message_put_text(&request, TN_TAG_USER, name);
	r = tn_message_finish(&request);
	if (r)
		r = tn_fail(err, r, "the name is too long");
	else
		r = tn_ask(socket_path, &request, TIMEOUT_MS, buffer, ret, err);
	tn_buf_done(&request);
	return r;
}

/* The sentence that came with a refusal. */
static int
refused(const struct command_run *run, const struct tn_message *answer,
        uint32_t result, const char *name)
{
	char words[1024] = "";
	struct tn_err err = TN_ERR_INIT;

	(void)tn_message_text(answer, TN_TAG_MESSAGE, words, sizeof(words));
	switch (result) {
	case TN_RESULT_UNKNOWN_USER:
		return command_refuse(run,
		                      "nobody here is called \"%.64s\" "
		                      "(login or uid)%s%s",
		                      name, *words ? ": " : "", words);
	case TN_RESULT_NOT_ALLOWED:
		return command_refuse(run,
		                      "only root asks about somebody else");
	default:
		tn_fail(&err, TN_E_UNREACHABLE,
		        "tenured cannot tell%s%s: is the directory heard?",
		        *words ? ": " : "", words);
		return command_fail(run, &err);
	}
}

/* Root asks about anybody, which is recorded; to others tenured tells of
   themselves alone. */
static int
keep_record(struct command_run *run, const json_t *root, struct tn_err *err)
{
	struct session nowhere = { .config = NULL };
	struct journal_list list;
	int r;

	if (getuid())
		return TN_OK;
	journal_list_init(&list);
	journal_list_put(&list, text_of(root, "name"),
	                 text_of(root, "staff_number"));
	r = journal_read_list(run, &nowhere, &list, NULL, err);
	journal_list_done(&list);
	return r;
}

/* The answer is out: now there is time to ask the directory, if it has just
   been heard. */
static void
send_records(struct command_run *run, const json_t *root)
{
	const json_t *heard = json_object_get(root, "heard_age");
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;

	if (getuid() || !json_is_integer(heard) ||
	    json_integer_value(heard) > HEARD_LATELY)
		return;
	if (!session_open(run, &session, &err))
		journal_catch_up(run, &session);
	session_close(&session);
}

int
explain_host(struct command_run *run, const char *socket_path, const char *name)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_message answer;
	struct tn_buf buffer;
	json_t *root = NULL;
	uint32_t result = TN_RESULT_DENIED;
	int status = EXIT_CLEAN;
	int r;

	tn_buf_init(&buffer, TN_WIRE_MAX);
	r = ask(socket_path, name, &buffer, &answer, &err);
	if (r) {
		status = command_fail(run, &err);
		goto out;
	}
	(void)tn_message_u32(&answer, TN_TAG_RESULT, &result);
	if (answer.field[TN_TAG_JSON])
		root = json_loadb((const char *)answer.field[TN_TAG_JSON],
		                  answer.len[TN_TAG_JSON],
		                  JSON_REJECT_DUPLICATES, NULL);
	if (!root) {
		status = refused(run, &answer, result, name);
		goto out;
	}
	if (!json_is_true(json_object_get(root, "known"))) {
		status = refused(run, &answer, TN_RESULT_UNKNOWN_USER, name);
		goto out;
	}
	r = keep_record(run, root, &err);
	if (r) {
		status = command_fail(run, &err);
		goto out;
	}
	if (run->json) {
		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		print_answer(root);
	}
	fflush(stdout);
	send_records(run, root);
out:
	json_decref(root);
	tn_buf_done(&buffer);
	return status;
}
