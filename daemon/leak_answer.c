/*
 * LEAK: somebody says that the own password or key has leaked. This host locks
 * the person at once, whatever the directory does, and asks the directory for a
 * lock everywhere. UM-1.6, UM-15.1, PP-11.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include "base/log.h"
#include "base/text.h"
#include "leak_request.h"
#include "login.h"
#include "person_text.h"
#include "prepared.h"
#include "request.h"

/* The enforcer is given so long to answer; nobody waits for more. */
#define ASK_MS   3000
#define ROUND_MS 50

/* Its like is no lock of the directory's. */
static bool
is_case_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return name[len] == '\0' && len >= 8 && len <= 40 &&
	       strncmp(name, "self-", 5) == 0;
}

/* Whose uid it is: a person of the directory's, whom this host serves. */
static const struct tn_table_account *
find_person(const struct tn_net *net, uint32_t uid)
{
	const struct tn_table_account *at = tn_table_by_uid(&net->table, uid);
	struct tn_local_names local = tn_local_files_names(net->local);

	if (at == NULL || at->account->vanished ||
	    at->refusal != TN_REFUSAL_NONE ||
	    at->account->kind != TN_KIND_PERSON ||
	    local.has_uid(local.context, uid))
		return NULL;
	return at;
}

/* Puts the lock into the table. ret: a copy, or NULL where there is an open
   leak lock already. ret_dn: whose it is. */
static int
lock_here(struct tn_net *net, const struct tn_request *request,
          struct tn_lock **ret, char ret_dn[TN_DN_MAX + 1], struct tn_err *err)
{
	struct tn_lock lock = { .kind = TN_LOCK_LEAK,
		                .name = request->case_name,
		                .since = (int64_t)time(NULL),
		                .seen_ms = tn_real_ms(),
		                .own = true };
	char reason[TN_REASON_MAX + 1] = "";
	const struct tn_table_account *at;
	int rc = TN_OK;
	int len;

	if (getrandom(lock.uuid.byte, TN_UUID_LEN, 0) != TN_UUID_LEN)
		return tn_fail(err, TN_E_IO, "no random number");
	len =
	    snprintf(reason, sizeof(reason), "reported by the person on %s%s%s",
	             net->config->host_name,
	             request->reason[0] != '\0' ? ": " : "", request->reason);
	if (len < 0 || (size_t)len >= sizeof(reason))
		tn_text_cut(reason, sizeof(reason) - 1);
	tn_text_clean(reason);
	lock.reason = reason;
	lock.server_ms = lock.seen_ms;
	(void)pthread_rwlock_wrlock(&net->lock);
	at = find_person(net, request->peer);
	if (at == NULL) {
		rc = tn_fail(err, TN_E_NOT_FOUND,
		             "uid %u: nobody of the "
		             "directory",
		             request->peer);
	} else if (tn_table_knows_lock(&net->table, request->case_name)) {
		/* What settles the other would open this one. */
		rc = tn_fail(err, TN_E_NOT_FOUND, "the case is another's");
	} else if ((at->locks & TN_LOCK_LEAK) == 0) {
		lock.person_uuid = at->account->uuid;
		lock.staff_number = at->account->staff_number;
		rc = tn_lock_dup(&lock, ret, err);
		if (!tn_text_copy(ret_dn, TN_DN_MAX + 1, at->account->dn))
			ret_dn[0] = '\0';
		if (rc == TN_OK) {
			tn_log_warning("%s reports a leak of the own password "
			               "or key, case %s: closed here at once",
			               at->account->login, request->case_name);
			rc = tn_table_put_lock(&net->table, *ret, err);
		}
	}
	(void)pthread_rwlock_unlock(&net->lock);
	if (rc == TN_OK && *ret != NULL)
		tn_net_has_work(net);
	return rc;
}

/* In the person's own name, with the password: then the directory locks who holds
   a role, too. Who holds none, or whose password is not right any more, is asked
   for by the host as always. */
static void
ask_as_person(struct tn_net *net, const struct tn_request *request,
              const struct tn_lock *own, const char *dn)
{
	struct tn_connection *connection = NULL;
	struct tn_secret *password = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct tn_bind_result bound = { .accepted = false };
	int64_t deadline = tn_now_ms() + ASK_MS / 2;
	int rc;

	rc = tn_secret_new(request->password, request->password_len, &password,
	                   &err);
	if (rc == TN_OK)
		rc = tn_login_bind(net, dn, password, false, deadline,
		                   &connection, &bound, &err);
	if (rc == TN_OK && !bound.accepted)
		rc = tn_fail(&err, TN_E_DENIED, "the password is not right");
	if (rc == TN_OK) {
		tn_connection_deadline(connection, deadline);
		rc = tn_leak_request_own(net, connection, own, dn, &err);
	}
	if (rc != TN_OK)
		tn_log_warning("case %s: not asked for in the person's own "
		               "name: %s",
		               own->name, err.text);
	tn_prepared_closep(net->prepared, &connection);
	tn_secret_freep(&password);
}

/* Asks the best server, and waits for what the enforcer says. */
static int
ask(struct tn_net *net, const struct tn_lock *own, struct tn_leak_request *ret)
{
	const struct timespec pause = { .tv_nsec = ROUND_MS * 1000000L };
	int64_t deadline = tn_now_ms() + ASK_MS;
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	int rc;

	rc = tn_rotation_join(net->rotation, deadline, &connection, NULL, &err);
	while (rc == TN_OK) {
		tn_connection_deadline(connection, deadline);
		rc = tn_leak_request_ask(net, connection, own, ret, &err);
		if (rc != TN_OK || ret->result[0] != '\0' ||
		    tn_now_ms() + ROUND_MS >= deadline)
			break;
		(void)nanosleep(&pause, NULL);
	}
	tn_connection_closep(&connection);
	if (rc != TN_OK)
		tn_log_warning(
		    "case %s: the directory does not know yet, it is "
		    "asked again: %s",
		    own->name, err.text);
	return rc;
}

static enum tn_words
words_for(const struct tn_leak_request *request, int rc)
{
	if (rc != TN_OK || request->result[0] == '\0')
		return TN_WORDS_LEAK_LATER;
	return strncmp(request->result, "granted", 7) == 0
	           ? TN_WORDS_LEAK_EVERYWHERE
	           : TN_WORDS_LEAK_HERE;
}

void
tn_answer_leak(struct tn_net *net, const struct tn_request *request,
               struct tn_answer *answer)
{
	struct tn_leak_request asked = { .uuid = "" };
	struct tn_err err = TN_ERR_INIT;
	char dn[TN_DN_MAX + 1] = "";
	struct tn_lock *own = NULL;
	int rc;

	if (!is_case_name(request->case_name)) {
		answer->result = TN_RESULT_BAD_REQUEST;
		return;
	}
	rc = lock_here(net, request, &own, dn, &err);
	if (rc != TN_OK) {
		tn_log_debug("a report of a leak: %s", err.text);
		answer->result = rc == TN_E_NOT_FOUND ? TN_RESULT_DENIED
		                                      : TN_RESULT_UNAVAILABLE;
		tn_lock_free(own);
		return;
	}
	answer->result = TN_RESULT_OK;
	answer->row = TN_ROW_LEAK;
	if (own == NULL) {
		tn_tell(net, TN_WORDS_LEAK_BEFORE, answer);
		return;
	}
	/* One guess and no more: the account is closed here by now. */
	if (dn[0] != '\0' && request->password != NULL)
		ask_as_person(net, request, own, dn);
	rc = ask(net, own, &asked);
	tn_tell(net, words_for(&asked, rc), answer);
	tn_lock_free(own);
}
