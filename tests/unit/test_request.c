#include <criterion/criterion.h>
#include <string.h>
#include "account/ssh_key.h"
#include "base/attrs.h"
#include "request.h"
#include "wire/service_way.h"

static struct tn_buf buf;
static struct tn_request request;

static void
start(enum tn_wire_what what)
{
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, what);
}

static int
read_as(uint32_t peer)
{
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	return tn_request_read(buf.data, buf.len, peer, &request, NULL);
}

static int
read_it(void)
{
	return read_as(0);
}

Test(request, a_whole_login_is_read)
{
	start(TN_WIRE_AUTHENTICATE);
	tn_message_put_text(&buf, TN_TAG_USER, "wang");
	tn_message_put_text(&buf, TN_TAG_PASSWORD, "secret");
	tn_message_put_text(&buf, TN_TAG_SERVICE, "sshd");
	tn_message_put_text(&buf, TN_TAG_TTY, "pts/1");
	cr_assert_eq(read_it(), TN_OK);
	cr_expect_str_eq(request.user, "wang");
	cr_expect_eq(request.password_len, 6);
	cr_expect_eq(request.peer, 0);
	cr_expect_str_eq(tn_request_source(&request), "pts/1");
	tn_buf_done(&buf);
}

/* As long as the command takes it: else nobody is locked. */
Test(request, the_reason_of_a_leak_may_be_as_long_as_any_PP_11)
{
	char reason[TN_REASON_MAX + 1];

	memset(reason, 'x', TN_REASON_MAX);
	reason[TN_REASON_MAX] = '\0';
	start(TN_WIRE_LEAK);
	tn_message_put_text(&buf, TN_TAG_CASE, "self-20261123-3f9a1c20");
	tn_message_put_text(&buf, TN_TAG_REASON, reason);
	cr_assert_eq(read_as(2000001), TN_OK);
	cr_expect_str_eq(request.reason, reason);
	tn_buf_done(&buf);
}

/* Else who guesses would be somebody new with each guess. */
Test(request, where_an_ordinary_user_asks_from_is_the_kernels_word)
{
	start(TN_WIRE_VERIFY);
	tn_message_put_text(&buf, TN_TAG_USER, "wang");
	tn_message_put_text(&buf, TN_TAG_PASSWORD, "secret");
	tn_message_put_text(&buf, TN_TAG_SERVICE, "x");
	tn_message_put_text(&buf, TN_TAG_RHOST, "192.0.2.1");
	tn_message_put_text(&buf, TN_TAG_TTY, "pts/1");
	cr_assert_eq(read_as(2000001), TN_OK);
	cr_expect_str_eq(tn_request_source(&request), "uid:2000001");
	tn_buf_done(&buf);
}

/* Else who runs su would be somebody new in each terminal. */
Test(request, where_su_asks_from_is_who_runs_it)
{
	start(TN_WIRE_AUTHENTICATE);
	tn_message_put_text(&buf, TN_TAG_USER, "wang");
	tn_message_put_text(&buf, TN_TAG_PASSWORD, "secret");
	tn_message_put_text(&buf, TN_TAG_SERVICE, "su");
	tn_message_put_text(&buf, TN_TAG_TTY, "pts/1");
	tn_message_put_u32(&buf, TN_TAG_CALLER, 2000002);
	cr_assert_eq(read_as(0), TN_OK);
	cr_expect_str_eq(tn_request_source(&request), "uid:2000002");
	/* Only root's word counts. */
	cr_assert_eq(read_as(2000001), TN_OK);
	cr_expect_str_eq(tn_request_source(&request), "uid:2000001");
	tn_buf_done(&buf);
}

static const struct lacking {
	const char *name;
	enum tn_wire_what what;
	const char *user;
	const char *password;
	const char *service;
} lacking[] = {
	{ "no user", TN_WIRE_AUTHENTICATE, NULL, "x", "sshd" },
	{ "an empty user", TN_WIRE_AUTHENTICATE, "", "x", "sshd" },
	{ "no password", TN_WIRE_AUTHENTICATE, "wang", NULL, "sshd" },
	{ "an empty password, which would bind as nobody", TN_WIRE_AUTHENTICATE,
	  "wang", "", "sshd" },
	{ "no service", TN_WIRE_VERIFY, "wang", "x", NULL },
	{ "no new password", TN_WIRE_CHANGE, "wang", "x", "passwd" },
	{ "no way", TN_WIRE_ACCOUNT, "wang", NULL, "sshd" },
	{ "nobody to explain", TN_WIRE_EXPLAIN, NULL, NULL, NULL },
	{ "publish's own question", TN_WIRE_PUBLISH, "wang", "x", "sshd" },
	{ "an answer", TN_WIRE_ANSWER, "wang", "x", "sshd" },
};

