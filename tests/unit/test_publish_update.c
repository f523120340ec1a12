/*
 * Changes at random, told to publish bit by bit: what comes of looking at what
 * was touched is what comes of building everybody anew.
 */
#include <config.h>

#include "publish_scene.h"

TestSuite(publish_update, .init = start, .fini = end, .timeout = 120);

static bool
publishes_with_cookie(size_t len)
{
	struct tn_message message;
	static char cookie[TN_COOKIE_MAX + 2];
	bool is_publish = false;
	struct tn_buf buf;

	memset(cookie, 'c', len);
	cookie[len] = '\0';
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_message_start(&buf, TN_WIRE_PUBLISH);
	tn_message_put_text(&buf, TN_TAG_COOKIE, cookie);
	tn_message_put_u64(&buf, TN_TAG_HEARD, 1);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_expect_eq(
	    tn_publish_state_apply(&state, &message, &is_publish, NULL), TN_OK);
	tn_buf_done(&buf);
	return is_publish;
}

/* A long one is no reason to publish nothing. */
Test(publish_update, a_long_cookie_is_published_and_one_too_long_left_out)
{
	cr_expect(publishes_with_cookie(TN_COOKIE_MAX));
	cr_expect_eq(strlen(state.cookie), TN_COOKIE_MAX);
	cr_expect(publishes_with_cookie(TN_COOKIE_MAX + 1));
	cr_expect_str_eq(state.cookie, "");
}

Test(publish_update, comes_to_what_a_whole_build_comes_to)
{
	const struct tn_snapshot *previous;
	uint32_t changes;
	bool is_swept;
	bool told;
	int round;

	for (round = 0; round < 40; round++)
		round % 4 != 0 ? change_account() : change_group();
	(void)publish(false);
	for (round = 1; round <= 1000; round++) {
		cr_assert_eq(tn_snapshot_take(folder, &previous), TN_OK);
		for (changes = next_random() % 4; changes > 0; changes--)
			next_random() % 4 != 0 ? change_account()
			                       : change_group();
		is_swept = round % 50 == 0;
		if (is_swept) { /* a day passes, a local account comes */
			moment.today++;
			moment.now += 86400;
			(void)snprintf(local_name, sizeof(local_name), "p%u",
			               next_random() % 64);
		}
		(void)publish(is_swept);
		if (local_name[0] == '\0')
			expect_as_whole(previous, round);
		local_name[0] = '\0';
		if (is_swept)
			(void)publish(true);
		/* Started again, and told everything again. */
		if (round % 31 == 0) {
			tn_publish_files_done(&files);
			cr_assert_eq(tn_publish_files_open(&files, NULL),
			             TN_OK);
			state.is_all_touched = true;
		}
		tn_snapshot_drop(previous);
		/* A base that is made while changes go on, a step each. */
		if (round % 23 < 11)
			cr_assert_eq(tn_publish_files_rebase(&files, moment.now,
			                                     &told, NULL),
			             TN_OK);
	}
}

static void
put_people(uint8_t count)
{
	uint8_t i;

	for (i = 0; i < count; i++)
		put_account(i, login_of(i), 2000000u + i, 0, TN_REFUSAL_NONE,
		            TN_DAY_NONE);
}

static uint64_t
base_generation(void)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	tn_snapshot_info(snapshot, &info);
	tn_snapshot_drop(snapshot);
	return info.base_generation;
}

static bool
is_dead(const char *login)
{
	const struct tn_snapshot *snapshot;
	char buffer[1024];
	struct passwd person;
	bool dead = false;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, login, &person, buffer,
	                                      sizeof(buffer), &dead),
	             TN_OK);
	tn_snapshot_drop(snapshot);
	return dead;
}

Test(publish_update, a_lock_writes_no_base_UM_15_1)
{
	uint64_t base;

	put_people(30);
	cr_expect(publish(false));
	base = base_generation();
	put_account(3, login_of(3), 2000003, TN_LOCK_LEAK, TN_REFUSAL_NONE,
	            TN_DAY_NONE);
	cr_expect(publish(false));
	cr_expect(is_dead("p3"));
	cr_expect_eq(base_generation(), base);
}

Test(publish_update, what_does_not_change_the_record_is_not_published)
{
	put_people(30);
	cr_expect(publish(false));
	put_people(30);
	cr_expect(!publish(false));
	cr_expect(!publish(true));
}

Test(publish_update, a_mass_disappearance_ends_nobody)
{
	uint8_t i;

	put_people(60);
	(void)publish(false);
	for (i = 0; i < 30; i++)
		put_gone(TN_WIRE_ACCOUNT_GONE, i);
	put_account(31, login_of(31), 2000031, TN_LOCK_LEAK, TN_REFUSAL_NONE,
	            TN_DAY_NONE);
	cr_expect(publish(false));
	cr_expect(!is_dead("p5"));
	cr_expect(is_dead("p31"), "a lock applies at once");
	put_gone(TN_WIRE_ACCOUNT_GONE, 40);
	cr_expect(publish(false));
	cr_expect(is_dead("p40"), "one alone is no mass");
	cr_expect_eq(files.live, 58);
}

Test(publish_update, the_last_day_passes_by_itself_CI_P38)
{
	put_people(3);
	put_account(4, login_of(4), 2000004, 0, TN_REFUSAL_NONE, 100);
	(void)publish(false);
	cr_expect_eq(files.judge_at, 86400 * 101);
	moment.now = 86400 * 101;
	moment.today = 101;
	cr_expect(publish(true));
	cr_expect(is_dead("p4"));
	cr_expect(!is_dead("p2"));
	cr_expect_gt(files.judge_at, moment.now);
}

Test(publish_update, when_its_files_are_gone_all_is_written_again)
{
	put_people(30);
	(void)publish(false);
	empty(folder);
	cr_assert_eq(mkdir(folder, 0755), 0);
	cr_expect(publish(false));
	cr_expect(!is_dead("p7"));
}
