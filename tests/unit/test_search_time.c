/* How long a search may take, from a server that tells one entry at a time. */
#include <criterion/criterion.h>
#include <lber.h>
#include <ldap.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "directory/connection.h"
#include "directory/search.h"

#define ENTRIES 4
#define PACE_MS 400 /* the entries take longer together than one of them may */

static char folder[] = "/tmp/search-time-XXXXXX";
static char path[64];
static char uri[192];
static int listener;
static unsigned int silent_after = ENTRIES + 1;

/* False: who asked has gone. */
static bool
send_message(int fd, BerElement *ber)
{
	struct berval *bytes = NULL;
	bool is_sent;

	cr_assert_eq(ber_flatten(ber, &bytes), 0);
	is_sent = send(fd, bytes->bv_val, bytes->bv_len, MSG_NOSIGNAL) ==
	          (ssize_t)bytes->bv_len;
	ber_bvfree(bytes);
	ber_free(ber, 1);
	return is_sent;
}

/* Answers one search: message 1 of the connection. */
static void *
serve(void *arg)
{
	const struct timespec pace = { .tv_nsec = PACE_MS * 1000000L };
	const int fd = accept(listener, NULL, NULL);
	char question[1024];
	BerElement *ber;
	unsigned int i;

	cr_assert_gt(recv(fd, question, sizeof(question), 0), 0);
	for (i = 0; i < ENTRIES && i < silent_after; i++) {
		(void)nanosleep(&pace, NULL);
		ber = ber_alloc_t(LBER_USE_DER);
		cr_assert_geq(ber_printf(ber, "{it{s{}}}", 1,
		                         LDAP_RES_SEARCH_ENTRY, "uid=wang"),
		              0);
		if (!send_message(fd, ber))
			break;
	}
	if (i == ENTRIES) {
		ber = ber_alloc_t(LBER_USE_DER);
		cr_assert_geq(ber_printf(ber, "{it{ess}}", 1,
		                         LDAP_RES_SEARCH_RESULT, 0, "", ""),
		              0);
		(void)send_message(fd, ber);
	}
	/* Until the other side is gone. */
	while (recv(fd, question, sizeof(question), 0) > 0)
		continue;
	(void)close(fd);
	return arg;
}

static int
count(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	unsigned int *seen = arg;

	(void)entry;
	(void)err;
	(*seen)++;
	return TN_OK;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One second for an answer; deadline_ms: 0, or from now for everything. */
static int
search(int64_t deadline_ms, unsigned int *ret_seen)
{
	static const char *const wanted[] = { "uid", NULL };
	const struct tn_server server = { .uri = uri,
		                          .connect_timeout = 1,
		                          .operation_timeout = 1 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	pthread_t thread;
	int rc;

	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/s", folder);
	(void)snprintf(uri, sizeof(uri), "ldapi://%%2Ftmp%%2F%s%%2Fs",
	               folder + strlen("/tmp/"));
	memcpy(address.sun_path, path, strlen(path));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(
	    bind(listener, (const struct sockaddr *)&address, sizeof(address)),
	    0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	cr_assert_eq(tn_directory_start(NULL), TN_OK);
	cr_assert_eq(tn_connection_open(&server, &connection, &err), TN_OK,
	             "%s", err.text);
	if (deadline_ms > 0)
		tn_connection_deadline(connection, now_ms() + deadline_ms);
	rc = tn_search(connection, "ou=people", TN_SCOPE_ONE, "(uid=*)", wanted,
	               count, ret_seen, &err);
	tn_connection_closep(&connection);
	(void)pthread_join(thread, NULL);
	(void)close(listener);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc;
}

Test(search_time, many_entries_may_take_as_long_as_they_keep_coming)
{
	unsigned int seen = 0;

	cr_expect_eq(search(0, &seen), TN_OK);
	cr_expect_eq(seen, ENTRIES);
}

Test(search_time, all_of_them_are_to_be_there_before_a_deadline)
{
	unsigned int seen = 0;

	cr_expect_eq(search(1000, &seen), TN_E_TIMEOUT);
	cr_expect_lt(seen, ENTRIES);
}

Test(search_time, a_server_that_falls_silent_is_not_waited_for)
{
	unsigned int seen = 0;
	const int64_t begin = now_ms();

	silent_after = 2;
	cr_expect_eq(search(0, &seen), TN_E_TIMEOUT);
	cr_expect_eq(seen, 2);
	cr_expect_lt(now_ms() - begin, 10000);
}
