#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "channel.h"
#include "net.h"
#include "wire/message.h"

static struct tn_net *net;
static struct tn_net_setup setup;
static uint8_t data[TN_WIRE_RECORD_MAX];
static int publish;

static void
start(void)
{
	const struct timeval bound = { .tv_sec = 5 };
	pthread_t thread;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	publish = pair[1];
	cr_assert_eq(
	    setsockopt(publish, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound)),
	    0);
	net = calloc(1, sizeof(*net));
	cr_assert_not_null(net);
	setup.publish = pair[0];
	net->setup = &setup;
	tn_table_init(&net->table);
	(void)pthread_rwlock_init(&net->lock, NULL);
	(void)pthread_mutex_init(&net->work_mutex, NULL);
	(void)pthread_cond_init(&net->work_cond, NULL);
	/* It runs for as long as the process of the test. */
	cr_assert_eq(pthread_create(&thread, NULL, tn_forward_loop, net), 0);
}

TestSuite(forward, .init = start, .timeout = 20);

/* What the next datagram is; 0 when none comes. */
static int
next(void)
{
	struct tn_message message;
	size_t len = 0;

	if (tn_channel_receive(publish, data, sizeof(data), &len, NULL) !=
	        TN_OK ||
	    tn_message_parse(data, len, &message, NULL) != TN_OK)
		return 0;
	return (int)message.what;
}

static void
put_wang(void)
{
	struct tn_account account;

	tn_account_init(&account);
	account.uuid.byte[0] = 1;
	account.kind = TN_KIND_PERSON;
	account.login = "wang";
	account.staff_number = "E1";
	account.uid = 2000001;
	account.gid = 2000000;
	account.status = TN_STATUS_ACTIVE;
	(void)pthread_rwlock_wrlock(&net->lock);
	cr_assert_eq(tn_table_put_account(&net->table, &account, NULL), TN_OK);
	(void)pthread_rwlock_unlock(&net->lock);
	tn_net_has_work(net);
}

Test(forward, a_lock_does_not_wait_for_the_end_of_a_refresh_UM_15_1)
{
	struct tn_lock lock = { .name = "one",
		                .staff_number = "E1",
		                .kind = TN_LOCK_LEAK,
		                .reason = "" };

	net->is_refreshed = true;
	put_wang();
	cr_expect_eq(next(), TN_WIRE_RESET);
	cr_expect_eq(next(), TN_WIRE_ACCOUNT_SET);
	cr_expect_eq(next(), TN_WIRE_PUBLISH);
	lock.uuid.byte[0] = 2;
	(void)pthread_rwlock_wrlock(&net->lock);
	tn_table_refresh_begin(&net->table);
	cr_assert_eq(tn_table_put_lock(&net->table, &lock, NULL), TN_OK);
	(void)pthread_rwlock_unlock(&net->lock);
	tn_net_has_work(net);
	cr_expect_eq(next(), TN_WIRE_LOCK_SET, "to be kept over a restart");
	cr_expect_eq(next(), TN_WIRE_ACCOUNT_SET);
	cr_expect_eq(next(), TN_WIRE_PUBLISH, "though the refresh goes on");
}

Test(forward, a_group_with_too_long_a_name_is_gone_and_ends_nothing)
{
	struct tn_group group = {
		.name = "a-name-that-is-longer-than-groups-may-have",
		.gid = 2000777,
	};

	net->is_refreshed = true;
	(void)pthread_rwlock_wrlock(&net->lock);
	cr_assert_eq(tn_table_put_group(&net->table, &group, NULL), TN_OK);
	(void)pthread_rwlock_unlock(&net->lock);
	put_wang();
	cr_expect_eq(next(), TN_WIRE_RESET);
	cr_expect_eq(next(), TN_WIRE_ACCOUNT_SET);
	cr_expect_eq(next(), TN_WIRE_GROUP_GONE);
	cr_expect_eq(next(), TN_WIRE_PUBLISH);
}

Test(forward, a_release_is_told_once_and_what_changes_nothing_never)
{
	net->is_refreshed = true;
	put_wang();
	cr_expect_eq(next(), TN_WIRE_RESET);
	cr_expect_eq(next(), TN_WIRE_ACCOUNT_SET);
	cr_expect_eq(next(), TN_WIRE_PUBLISH);
	put_wang(); /* a wrong password, say */
	(void)pthread_rwlock_wrlock(&net->lock);
	cr_assert_eq(tn_table_put_release(&net->table, "one", 101, NULL),
	             TN_OK);
	cr_assert_eq(tn_table_put_release(&net->table, "one", 101, NULL),
	             TN_OK);
	cr_assert_eq(tn_table_put_release(&net->table, "one", 99, NULL), TN_OK);
	(void)pthread_rwlock_unlock(&net->lock);
	tn_net_has_work(net);
	cr_expect_eq(next(), TN_WIRE_LOCK_RELEASED);
	cr_expect_eq(next(), TN_WIRE_PUBLISH);
}
