#include "journal_write.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/text.h"
#include "journal_actor.h"
#include "journal_session.h"
#include "journal_spool.h"

#define ARGUMENTS_MAX 2048
#define PEOPLE_MAX    8192 /* of one record */
#define VERB_MAX      64
#define OF_MAX        (TN_JOURNAL_CHAIN_MAX + 32)

/* A record, and what its texts point to. */
struct draft {
	struct tn_journal_record record;
	struct journal_actor actor;
	char verb[VERB_MAX];
	char time[TN_RFC3339_TEXT_MAX];
	char arguments[ARGUMENTS_MAX + 8];
};

/* 'as a shell would read it' where it holds anything odd. */
static void
put_word(struct tn_buf *buf, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "0123456789_-./:=,@+";

	if (buf->len)
		tn_buf_put_text(buf, " ");
	if (*word && !word[strspn(word, plain)]) {
		tn_buf_put_text(buf, word);
		return;
	}
	tn_buf_put_text(buf, "'");
	for (; *word; word++) {
		if (*word == '\'')
			tn_buf_put_text(buf, "'\\''");
		else
			tn_buf_put(buf, word, 1);
	}
	tn_buf_put_text(buf, "'");
}

/* A password is never an argument (tenure(8)), so there is nothing to hide. */
static void
put_arguments(const struct command_run *run, struct draft *draft)
{
	const char *text;
	struct tn_buf buf;
	size_t len;
	int i;

	snprintf(draft->verb, sizeof(draft->verb), "%s", run->name);
	/* "host add NAME": the verb has a verb of its own. */
	if (run->argc && strcmp(run->argv[0], run->name))
		snprintf(draft->verb, sizeof(draft->verb), "%s %s", run->name,
		         run->argv[0]);
	tn_buf_init(&buf, (size_t)256 * 1024);
	for (i = 1; i < run->argc; i++)
		put_word(&buf, run->argv[i]);
	text = tn_buf_text(&buf);
	if (!text)
		text = "(too long)";
	len = strlen(text);
	if (len > ARGUMENTS_MAX)
		len = ARGUMENTS_MAX;
	memcpy(draft->arguments, text, len);
	draft->arguments[len] = '\0';
	if (text[len]) {
		tn_text_cut(draft->arguments, len);
		len = strlen(draft->arguments);
		memcpy(draft->arguments + len, " ...", 5);
	}
	tn_buf_done(&buf);
}

static void
draft_start(const struct command_run *run, const char *kind, const char *reason,
            struct draft *ret)
{
	*ret = (struct draft){ .verb = "" };
	journal_actor_get(&ret->actor);
	journal_actor_put(&ret->actor, &ret->record);
	put_arguments(run, ret);
	tn_rfc3339_format((int64_t)time(NULL), ret->time);
	ret->record.text[TN_JOURNAL_TIME] = ret->time;
	ret->record.text[TN_JOURNAL_KIND] = kind;
	ret->record.text[TN_JOURNAL_VERB] = ret->verb;
	ret->record.text[TN_JOURNAL_ARGUMENTS] = ret->arguments;
	ret->record.text[TN_JOURNAL_REASON] = reason;
}

/* How much of a list of people goes into one record: whole people. */
static size_t
part_of(const char *people)
{
	size_t len = strlen(people);

	if (len <= PEOPLE_MAX)
		return len;
	for (len = PEOPLE_MAX; len && people[len] != ','; len--)
		;
	return len ? len : PEOPLE_MAX;
}

typedef int store_record(void *arg, struct tn_journal_record *record,
                         uint64_t *ret_number, struct tn_err *err);

static int
store_directory(void *arg, struct tn_journal_record *record,
                uint64_t *ret_number, struct tn_err *err)
{
	return journal_append(arg, record, ret_number, err);
}

static int
store_spool(void *arg, struct tn_journal_record *record, uint64_t *ret_number,
            struct tn_err *err)
{
	*ret_number = 1;
	return journal_spool_keep(arg, record, err);
}

/* One record; further ones only where the list of people is too long for it,
   each naming the first. */
static int
write_all(struct draft *draft, const char *people, store_record *store,
          void *arg, const char *chain, uint64_t *ret_first, struct tn_err *err)
{
	char part[PEOPLE_MAX + 1];
	char of[OF_MAX];
	uint64_t first = 0;
	uint64_t number;
	size_t len;
	int r;

	people = people ? people : "";
	do {
		people += strspn(people, ", ");
		len = part_of(people);
		memcpy(part, people, len);
		part[len] = '\0';
		people += len;
		draft->record.text[TN_JOURNAL_PEOPLE] = part;
		draft->record.text[TN_JOURNAL_OF] = NULL;
		if (first) {
			snprintf(of, sizeof(of), "%s %llu", chain,
			         (unsigned long long)first);
			draft->record.text[TN_JOURNAL_OF] = of;
		}
		r = store(arg, &draft->record, &number, err);
		if (!r && !first)
			first = number;
	} while (!r && *people);
	if (!r)
		*ret_first = first;
	return r;
}

