/*
 * A net that somebody else rules hands publish every line of DESIGN section 12
 * (hostile_account.h), also what net's own encoder would not send: too long, no
 * UTF-8. What the line refuses is not in the file that publish writes.
 */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attrs.h"
#include "build_whole.h"
#include "hostile_account.h"
#include "snapshot/snapshot_reader.h"
#include "wire/record.h"

#define FILLER "@@@@"

static struct tn_publish_state state;

static void
start(void)
{
	tn_publish_state_init(&state);
}

static void
end(void)
{
	tn_publish_state_done(&state);
}

TestSuite(publish_hostile, .init = start, .fini = end);

/* How many accounts or groups are served; false: the datagram was refused. */
static bool
apply(struct tn_buf *buf)
{
	struct tn_message message;
	bool is_publish;
	int rc;

	cr_assert_eq(tn_message_parse(buf->data, buf->len, &message, NULL),
	             TN_OK);
	rc = tn_publish_state_apply(&state, &message, &is_publish, NULL);
	tn_buf_done(buf);
	return rc == TN_OK;
}

static void
empty(const char *folder)
{
	static const char *const names[] = { "base.0", "overlay",
		                             "generation" };
	char path[64];
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static size_t
served(void)
{
	char folder[] = "/tmp/tn-hostile-XXXXXX";
	static const struct tn_host_rules rules = {
		.policy = { .max_age_days = 30, .max_silence = 1000 },
		.serve = { .min_uid = 1000, .home_roots = roots },
		.brake = { .count = 20, .percent = 5, .floor = 3 },
	};
	const struct tn_moment moment = { .now = 86400 * 100, .today = 100 };
	const struct tn_publish_view view = { .rules = &rules,
		                              .local = &local,
		                              .moment = &moment,
		                              .heard = state.heard };
	struct tn_publish_result result = { 0 };
	struct tn_err err = TN_ERR_INIT;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(build_whole(&state, &view, folder, 1, &result, &err),
	             TN_OK, "%s", err.text);
	empty(folder);
	cr_assert_eq(result.dead, 0);
	return result.live;
}

/* net says "refusal: none" of everything. */
static void
put(const struct tn_account *account)
{
	struct tn_account_record record = { .account = *account,
		                            .refusal = TN_REFUSAL_NONE };
	struct tn_buf buf;

	record.account.uuid.byte[0] = 1;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	cr_assert(apply(&buf));
}

/* The same with value for FILLER, as no honest net would encode it. */
static bool
put_forged(const struct tn_account *account, const char *value)
{
	struct tn_account_record record = { .account = *account,
		                            .refusal = TN_REFUSAL_NONE };
	struct tn_message message;
	struct tn_buf honest, inner, forged;
	const uint8_t *fields, *at;
	size_t len = strlen(value);
	uint8_t length[3];
	size_t all;

	record.account.uuid.byte[0] = 1;
	tn_buf_init(&honest, TN_WIRE_RECORD_MAX);
	tn_buf_init(&inner, TN_WIRE_RECORD_MAX);
	tn_buf_init(&forged, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&honest, &record), TN_OK);
	cr_assert_eq(tn_message_parse(honest.data, honest.len, &message, NULL),
	             TN_OK);
	fields = message.field[TN_TAG_RECORD];
	all = message.len[TN_TAG_RECORD];
	at = memmem(fields, all, FILLER, strlen(FILLER));
	cr_assert_not_null(at);
	length[0] = (uint8_t)(len >> 16);
	length[1] = (uint8_t)(len >> 8);
	length[2] = (uint8_t)len;
	tn_buf_put(&inner, fields, (size_t)(at - fields) - sizeof(length));
	tn_buf_put(&inner, length, sizeof(length));
	tn_buf_put(&inner, value, len);
	at += strlen(FILLER);
	tn_buf_put(&inner, at, all - (size_t)(at - fields));
	tn_message_start(&forged, TN_WIRE_ACCOUNT_SET);
	tn_message_put(&forged, TN_TAG_RECORD, inner.data, inner.len);
	cr_assert_eq(tn_message_finish(&forged), TN_OK);
	tn_buf_done(&honest);
	tn_buf_done(&inner);
	return apply(&forged);
}

Test(publish_hostile, the_good_one_is_served)
{
	struct tn_account a = good();

	put(&a);
	cr_expect_eq(served(), 1);
}

