#include "directory/resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "directory/connection_private.h"

#define HOST_MAX     256
#define JOBS_MAX     32 /* threads that wait for a name service at once */
#define REMEMBER_MAX 16 /* hosts */
/* Who knows an older answer waits no longer than this, and after a failure
   for so long not at all. */
#define PATIENCE_MS 1000
#define SHUN_MS     10000

/* One question. Freed by who lets go of it last: the asker or its thread. */
struct job {
	pthread_mutex_t mutex;
	pthread_cond_t done_cond;
	char host[HOST_MAX];
	char service[16];
	int holders;
	bool is_done;
	int error; /* of getaddrinfo */
	struct tn_addresses addresses;
};

static struct {
	char host[HOST_MAX];
	int port;
	struct tn_addresses addresses;
	int64_t shunned_until; /* the name service, for this host */
} remembered[REMEMBER_MAX];
static size_t remembered_count;
static size_t jobs;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int
ask(const char *host, const char *service, int flags, struct tn_addresses *ret)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC,
		                        .ai_socktype = SOCK_STREAM,
		                        .ai_flags = AI_NUMERICSERV | flags };
	struct addrinfo *found = NULL;
	const struct addrinfo *at;
	int error = getaddrinfo(host, service, &hints, &found);

	if (error != 0)
		return error;
	ret->count = 0;
	for (at = found; at != NULL && ret->count < TN_ADDRESSES_MAX;
	     at = at->ai_next) {
		if (at->ai_addrlen > sizeof(ret->address[0]))
			continue;
		memcpy(&ret->address[ret->count], at->ai_addr, at->ai_addrlen);
		ret->len[ret->count++] = at->ai_addrlen;
	}
	freeaddrinfo(found);
	return ret->count > 0 ? 0 : EAI_NONAME;
}

static void
let_go(struct job *job)
{
	bool is_last;

	(void)pthread_mutex_lock(&job->mutex);
	is_last = --job->holders == 0;
	(void)pthread_mutex_unlock(&job->mutex);
	if (!is_last)
		return;
	(void)pthread_cond_destroy(&job->done_cond);
	(void)pthread_mutex_destroy(&job->mutex);
	free(job);
}

static void *
run_job(void *arg)
{
	struct tn_addresses addresses = { .count = 0 };
	struct job *job = arg;
	int error;

	/* For this thread: one try of a second for each name server. */
	if ((_res.options & RES_INIT) != 0 || res_init() == 0) {
		_res.retrans = 1;
		_res.retry = 1;
	}
	error = ask(job->host, job->service, AI_ADDRCONFIG, &addresses);
	/* A machine with loopback alone has no configured address. */
	if (error == EAI_NONAME)
		error = ask(job->host, job->service, 0, &addresses);
	(void)pthread_mutex_lock(&job->mutex);
	job->error = error;
	job->addresses = addresses;
	job->is_done = true;
	(void)pthread_cond_signal(&job->done_cond);
	(void)pthread_mutex_unlock(&job->mutex);
	(void)pthread_mutex_lock(&mutex);
	jobs--;
	(void)pthread_mutex_unlock(&mutex);
	let_go(job);
	return NULL;
}

