#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "catch_up.h"
#include "directory/connection.h"

static char folder[] = "/tmp/catch-up-XXXXXX";
static char path[64];
static char uri[192];
static struct tn_config config;
static struct tn_server_rotation *rotation;
static struct tn_catch_up catch_up;

static void
start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	(void)snprintf(uri, sizeof(uri), "ldapi://%%2Ftmp%%2F%s%%2Fs",
	               folder + strlen("/tmp/"));
	config = (struct tn_config){ .servers = { uri },
		                     .connect_timeout = 2,
		                     .operation_timeout = 2 };
	cr_assert_eq(tn_directory_start(NULL), TN_OK);
	cr_assert_eq(tn_rotation_new(&config, &rotation, NULL), TN_OK);
	cr_assert_eq(tn_catch_up_init(&catch_up), 0);
}

static void
end(void)
{
	tn_rotation_free(rotation);
	(void)unlink(path);
	(void)rmdir(folder);
}

TestSuite(catch_up, .init = start, .fini = end);

/* A server that takes connections and says nothing. */
static void
listens(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	cr_assert_geq(fd, 0);
	memcpy(address.sun_path, path, strlen(path));
	cr_assert_eq(
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(fd, 4), 0);
}

/* Milliseconds. */
static int64_t
await(void)
{
	int64_t begin = tn_now_ms();

	tn_catch_up_await(&catch_up, rotation);
	return tn_now_ms() - begin;
}

Test(catch_up, where_no_server_is_there_nobody_waits)
{
	tn_catch_up_lost(&catch_up);
	cr_expect_lt(await(), 1000);
}

Test(catch_up, in_step_nobody_waits)
{
	listens();
	tn_catch_up_begin(&catch_up, true);
	tn_catch_up_done(&catch_up);
	cr_expect_lt(await(), 1000);
}

static int64_t slept;

static void *
be_the_watch(void *arg)
{
	const struct timespec moment = { .tv_nsec = 100000000 };
	int64_t begin = tn_now_ms();

	(void)arg;
	tn_catch_up_sleep(&catch_up, 60000);
	slept = tn_now_ms() - begin;
	tn_catch_up_begin(&catch_up, true);
	(void)nanosleep(&moment, NULL);
	tn_catch_up_done(&catch_up);
	return NULL;
}

Test(catch_up, a_login_wakes_the_watch_and_waits_until_it_is_in_step)
{
	pthread_t watch;

	listens();
	tn_catch_up_lost(&catch_up);
	cr_assert_eq(pthread_create(&watch, NULL, be_the_watch, NULL), 0);
	cr_expect_geq(await(), 100);
	cr_expect_eq(catch_up.state, TN_WATCH_IN_STEP);
	cr_assert_eq(pthread_join(watch, NULL), 0);
	cr_expect_lt(slept, 3000);
}

Test(catch_up, a_look_from_before_the_server_was_back_is_not_believed_UM_15_1)
{
	pthread_t watch;

	tn_catch_up_lost(&catch_up);
	cr_expect_lt(await(), 1000); /* looks, and finds nothing */
	listens();
	cr_assert_eq(pthread_create(&watch, NULL, be_the_watch, NULL), 0);
	cr_expect_geq(await(), 100);
	cr_expect_eq(catch_up.state, TN_WATCH_IN_STEP);
	cr_assert_eq(pthread_join(watch, NULL), 0);
}

Test(catch_up, a_server_that_says_nothing_is_waited_for_once)
{
	int64_t first;

	listens();
	tn_catch_up_lost(&catch_up);
	first = await();
	cr_expect_geq(first, 3000);
	cr_expect_lt(first, 4500);
	cr_expect_lt(await(), 1000);
}
