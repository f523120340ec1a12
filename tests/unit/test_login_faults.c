/*
 * A login worker's path with one call of it failing: each allocation, each call
 * of libldap, the connecting. A question is answered with the first, second, ...
 * call failing until none failed: no failure may make a success of a refusal,
 * or an allowed login of one that has to change the password first.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/attrs.h"
#include "base/log.h"
#include "fake_libldap.h"
#include "net.h"
#include "request.h"
#include "secret/secret.h"
#include "server_rotation.h"

#define SAME (-1)

void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__real_strdup(const char *text);
void *__wrap_sodium_malloc(size_t size);
void *__real_sodium_malloc(size_t size);

void *
__wrap_malloc(size_t size)
{
	return fake_fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fake_fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fake_fails() ? NULL : __real_realloc(old, size);
}

char *
__wrap_strdup(const char *text)
{
	return fake_fails() ? NULL : __real_strdup(text);
}

void *
__wrap_sodium_malloc(size_t size)
{
	return fake_fails() ? NULL : __real_sodium_malloc(size);
}

int __wrap_tn_connection_open(const struct tn_server *to,
                              struct tn_connection **ret, struct tn_err *err);
int
__wrap_tn_connection_open(const struct tn_server *to,
                          struct tn_connection **ret, struct tn_err *err)
{
	if (fake_fails())
		return tn_fail(err, TN_E_UNREACHABLE, "%s: fails", to->uri);
	*ret = fake_connection_new(to->uri);
	return TN_OK;
}

static struct tn_net_setup setup = { .listener = -1, .publish = -1 };
static struct tn_net *net;

static void
close_held(struct tn_connection *connection, void *prepared)
{
	tn_prepared_closep(prepared, &connection);
}

static void
put_person(const char *login, unsigned int number, bool must_change)
{
	struct tn_account account;
	char staff[16];
	char dn[64];

	(void)snprintf(staff, sizeof(staff), "E%u", number);
	(void)snprintf(dn, sizeof(dn), "uid=%s,ou=people,dc=example,dc=org",
	               login);
	tn_account_init(&account);
	account.uuid.byte[0] = 1;
	account.uuid.byte[15] = (uint8_t)number;
	account.kind = TN_KIND_PERSON;
	account.dn = dn;
	account.login = login;
	account.staff_number = staff;
	account.real_name = "王小明";
	account.home = "/home/p";
	account.shell = "/bin/sh";
	account.uid = 2000001 + number;
	account.gid = 2000000;
	account.created = 1000;
	account.changed = 2000;
	account.password_changed = (int64_t)time(NULL) - 86400;
	account.password_reset = must_change;
	account.status = TN_STATUS_ACTIVE;
	cr_assert_eq(tn_table_put_account(&net->table, &account, NULL), TN_OK);
}

static void
set_up(void)
{
	static const struct tn_lock lock = { .uuid = { { 2 } },
		                             .name = "l",
		                             .kind = TN_LOCK_LEAK,
		                             .staff_number = "E3",
		                             .reason = "" };
	struct tn_config *config = NULL;
	struct tn_err err = TN_ERR_INIT;

	allowed = ANY;
	tn_log_open("test_login_faults", false, false);
	cr_assert_eq(tn_config_parse("t.conf",
	                             "servers = ldapi://%2fx\n"
	                             "base = dc=example,dc=org\n"
	                             "organisation = Example\n"
	                             "host_name = host1\n",
	                             &config, &err),
	             TN_OK, "%s", err.text);
	net = calloc(1, sizeof(*net));
	cr_assert_not_null(net);
	setup.config = config;
	setup.snapshot_directory = "/nonexistent/snapshot";
	net->setup = &setup;
	net->config = config;
	net->rules = tn_host_rules(config);
	atomic_store(&net->clock_ahead, TN_TIME_NONE);
	tn_net_heard(net);
	tn_table_init(&net->table);
	(void)pthread_rwlock_init(&net->lock, NULL);
	(void)pthread_mutex_init(&net->work_mutex, NULL);
	(void)pthread_cond_init(&net->work_cond, NULL);
	cr_assert_eq(tn_catch_up_init(&net->catch_up), 0);
	tn_catch_up_begin(&net->catch_up, true);
	tn_catch_up_done(&net->catch_up);
	cr_assert_eq(tn_secret_start(NULL), TN_OK);
	cr_assert_eq(tn_rotation_new(config, &net->rotation, NULL), TN_OK);
	cr_assert_eq(tn_prepared_new(net->rotation, 1, &net->prepared, NULL),
	             TN_OK);
	cr_assert_eq(tn_held_new(close_held, net->prepared, &net->held, NULL),
	             TN_OK);
	cr_assert_eq(tn_throttle_new(20, 3600, 16, &net->key_changes, NULL),
	             TN_OK);
	cr_assert_eq(tn_local_files_read("/etc", &net->local, NULL), TN_OK);
	put_person("wang", 1, false);
	put_person("due", 2, true);
	put_person("shut", 3, false);
	cr_assert_eq(tn_table_put_lock(&net->table, &lock, NULL), TN_OK);
	net->is_refreshed = true;
}

TestSuite(login_faults, .init = set_up);

static const struct play {
	const char *name;
	enum tn_wire_what what;
	const char *user;
	const char *identity; /* of the bind; NULL: who was asked for */
	int result;           /* of bind and change */
	int error;            /* of the policy control, or ANY */
	/* What it comes to with no failure, and the one success that there
	   may be. */
	enum tn_wire_result wanted;
	int decision; /* of a success, or SAME: any */
	bool is_silent;
} plays[] = {
	{ "a right password", TN_WIRE_AUTHENTICATE, "wang", NULL, LDAP_SUCCESS,
	  ANY, TN_RESULT_OK, TN_ALLOW, false },
	{ "a wrong one", TN_WIRE_AUTHENTICATE, "wang", NULL,
	  LDAP_INVALID_CREDENTIALS, ANY, TN_RESULT_WRONG_PASSWORD, SAME,
	  false },
	{ "one past its last grace", TN_WIRE_AUTHENTICATE, "wang", NULL,
	  LDAP_INVALID_CREDENTIALS, PP_passwordExpired, TN_RESULT_DENIED, SAME,
	  false },
	{ "a server that is busy", TN_WIRE_AUTHENTICATE, "wang", NULL,
	  LDAP_BUSY, ANY, TN_RESULT_UNAVAILABLE, SAME, false },
	{ "bound as somebody else", TN_WIRE_AUTHENTICATE, "wang",
	  "dn:uid=li,ou=people,dc=example,dc=org", LDAP_SUCCESS, ANY,
	  TN_RESULT_UNAVAILABLE, SAME, false },
	{ "bound as nobody", TN_WIRE_AUTHENTICATE, "wang", "", LDAP_SUCCESS,
	  ANY, TN_RESULT_UNAVAILABLE, SAME, false },
	{ "a reset that the watch has seen", TN_WIRE_AUTHENTICATE, "due",
	  "dn:uid=due,ou=people,dc=example,dc=org", LDAP_SUCCESS, ANY,
	  TN_RESULT_OK, TN_CHANGE, false },
	{ "a reset that the server alone knows", TN_WIRE_AUTHENTICATE, "wang",
	  NULL, LDAP_SUCCESS, PP_changeAfterReset, TN_RESULT_OK, TN_CHANGE,
	  false },
	{ "who is locked", TN_WIRE_AUTHENTICATE, "shut", NULL, LDAP_SUCCESS,
	  ANY, TN_RESULT_DENIED, SAME, false },
	{ "who is locked, in an outage", TN_WIRE_AUTHENTICATE, "shut", NULL,
	  LDAP_INVALID_CREDENTIALS, ANY, TN_RESULT_DENIED, SAME, true },
	{ "whom nobody knows", TN_WIRE_AUTHENTICATE, "nobody", NULL,
	  LDAP_SUCCESS, ANY, TN_RESULT_UNKNOWN_USER, SAME, false },
	{ "passwd asks, and it is wrong", TN_WIRE_VERIFY, "wang", NULL,
	  LDAP_INVALID_CREDENTIALS, ANY, TN_RESULT_WRONG_PASSWORD, SAME,
	  false },
	{ "a change, and the old one is wrong", TN_WIRE_CHANGE, "wang", NULL,
	  LDAP_INVALID_CREDENTIALS, ANY, TN_RESULT_WRONG_PASSWORD, SAME,
	  false },
	{ "a change of who is locked", TN_WIRE_CHANGE, "shut", NULL,
	  LDAP_SUCCESS, ANY, TN_RESULT_DENIED, SAME, false },
	{ "a key login of who is locked", TN_WIRE_ACCOUNT, "shut", NULL,
	  LDAP_SUCCESS, ANY, TN_RESULT_DENIED, SAME, false },
	{ "a key login where a change is due", TN_WIRE_ACCOUNT, "due", NULL,
	  LDAP_SUCCESS, ANY, TN_RESULT_OK, TN_CHANGE, false },
	{ "a key login of nobody", TN_WIRE_ACCOUNT, "nobody", NULL,
	  LDAP_SUCCESS, ANY, TN_RESULT_UNKNOWN_USER, SAME, false },
	{ "a session of who is locked", TN_WIRE_SESSION, "shut", NULL,
	  LDAP_SUCCESS, ANY, TN_RESULT_DENIED, SAME, false },
};

