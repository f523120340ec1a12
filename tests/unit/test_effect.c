#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "channel.h"
#include "effects.h"
#include "login_log.h"
#include "server_rotation.h"

#define UID 2000001

static const struct tn_effect sample = {
	.name = "0a1b",
	.kind = TN_LOCK_LEAK,
	.server_ms = INT64_C(1795397402123),
	.seen_ms = INT64_C(1795397402170),
	.decided_ms = INT64_C(1795397402198),
	.finished_ms = INT64_C(1795397402434),
	.ended = 5,
	.sessions = 2,
	.reported = 1,
};

static const char *
format(const struct tn_effect *effect, const int64_t *clock)
{
	static char text[1024];
	struct tn_buf buf;

	tn_buf_init(&buf, sizeof(text) - 1);
	cr_assert_eq(tn_effect_format(effect, effect->name, clock, &buf),
	             TN_OK);
	(void)snprintf(text, sizeof(text), "%s", tn_buf_text(&buf));
	tn_buf_done(&buf);
	return text;
}

Test(effect, delays_are_from_the_servers_clock_with_this_hosts_taken_off)
{
	struct tn_effect effect = sample;
	int64_t clock = 4;

	cr_expect_str_eq(format(&effect, &clock),
	                 "0a1b kind=leak at=20261123013002.170Z clock=+4 "
	                 "seen=43 decided=71 finished=307 ended=5 sessions=2 "
	                 "reported=1 left=0");
	effect.finished_ms = 0;
	effect.left = 3;
	cr_expect_not_null(
	    strstr(format(&effect, &clock), " decided=71 finished=- "));
}

Test(effect, a_wrong_clock_changes_no_delay)
{
	struct tn_effect effect = sample;
	int64_t clock = 3600000;

	effect.seen_ms = sample.server_ms + clock + 47;
	cr_expect_not_null(strstr(format(&effect, &clock), " seen=47 "));
	clock = -3600000;
	effect.seen_ms = sample.server_ms + clock + 48;
	cr_expect_not_null(strstr(format(&effect, &clock), " seen=48 "));
}

Test(effect, what_is_not_known_is_said_so)
{
	struct tn_effect effect = sample;

	effect.server_ms = 0;
	effect.is_local_uid = true;
	cr_expect_str_eq(format(&effect, NULL),
	                 "0a1b kind=leak at=20261123013002.170Z clock=? "
	                 "seen=? decided=? finished=? ended=5 sessions=2 "
	                 "reported=1 left=0 uid=local");
	effect = sample;
	effect.lingered = true;
	cr_expect_not_null(strstr(format(&effect, NULL), " left=0 linger=1"));
	effect = sample;
	effect.own = true;
	cr_expect_not_null(
	    strstr(format(&effect, NULL), " seen=0 decided=28 finished=264 "));
	cr_expect_not_null(strstr(format(&effect, NULL), " self=1"));
}

Test(effect, it_travels_whole_and_a_damaged_one_does_not)
{
	struct tn_message message;
	struct tn_effect got;
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_effect_put(&buf, &sample, "login=wang\n"), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_assert_eq(tn_effect_get(&message, &got, NULL), TN_OK);
	cr_expect_eq(memcmp(&got, &sample, sizeof(got)), 0);
	message.len[TN_TAG_RECORD] -= 8;
	cr_expect_eq(tn_effect_get(&message, &got, NULL), TN_E_PROTOCOL);
	message.field[TN_TAG_RECORD] = NULL;
	cr_expect_eq(tn_effect_get(&message, &got, NULL), TN_E_PROTOCOL);
	tn_buf_done(&buf);
}

/* ---- publish's list ---- */

static struct tn_effects effects;
static int pair[2];