Test(publish_hostile, no_line_of_section_12_is_served_whatever_net_says)
{
	static const char filler[] = FILLER;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(lines); i++) {
		struct tn_account a = good();
		const char *value = filler;

		memcpy((char *)&a + lines[i].field, &value, sizeof(value));
		tn_publish_state_done(&state);
		tn_publish_state_init(&state);
		(void)put_forged(&a, lines[i].value);
		cr_expect_eq(served(), lines[i].refusal == TN_REFUSAL_NONE,
		             "line %zu \"%.40s\"", i, lines[i].value);
	}
}

Test(publish_hostile, a_line_takes_away_what_was_served_before)
{
	static const char filler[] = FILLER;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(lines); i++) {
		struct tn_account a = good();
		const char *value = filler;

		tn_publish_state_done(&state);
		tn_publish_state_init(&state);
		put(&a);
		memcpy((char *)&a + lines[i].field, &value, sizeof(value));
		(void)put_forged(&a, lines[i].value);
		cr_expect_eq(served(), lines[i].refusal == TN_REFUSAL_NONE,
		             "line %zu \"%.40s\"", i, lines[i].value);
	}
}

Test(publish_hostile, no_number_out_of_its_range_is_served)
{
	size_t i;

	for (i = 0; i < 2 * TN_ARRAY_LEN(ids); i++) {
		struct tn_account a = good();
		/* This host has 1000 itself. */
		bool is_own = i % 2 == 0 && ids[i / 2].id == 1000;

		if (i % 2)
			a.gid = ids[i / 2].id;
		else
			a.uid = ids[i / 2].id;
		tn_publish_state_done(&state);
		tn_publish_state_init(&state);
		put(&a);
		cr_expect_eq(served(), ids[i / 2].allowed && !is_own, "%s %u",
		             i % 2 ? "gid" : "uid", ids[i / 2].id);
	}
}

Test(publish_hostile, no_number_of_the_hosts_own_is_served)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(hostile_numbers); i++) {
		struct tn_account a = good();

		a.uid = hostile_numbers[i].uid;
		a.gid = hostile_numbers[i].gid;
		tn_publish_state_done(&state);
		tn_publish_state_init(&state);
		put(&a);
		cr_expect_eq(served(),
		             hostile_numbers[i].refusal == TN_REFUSAL_NONE,
		             "case %zu", i);
	}
}

Test(publish_hostile, two_records_of_one_name_or_number_serve_one)
{
	struct tn_account_record second = { .refusal = TN_REFUSAL_NONE };
	struct tn_account a = good();
	struct tn_buf buf;

	put(&a);
	second.account = good();
	second.account.uuid.byte[0] = 2;
	second.account.login = "other";
	second.account.home = "/home/other";
	second.account.staff_number = "E9";
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &second), TN_OK);
	cr_assert(apply(&buf));
	cr_expect_eq(served(), 1);
}

/* Is the group in the file that publish writes? */
static bool
group_is_served(const struct tn_group *group)
{
	char folder[] = "/tmp/tn-hostile-XXXXXX";
	static const struct tn_host_rules rules = {
		.serve = { .min_uid = 1000, .home_roots = roots }
	};
	const struct tn_moment moment = { .now = 86400 * 100, .today = 100 };
	const struct tn_publish_view view = { .rules = &rules,
		                              .local = &local,
		                              .moment = &moment,
		                              .heard = state.heard };
	const struct tn_snapshot *snapshot = NULL;
	struct tn_publish_result result = { 0 };
	char buffer[1024];
	struct group found;
	bool is_there;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(build_whole(&state, &view, folder, 1, &result, NULL),
	             TN_OK);
	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	is_there = tn_snapshot_group_by_gid(snapshot, group->gid, &found,
	                                    buffer, sizeof(buffer)) == TN_OK;
	tn_snapshot_drop(snapshot);
	empty(folder);
	return is_there;
}

Test(publish_hostile, no_group_of_section_12_is_served)
{
	size_t i, next;

	for (i = 0; i < TN_ARRAY_LEN(hostile_groups); i++) {
		const struct tn_group group = {
			.uuid = { .byte = { 1 } },
			.name = hostile_groups[i].name,
			.gid = hostile_groups[i].gid,
		};
		struct tn_buf buf;

		tn_publish_state_done(&state);
		tn_publish_state_init(&state);
		tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
		cr_assert_eq(tn_record_put_group(&buf, &group, 0, &next),
		             TN_OK);
		(void)apply(&buf);
		cr_expect_eq(group_is_served(&group),
		             hostile_groups[i].refusal == TN_REFUSAL_NONE,
		             "case %zu", i);
	}
}
