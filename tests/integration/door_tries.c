/*
 * Asks tenured for passwords as sshd would, several at once and the kinds mixed
 * by chance, and prints for each try its kind, the microseconds that it took and
 * what the person is told. For tests.
 *
 * usage: door_tries THREADS COUNT KIND:PREFIX:NUMBER[:PASSWORD]...
 *
 * COUNT tries of each kind; try number i is of the login that PREFIX and
 * i modulo NUMBER make, with a password that nobody has unless one is given,
 * each from a source of its own: "SOURCE.i", from the environment; all from the
 * one ONE_SOURCE, where that is set.
 */
#include <config.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/text.h"
#include "wire/client.h"

#define KINDS_MAX  4
#define TIMEOUT_MS 15000

struct kind {
	char name[32];
	char prefix[32]; /* of the login, before its number */
	unsigned long long logins;
	const char *password;
};

struct
try {
	const struct kind *kind;
	unsigned int number;
	int64_t took; /* microseconds */
	char message[600];
};

static struct kind kinds[KINDS_MAX];
static size_t kind_count;
static struct try *tries;
static size_t try_count;
static atomic_size_t next_try;
static const char *source = "198.51.100";
static const char *one_source;

static int64_t
now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
make(struct try *try)
{
	struct tn_message message;
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf request;
	struct tn_buf answer;
	char text[64];
	int64_t began;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&answer, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_AUTHENTICATE);
	(void)snprintf(text, sizeof(text), "%s%llu", try->kind->prefix,
	               try->number % try->kind->logins);
	tn_message_put_text(&request, TN_TAG_USER, text);
	tn_message_put_text(&request, TN_TAG_SERVICE, "sshd");
	(void)snprintf(text, sizeof(text), "%s.%u", source, try->number);
	tn_message_put_text(&request, TN_TAG_RHOST,
	                    one_source != NULL ? one_source : text);
	tn_message_put_text(&request, TN_TAG_PASSWORD, try->kind->password);
	(void)tn_message_finish(&request);
	began = now_us();
	if (tn_ask(TN_WIRE_SOCKET, &request, TIMEOUT_MS, &answer, &message,
	           &err) != TN_OK)
		(void)snprintf(try->message, sizeof(try->message),
		               "no answer: %s", err.text);
	else if (tn_message_text(&message, TN_TAG_MESSAGE, try->message,
	                         sizeof(try->message)) != TN_OK)
		(void)snprintf(try->message, sizeof(try->message), "nothing");
	try->took = now_us() - began;
	tn_buf_done(&request);
	tn_buf_done(&answer);
}

static void *
work(void *arg)
{
	size_t i;

	while ((i = atomic_fetch_add(&next_try, 1)) < try_count)
		make(&tries[i]);
	return arg;
}

static int
read_kind(char *argument)
{
	struct kind *kind = &kinds[kind_count];
	char *part = NULL;
	const char *name = strtok_r(argument, ":", &part);
	const char *format = strtok_r(NULL, ":", &part);
	const char *number = strtok_r(NULL, ":", &part);

	kind->password = strtok_r(NULL, ":", &part);
	if (kind->password == NULL)
		kind->password = "nobody-has-this-1";
	if (kind_count == KINDS_MAX || number == NULL ||
	    !tn_text_copy(kind->name, sizeof(kind->name), name) ||
	    !tn_text_copy(kind->prefix, sizeof(kind->prefix), format) ||
	    !tn_text_to_u64(number, 1000000, &kind->logins) ||
	    kind->logins == 0)
		return -1;
	kind_count++;
	return 0;
}

/* All tries of all kinds, mixed. */
static int
plan(unsigned int count)
{
	struct try swap;
	size_t other;
	size_t i;

	try_count = count * kind_count;
	tries = calloc(try_count, sizeof(*tries));
	if (tries == NULL)
		return -1;
	for (i = 0; i < try_count; i++) {
		tries[i].kind = &kinds[i % kind_count];
		tries[i].number = (unsigned int)(i / kind_count);
	}
	srandom((unsigned int)now_us());
	for (i = try_count - 1; i > 0; i--) {
		other = (size_t)random() % (i + 1);
		swap = tries[i];
		tries[i] = tries[other];
		tries[other] = swap;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned long long threads = 0;
	unsigned long long count = 0;
	pthread_t thread[64];
	size_t i;
	int at;

	if (argc < 4 || !tn_text_to_u64(argv[1], 64, &threads) ||
	    !tn_text_to_u64(argv[2], 100000, &count))
		return 2;
	for (at = 3; at < argc; at++)
		if (read_kind(argv[at]) != 0)
			return 2;
	if (getenv("SOURCE") != NULL)
		source = getenv("SOURCE");
	one_source = getenv("ONE_SOURCE");
	if (plan((unsigned int)count) != 0)
		return 1;
	for (i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, work, NULL) != 0)
			return 1;
	for (i = 0; i < threads; i++)
		(void)pthread_join(thread[i], NULL);
	for (i = 0; i < try_count; i++)
		printf("%s %lld %s\n", tries[i].kind->name,
		       (long long)tries[i].took, tries[i].message);
	return 0;
}