/* The name of the session's chain, for "of". */
static void
chain_name(const struct session *session, char ret[TN_JOURNAL_CHAIN_MAX + 1])
{
	struct tn_journal_chain chain;

	ret[0] = '\0';
	if (session->who && !journal_chain_of(session, &chain, NULL))
		memcpy(ret, chain.name, sizeof(chain.name));
}

int
journal_end(const struct command_run *run, struct session *session, int r,
            const struct tn_err *err)
{
	int status = EXIT_CLEAN;

	fflush(stdout);
	if (r == TN_E_NOT_FOUND && session->connection)
		status = command_refuse(run, "%s", err->text);
	else if (r)
		status = command_fail(run, err);
	if (r)
		journal_outcome(run, session, status, err->text);
	return status;
}

void
journal_catch_up(const struct command_run *run, struct session *session)
{
	struct tn_err err = TN_ERR_INIT;

	if (journal_spool_send(JOURNAL_SPOOL, session, &err))
		fprintf(
		    stderr,
		    "tenure: %s: records of the journal wait in " JOURNAL_SPOOL
		    ": %s\n",
		    run->name, err.text);
}

int
journal_change(const struct command_run *run, struct session *session,
               const struct journal_matter *matter, struct tn_err *err)
{
	char chain[TN_JOURNAL_CHAIN_MAX + 1];
	struct draft draft;
	int r;

	journal_catch_up(run, session);
	chain_name(session, chain);
	draft_start(run, "change", matter->reason, &draft);
	r = write_all(&draft, matter->people, store_directory, session, chain,
	              &session->journaled, err);
	if (!r)
		return TN_OK;
	/* Not the change was refused, but we could not tell of it. */
	if (r != TN_E_DENIED && r != TN_E_UNREACHABLE && r != TN_E_TIMEOUT &&
	    r != TN_E_NO_MEMORY) {
		r = TN_E_INCOMPLETE;
		if (err)
			err->code = r;
	}
	tn_context(err, "nothing was changed, since it could not be written "
	                "into the journal");
	return r;
}

int
journal_change_offline(const struct command_run *run,
                       const struct journal_matter *matter, struct tn_err *err)
{
	char folder[] = JOURNAL_SPOOL;
	struct draft draft;
	uint64_t first;
	int r;

	draft_start(run, "change", matter->reason, &draft);
	r = write_all(&draft, matter->people, store_spool, folder, "spool",
	              &first, err);
	if (r)
		tn_context(err, "nothing was changed, since it could not be "
		                "written into the journal's spool");
	return r;
}

int
journal_read(const struct command_run *run, struct session *session,
             const struct journal_matter *matter, struct tn_err *err)
{
	struct tn_err kept = TN_ERR_INIT;
	struct draft draft;
	char chain[TN_JOURNAL_CHAIN_MAX + 1];
	char folder[] = JOURNAL_SPOOL;
	uint64_t first;
	int r = TN_E_UNREACHABLE;

	draft_start(run, "read", matter->reason, &draft);
	if (session->connection) {
		journal_catch_up(run, session);
		chain_name(session, chain);
		r = write_all(&draft, matter->people, store_directory, session,
		              chain, &first, err);
	}
	if (!r || r == TN_E_DENIED)
		goto out;
	r = write_all(&draft, matter->people, store_spool, folder, "spool",
	              &first, &kept);
	if (r && err)
		*err = kept;
out:
	if (r)
		tn_context(err, "nothing is shown, since it could not be "
		                "written into the journal");
	return r;
}

void
journal_outcome(const struct command_run *run, struct session *session,
                int status, const char *words)
{
	struct tn_err err = TN_ERR_INIT;
	struct draft draft;
	char outcome[TN_ERR_TEXT_MAX + 32];
	char chain[TN_JOURNAL_CHAIN_MAX + 1];
	char of[OF_MAX];
	uint64_t number;
	int r = TN_E_UNREACHABLE;

	if (!session->journaled)
		return;
	draft_start(run, "outcome", NULL, &draft);
	chain_name(session, chain);
	snprintf(of, sizeof(of), "%s %llu", chain,
	         (unsigned long long)session->journaled);
	snprintf(outcome, sizeof(outcome), "exit status %d: %s", status, words);
	draft.record.text[TN_JOURNAL_OF] = of;
	draft.record.text[TN_JOURNAL_OUTCOME] = outcome;
	if (session->connection)
		r = journal_append(session, &draft.record, &number, &err);
	if (r)
		r = journal_spool_keep(JOURNAL_SPOOL, &draft.record, &err);
	if (r)
		fprintf(stderr,
		        "tenure: %s: the outcome is not in the journal: %s\n",
		        run->name, err.text);
	session->journaled = 0;
}
