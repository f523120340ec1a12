/*
 * tenure journal verify: follows every chain. What it says is bounded by what
 * it can know, and it says that too.
 */
#include "journal_verb.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "command_option.h"
#include "journal_read.h"
#include "secret/sealed_box.h"

#define WORTH                                                              \
	"consistent in itself; not proof against someone who can rewrite " \
	"the database; a cut tail is not detectable until heads are anchored"

struct verify {
	struct command_run *run;
	struct tn_journal_check *check;
	uint64_t records;
	json_t *faults; /* with --json */
	json_t *heads;
};

static void
tell_fault(enum tn_journal_fault fault, const char *chain, uint64_t number,
           uint64_t missing, void *arg)
{
	struct verify *verify = arg;

	if (verify->run->json) {
		json_array_append_new(verify->faults,
		                      json_pack("{s:s, s:s, s:I, s:I}", "fault",
		                                tn_journal_fault_name(fault),
		                                "chain", chain, "number",
		                                (json_int_t)number, "missing",
		                                (json_int_t)missing));
		return;
	}
	printf("FAULT %-10s %s record %" PRIu64 " %s",
	       tn_journal_fault_name(fault), chain, number,
	       tn_journal_fault_words(fault));
	if (missing)
		printf(" (%" PRIu64 " missing)", missing);
	putchar('\n');
}

static void
tell_head(const char *chain, uint64_t records, uint64_t number,
          const char *hash, void *arg)
{
	struct verify *verify = arg;

	verify->records += records;
	if (verify->run->json)
		json_array_append_new(
		    verify->heads,
		    json_pack("{s:s, s:I, s:I, s:s}", "chain", chain, "records",
		              (json_int_t)records, "head", (json_int_t)number,
		              "sha256", hash));
	else
		printf("chain %s: %" PRIu64 " %s, head %" PRIu64 " %s\n", chain,
		       records, records == 1 ? "record" : "records", number,
		       hash);
}

static int
found(const struct tn_journal_place *place, const char *text, size_t len,
      void *arg, struct tn_err *err)
{
	struct verify *verify = arg;

	return tn_journal_check_add(verify->check, place, text, len, err);
}

static void
tell_all(struct verify *verify, size_t faults)
{
	const char *words = faults ? "it does not hold" : WORTH;
	json_t *root;

	if (!verify->run->json) {
		printf("%" PRIu64 " records, %zu %s: %s\n", verify->records,
		       faults, faults == 1 ? "fault" : "faults", words);
		return;
	}
	root =
	    json_pack("{s:b, s:I, s:O, s:O, s:s}", "consistent", !faults,
	              "records", (json_int_t)verify->records, "chains",
	              verify->heads, "faults", verify->faults, "worth", words);
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

int
journal_verify(struct command_run *run)
{
	const struct command_option options[] = { { .name = NULL } };
	struct session session = { .config = NULL };
	struct verify verify = { .run = run };
	struct tn_err err = TN_ERR_INIT;
	size_t faults;
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (run->json) {
		verify.faults = json_array();
		verify.heads = json_array();
	}
	(void)((r = session_open(run, &session, &err)) ||
	       (r = tn_journal_check_new(tn_sha256_hex, tell_fault, &verify,
	                                 &verify.check, &err)) ||
	       (r = journal_read_all(&session, found, &verify, &err)));
	if (r) {
		fflush(stdout);
		status = command_fail(run, &err);
	} else {
		faults = tn_journal_check_end(verify.check, tell_head);
		tell_all(&verify, faults);
		status = faults ? EXIT_FINDINGS : EXIT_CLEAN;
	}
	tn_journal_check_free(verify.check);
	json_decref(verify.faults);
	json_decref(verify.heads);
	session_close(&session);
	return status;
}