static void
put_question(const struct play *play, struct tn_buf *buf)
{
	tn_buf_init(buf, TN_WIRE_MAX);
	tn_message_start(buf, play->what);
	tn_message_put_text(buf, TN_TAG_USER, play->user);
	tn_message_put_text(buf, TN_TAG_SERVICE, "sshd");
	tn_message_put_text(buf, TN_TAG_RHOST, "192.0.2.1");
	tn_message_put_u32(buf, TN_TAG_WAY, TN_WAY_KEY);
	tn_message_put_text(buf, TN_TAG_PASSWORD, "First-9x-gleam");
	tn_message_put_text(buf, TN_TAG_NEW_PASSWORD, "kX7#vmQ2-zPfw9");
	cr_assert_eq(tn_message_finish(buf), TN_OK);
}

/* Answers it with call number fault failing (ANY: none). False: nothing came
   back, which PAM takes for a tenured that is dead. */
static bool
answer(const struct play *play, int fault, uint32_t *ret_result,
       uint32_t *ret_decision)
{
	struct tn_message message;
	struct tn_buf question;
	struct tn_buf reply;
	bool is_there;

	fake_answer(play->result, ANY, ANY, play->error);
	if (play->identity != NULL)
		server.identity = play->identity;
	cr_assert_eq(tn_guesses_new(3, 60, &net->guesses, NULL), TN_OK);
	atomic_store(&net->watch_place, play->is_silent ? TN_NO_PLACE : 0);
	tn_rotation_worked(net->rotation, 0);
	put_question(play, &question);
	tn_buf_init(&reply, TN_WIRE_MAX);
	allowed = fault;
	(void)tn_request_answer(net, question.data, question.len, 0,
	                        tn_now_ms(), &reply);
	allowed = ANY;
	is_there =
	    reply.failed == TN_OK &&
	    tn_message_parse(reply.data, reply.len, &message, NULL) == TN_OK &&
	    tn_message_u32(&message, TN_TAG_RESULT, ret_result) == TN_OK &&
	    tn_message_u32(&message, TN_TAG_DECISION, ret_decision) == TN_OK;
	tn_buf_done(&reply);
	tn_buf_done(&question);
	tn_guesses_free(net->guesses);
	net->guesses = NULL;
	return is_there;
}