static void
start(void)
{
	cr_assert_eq(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
}

static void
end(void)
{
	tn_effects_done(&effects);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

TestSuite(effects, .init = start, .fini = end, .timeout = 20);

static bool
no_uid(const void *context, uint32_t uid)
{
	(void)context;
	(void)uid;
	return false;
}

static bool
every_uid(const void *context, uint32_t uid)
{
	(void)context;
	(void)uid;
	return true;
}

static void
see(const char *name, enum tn_lock_kind kind, bool own)
{
	const struct tn_lock lock = { .name = name,
		                      .staff_number = "",
		                      .reason = "",
		                      .kind = kind,
		                      .own = own,
		                      .seen_ms = tn_real_ms() };
	struct tn_message message;
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	cr_assert_eq(tn_lock_record_put(&buf, &lock, "wang", UID), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	tn_effects_see(&effects, &lock, &message);
	tn_buf_done(&buf);
}

static bool
decide(bool is_local, uint64_t generation)
{
	const struct tn_local_names local = { .has_uid = is_local ? every_uid
		                                                  : no_uid };

	tn_effects_settle(&effects);
	return tn_effects_decide(&effects, &local, generation);
}

static void
reap(uint32_t ended, uint32_t left, uint64_t generation)
{
	struct tn_message message;
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_REAPED);
	tn_message_put_u32(&buf, TN_TAG_UID, UID);
	tn_message_put_u32(&buf, TN_TAG_ENDED, ended);
	tn_message_put_u32(&buf, TN_TAG_SESSIONS, 1);
	tn_message_put_u32(&buf, TN_TAG_REPORTED, 0);
	tn_message_put_u32(&buf, TN_TAG_LEFT, left);
	tn_message_put_u32(&buf, TN_TAG_LINGERED, 0);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	if (ended > 0 || left > 0)
		tn_effects_reaped(&effects, &message);
	tn_message_start(&buf, TN_WIRE_REAPED_END);
	tn_message_put_u64(&buf, TN_TAG_GENERATION, generation);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	tn_effects_reaped(&effects, &message);
	tn_buf_done(&buf);
}

/* What net is told within two seconds; false: nothing. */
static bool
told(struct tn_effect *ret)
{
	static uint8_t data[TN_WIRE_RECORD_MAX];
	int64_t until = tn_now_ms() + 2000;
	struct pollfd ready = { .fd = pair[1], .events = POLLIN };
	struct tn_message message;
	ssize_t len = -1;

	while (len < 0 && tn_now_ms() < until) {
		tn_effects_tell(&effects, pair[0], "/nonexistent/logins");
		len = recv(pair[1], data, sizeof(data), 0);
		if (len < 0)
			(void)poll(&ready, 1, 20);
	}
	if (len < 0)
		return false;
	cr_assert_eq(tn_message_parse(data, (size_t)len, &message, NULL),
	             TN_OK);
	cr_assert_eq(tn_effect_get(&message, ret, NULL), TN_OK);
	return true;
}

Test(effects, a_leak_is_told_when_nothing_is_left)
{
	char name[TN_LOCK_NAME_MAX + 1];
	struct tn_effect got;

	see("one", TN_LOCK_LEAK, false);
	/* The snapshot that is written now does not have it yet. */
	cr_expect(!tn_effects_decide(
	    &effects, &(const struct tn_local_names){ .has_uid = no_uid }, 4));
	cr_expect(decide(false, 5));
	reap(3, 1, 5);
	reap(0, 0, 5);
	cr_assert(told(&got));
	cr_expect_str_eq(got.name, "one");
	cr_expect_eq(got.ended, 3);
	cr_expect_eq(got.left, 0);
	cr_expect(got.finished_ms >= got.decided_ms);
	cr_expect(!tn_effects_take_told(&effects, name), "not written yet");
	tn_effects_written(&effects, "one");
	cr_assert(tn_effects_take_told(&effects, name));
	cr_expect_str_eq(name, "one");
	cr_expect(!tn_effects_take_told(&effects, name), "once");
}

Test(effects, a_look_from_before_the_snapshot_finishes_nothing)
{
	struct tn_effect got;

	see("one", TN_LOCK_LEAK, false);
	cr_expect(decide(false, 5));
	reap(0, 0, 4);
	cr_expect(!told(&got));
	reap(0, 0, 5);
	cr_expect(told(&got));
}

Test(effects, a_suspension_that_ended_nothing_is_not_worth_telling)
{
	char name[TN_LOCK_NAME_MAX + 1];
	struct tn_effect got;

	see("one", TN_LOCK_SUSPENSION, false);
	cr_expect(decide(false, 5));
	reap(0, 0, 5);
	cr_expect(!told(&got));
	cr_expect(tn_effects_take_told(&effects, name), "but it is done with");
	see("two", TN_LOCK_SUSPENSION, false);
	cr_expect(decide(false, 6));
	reap(1, 0, 6);
	cr_expect(told(&got));
}

Test(effects, the_lock_that_follows_an_own_report_is_no_second_one)
{
	struct tn_effect got;

	see("self-x", TN_LOCK_LEAK, true);
	cr_expect(decide(true, 5));
	reap(2, 0, 5);
	cr_assert(told(&got));
	cr_expect(got.own);
	cr_expect(got.is_local_uid);
	see("request-1", TN_LOCK_LEAK, false);
	cr_expect(decide(false, 6));
	reap(0, 0, 6);
	cr_expect(!told(&got));
}

/* A list of 1,000 is imported: none is left out, and none waits for all. */
Test(effects, a_thousand_leaks_at_once_are_all_told)
{
	static uint8_t data[TN_WIRE_RECORD_MAX];
	char name[TN_LOCK_NAME_MAX + 1];
	struct tn_effect got;
	int count;

	for (count = 0; count < 1000; count++) {
		(void)snprintf(name, sizeof(name), "gone-%d", count);
		see(name, TN_LOCK_DEPARTURE, false);
		(void)snprintf(name, sizeof(name), "leak-%d", count);
		see(name, TN_LOCK_LEAK, false);
	}
	cr_expect(decide(false, 5));
	reap(1, 0, 5);
	/* Each turn is short, and what it told is read before the next. */
	for (count = 0; told(&got); count++)
		while (recv(pair[1], data, sizeof(data), 0) > 0)
			count++;
	cr_expect_eq(count, 1000 + TN_EFFECTS_OTHERS);
}

/* ---- logins ---- */

static char path[64];

static void
new_log(void)
{
	(void)snprintf(path, sizeof(path), "/tmp/tn-logins-%d", (int)getpid());
	(void)unlink(path);
}

static void
end_log(void)
{
	(void)unlink(path);
}

TestSuite(logins, .init = new_log, .fini = end_log);

static const char *
of(const char *login)
{
	static char text[TN_LOGIN_LOG_TEXT_MAX + 1];
	struct tn_buf buf;

	tn_buf_init(&buf, TN_LOGIN_LOG_TEXT_MAX);
	cr_assert_eq(tn_login_log_of(path, login, &buf), TN_OK);
	(void)snprintf(text, sizeof(text), "%s", tn_buf_text(&buf));
	tn_buf_done(&buf);
	return text;
}

Test(logins, are_counted_by_way_and_source_the_latest_first)
{
	cr_expect_str_eq(of("wang"), "");
	tn_login_log_add(path, "wang", "sshd", "key", "192.0.2.1", 1000, NULL);
	tn_login_log_add(path, "wang", "sshd", "key", "192.0.2.1", 2000, NULL);
	tn_login_log_add(path, "wang", "sudo", "sudo", "pts/3", 3000, NULL);
	tn_login_log_add(path, "li", "sshd", "key", "192.0.2.1", 4000, NULL);
	cr_expect_str_eq(of("wang"),
	                 "login=wang service=sudo way=sudo from=pts/3 "
	                 "first=19700101005000Z last=19700101005000Z count=1\n"
	                 "login=wang service=sshd way=key from=192.0.2.1 "
	                 "first=19700101001640Z last=19700101003320Z "
	                 "count=2\n");
}

Test(logins, hostile_words_stay_one_word_and_a_flood_has_a_bound)
{
	char from[32];
	int i;

	tn_login_log_add(path, "wang", "a b=c", "key", "x\ny z", 1000, NULL);
	cr_expect_not_null(strstr(of("wang"), "service=a_b_c way=key "
	                                      "from=x?y_z "));
	tn_login_log_add(path, "li", "", "key",
	                 "0123456789012345678901234567890123456789012345678901"
	                 "2345678901234567890123456789",
	                 1000, NULL);
	cr_expect_not_null(strstr(of("li"), "service=- "));
	for (i = 0; i < 5000; i++) {
		(void)snprintf(from, sizeof(from), "10.0.%d.%d", i / 256,
		               i % 256);
		cr_assert_eq(tn_login_log_add(path, "zhao", "sshd", "key", from,
		                              5000 + i, NULL),
		             TN_OK);
	}
	cr_expect_not_null(strstr(of("zhao"), "from=10.0.19.135 "), "the last");
	cr_expect_null(strstr(of("zhao"), "from=10.0.0.1 "), "not the first");
}

static char known[512];

static int
note_known(const char *login, const char *source, int64_t last, void *arg)
{
	const size_t at = strlen(known);

	(void)arg;
	(void)snprintf(known + at, sizeof(known) - at, "%s %s %d\n", login,
	               source, (int)last);
	return TN_OK;
}

/* Whence people always come is what throttling spares (guesses.h). */
Test(logins, whence_passwords_let_in_lately_is_told)
{
	cr_expect_eq(tn_login_log_known(path, 0, note_known, NULL), TN_OK);
	tn_login_log_add(path, "wang", "sshd", "key", "192.0.2.1", 3000, NULL);
	tn_login_log_add(path, "wang", "sudo", "sudo", "pts/3", 3000, NULL);
	tn_login_log_add(path, "li", "sshd", "password", "192.0.2.2", 1000,
	                 NULL);
	cr_expect_eq(tn_login_log_known(path, 1000, note_known, NULL), TN_OK);
	cr_expect_str_eq(known, "", "keys, sudo, and too long ago");
	tn_login_log_add(path, "li", "login", "password", "", 3000, NULL);
	cr_expect_eq(tn_login_log_known(path, 1000, note_known, NULL), TN_OK);
	cr_expect_str_eq(known, "li login 3000\n", "by its service");
}

Test(logins, a_file_of_rubbish_is_read_as_some_words_or_none)
{
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char rubbish[4096];
	int i;

	memset(rubbish, 'A', sizeof(rubbish));
	for (i = 0; i < 100; i++)
		cr_assert_eq(write(file, rubbish, sizeof(rubbish)),
		             (ssize_t)sizeof(rubbish));
	(void)close(file);
	cr_expect_str_eq(of("wang"), "");
	cr_expect_eq(
	    tn_login_log_add(path, "wang", "sshd", "key", "h", 1, NULL), TN_OK);
	cr_expect_not_null(strstr(of("wang"), "login=wang "));
}