Test(request, what_lacks_a_field_is_refused)
{
	size_t i;

	for (i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		start(lacking[i].what);
		tn_message_put_text(&buf, TN_TAG_USER, lacking[i].user);
		tn_message_put_text(&buf, TN_TAG_PASSWORD, lacking[i].password);
		tn_message_put_text(&buf, TN_TAG_SERVICE, lacking[i].service);
		cr_expect_eq(read_it(), TN_E_PROTOCOL, "%s", lacking[i].name);
		tn_buf_done(&buf);
	}
}

Test(request, a_way_that_is_none_of_a_login_is_refused)
{
	uint32_t way;

	for (way = 0; way < 6; way++) {
		start(TN_WIRE_ACCOUNT);
		tn_message_put_text(&buf, TN_TAG_USER, "wang");
		tn_message_put_text(&buf, TN_TAG_SERVICE, "sshd");
		tn_message_put_u32(&buf, TN_TAG_WAY, way);
		cr_expect_eq(read_it(),
		             way < TN_WAY_SESSION ? TN_OK : TN_E_PROTOCOL,
		             "way %u", way);
		tn_buf_done(&buf);
	}
}

Test(request, a_user_name_without_end_is_refused)
{
	static char name[TN_REQUEST_USER_MAX + 1];

	memset(name, 'a', TN_REQUEST_USER_MAX);
	start(TN_WIRE_EXPLAIN);
	tn_message_put_text(&buf, TN_TAG_USER, name);
	cr_expect_eq(read_it(), TN_E_PROTOCOL);
	tn_buf_done(&buf);
}

Test(request, the_way_in_follows_from_the_service)
{
	cr_expect_eq(tn_service_way("sudo", TN_WAY_PASSWORD), TN_WAY_SUDO);
	cr_expect_eq(tn_service_way("su-l", TN_WAY_PASSWORD), TN_WAY_SUDO);
	cr_expect_eq(tn_service_way("cron", TN_WAY_KEY), TN_WAY_CRON);
	cr_expect_eq(tn_service_way("sshd", TN_WAY_KEY), TN_WAY_KEY);
	cr_expect_eq(tn_service_way("sudoedit", TN_WAY_PASSWORD),
	             TN_WAY_PASSWORD);
}

Test(request, keys_need_a_verb_and_a_key)
{
	char longer[TN_SSH_KEY_MAX + 2];
	static const struct {
		uint32_t verb;
		const char *key;
		int code;
	} asked[] = {
		{ TN_KEY_LIST, NULL, TN_OK },
		{ TN_KEY_ADD, "ssh-ed25519 AAAA", TN_OK },
		{ TN_KEY_ADD, NULL, TN_E_PROTOCOL },
		{ TN_KEY_REMOVE, NULL, TN_E_PROTOCOL },
		{ 0, "ssh-ed25519 AAAA", TN_E_PROTOCOL },
		{ 4, "ssh-ed25519 AAAA", TN_E_PROTOCOL },
	};
	size_t i;

	for (i = 0; i <= TN_ARRAY_LEN(asked); i++) {
		start(TN_WIRE_KEYS);
		tn_message_put_text(&buf, TN_TAG_USER, "wang");
		tn_message_put_text(&buf, TN_TAG_PASSWORD, "secret");
		tn_message_put_text(&buf, TN_TAG_SERVICE, "tenure-key");
		if (i < TN_ARRAY_LEN(asked)) {
			tn_message_put_u32(&buf, TN_TAG_KEY_VERB,
			                   asked[i].verb);
			tn_message_put_text(&buf, TN_TAG_KEY, asked[i].key);
			cr_expect_eq(read_it(), asked[i].code, "%zu", i);
		} else {
			memset(longer, 'A', sizeof(longer));
			tn_message_put_u32(&buf, TN_TAG_KEY_VERB, TN_KEY_ADD);
			tn_message_put(&buf, TN_TAG_KEY, longer,
			               sizeof(longer));
			cr_expect_eq(read_it(), TN_E_PROTOCOL);
		}
		tn_buf_done(&buf);
	}
	start(TN_WIRE_KEYS);
	tn_message_put_text(&buf, TN_TAG_USER, "wang");
	tn_message_put_text(&buf, TN_TAG_SERVICE, "tenure-key");
	tn_message_put_u32(&buf, TN_TAG_KEY_VERB, TN_KEY_LIST);
	cr_expect_eq(read_it(), TN_E_PROTOCOL, "not without the password");
	tn_buf_done(&buf);
}