/* How many calls of it can fail. */
static int
fail_each(const struct play *play)
{
	uint32_t result = 0;
	uint32_t decision = 0;
	int fault;

	cr_assert(answer(play, ANY, &result, &decision), "%s", play->name);
	cr_assert_eq(result, (uint32_t)play->wanted, "%s: %u", play->name,
	             result);
	for (fault = 0;; fault++) {
		has_failed = false;
		if (!answer(play, fault, &result, &decision)) {
			cr_assert(has_failed, "%s", play->name);
			continue;
		}
		if (!has_failed)
			return fault;
		if (result != TN_RESULT_OK)
			continue;
		cr_expect_eq(play->wanted, TN_RESULT_OK,
		             "%s: let in when call %d fails", play->name,
		             fault);
		if (play->decision != SAME)
			cr_expect_eq(decision, (uint32_t)play->decision,
			             "%s: decision %u when call %d fails",
			             play->name, decision, fault);
	}
}

Test(login_faults, no_failure_of_a_workers_calls_lets_anybody_in,
     .timeout = 300)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(plays); i++) {
		int faults = fail_each(&plays[i]);

		cr_expect_geq(faults, 1, "%s", plays[i].name);
		sum += faults;
	}
	cr_log_info("%d failures", sum);
	cr_expect_geq(sum, 150, "%d failures only", sum);
}