static struct job *
new_job(const char *host, int port)
{
	struct job *job = calloc(1, sizeof(*job));
	pthread_condattr_t attributes;

	if (job == NULL)
		return NULL;
	(void)pthread_mutex_init(&job->mutex, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&job->done_cond, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	snprintf(job->host, sizeof(job->host), "%s", host);
	snprintf(job->service, sizeof(job->service), "%d", port);
	job->holders = 2;
	return job;
}

static bool
start_thread(struct job *job)
{
	pthread_attr_t attributes;
	pthread_t thread;
	bool is_started;

	(void)pthread_mutex_lock(&mutex);
	is_started = jobs < JOBS_MAX;
	if (is_started)
		jobs++;
	(void)pthread_mutex_unlock(&mutex);
	if (!is_started)
		return false;
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	is_started = pthread_create(&thread, &attributes, run_job, job) == 0;
	(void)pthread_attr_destroy(&attributes);
	if (!is_started) {
		(void)pthread_mutex_lock(&mutex);
		jobs--;
		(void)pthread_mutex_unlock(&mutex);
	}
	return is_started;
}

/* Returns 0, an error of getaddrinfo, or EAI_AGAIN for too late. */
static int
ask_in_time(const char *host, int port, int64_t deadline,
            struct tn_addresses *ret)
{
	const struct timespec until = { .tv_sec = deadline / 1000,
		                        .tv_nsec = deadline % 1000 * 1000000L };
	struct job *job = new_job(host, port);
	int error = EAI_AGAIN;

	if (job == NULL)
		return EAI_MEMORY;
	if (!start_thread(job)) {
		job->holders = 1; /* no thread holds it */
		let_go(job);
		return EAI_AGAIN;
	}
	(void)pthread_mutex_lock(&job->mutex);
	/* Too late is what the clock says: a library that shifts the time for a
	   test ends such a wait at once. */
	while (!job->is_done && tn_clock_ms() < deadline)
		(void)pthread_cond_timedwait(&job->done_cond, &job->mutex,
		                             &until);
	if (job->is_done) {
		error = job->error;
		*ret = job->addresses;
	}
	(void)pthread_mutex_unlock(&job->mutex);
	let_go(job);
	return error;
}

/* The place where a host is remembered; REMEMBER_MAX: it is not. */
static size_t
find(const char *host, int port)
{
	size_t i;

	for (i = 0; i < remembered_count; i++)
		if (remembered[i].port == port &&
		    strcmp(remembered[i].host, host) == 0)
			return i;
	return REMEMBER_MAX;
}

/* What is remembered; *ret_shunned: and better not asked for again now. */
static bool
recall(const char *host, int port, struct tn_addresses *ret, bool *ret_shunned)
{
	size_t at;

	(void)pthread_mutex_lock(&mutex);
	at = find(host, port);
	if (at < REMEMBER_MAX) {
		*ret = remembered[at].addresses;
		*ret_shunned = tn_clock_ms() < remembered[at].shunned_until;
	}
	(void)pthread_mutex_unlock(&mutex);
	return at < REMEMBER_MAX;
}

static void
remember(const char *host, int port, const struct tn_addresses *addresses)
{
	size_t at;

	(void)pthread_mutex_lock(&mutex);
	at = find(host, port);
	if (at == REMEMBER_MAX && addresses != NULL &&
	    remembered_count < REMEMBER_MAX) {
		at = remembered_count++;
		snprintf(remembered[at].host, HOST_MAX, "%s", host);
		remembered[at].port = port;
	}
	if (at < REMEMBER_MAX && addresses != NULL)
		remembered[at].addresses = *addresses;
	if (at < REMEMBER_MAX)
		remembered[at].shunned_until =
		    addresses != NULL ? 0 : tn_clock_ms() + SHUN_MS;
	(void)pthread_mutex_unlock(&mutex);
}

int
tn_resolve(const char *host, int port, int64_t deadline,
           struct tn_addresses *ret, struct tn_err *err)
{
	struct tn_addresses old = { .count = 0 };
	int64_t patience = tn_clock_ms() + PATIENCE_MS;
	bool is_shunned = false;
	bool is_known;
	char service[16];
	int error;

	if (strlen(host) >= HOST_MAX)
		return tn_fail(err, TN_E_INVALID, "%.60s...: too long", host);
	/* An address asks nobody. */
	snprintf(service, sizeof(service), "%d", port);
	if (ask(host, service, AI_NUMERICHOST, ret) == 0)
		return TN_OK;
	is_known = recall(host, port, &old, &is_shunned);
	if (is_known && patience < deadline)
		deadline = patience;
	error = is_shunned ? EAI_AGAIN : ask_in_time(host, port, deadline, ret);
	if (error == 0) {
		remember(host, port, ret);
		return TN_OK;
	}
	if (!is_shunned)
		remember(host, port, NULL);
	if (is_known) {
		*ret = old;
		return TN_OK;
	}
	return tn_fail(err, TN_E_UNREACHABLE, "%s: %s", host,
	               gai_strerror(error));
}
