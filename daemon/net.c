#include <config.h>

#include "net.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "directory/connection.h"
#include "resume.h"
#include "secret/secret.h"
#include "workers.h"

/* So many keys a person adds or takes away within so many seconds. */
#define KEY_CHANGES 20
#define KEY_WINDOW  3600
#define KEY_PEOPLE  1024
/* As many as have a password looked at, at once (workers.c). */
#define SECRETS_KEPT 12

/* A beat of the heartbeat, its answer, and a bit. */
#define SILENT_MS 3000

#define BACKOFF_MS_MAX 30000
#define RETURN_MS_MIN  1000
#define RETURN_MS_MAX  300000
#define REFRESH_MS_MAX 3600000

void
tn_net_heard(struct tn_net *net)
{
	atomic_store(&net->heard, (int64_t)time(NULL));
	atomic_store(&net->heard_ms, tn_now_ms());
}

bool
tn_net_is_silent(struct tn_net *net)
{
	const int64_t heard = atomic_load(&net->heard_ms);

	return heard == 0 || tn_now_ms() - heard > SILENT_MS ||
	       atomic_load(&net->watch_place) == TN_NO_PLACE ||
	       atomic_load(&net->watch_is_broken);
}

void
tn_net_has_work(struct tn_net *net)
{
	(void)pthread_mutex_lock(&net->work_mutex);
	net->has_work = true;
	(void)pthread_cond_signal(&net->work_cond);
	(void)pthread_mutex_unlock(&net->work_mutex);
}

/* Milliseconds, less than most. */
static int
jitter(uint32_t most)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		random = UINT32_MAX;
	return (int)(random % most);
}

int
tn_backoff_ms(unsigned int failures)
{
	return jitter(failures < 5 ? 1000u << failures : BACKOFF_MS_MAX);
}

/* Research: fanout-facts, sections 4 and 9 (measured). */
int
tn_return_ms(int fleet_hosts)
{
	uint32_t most = (uint32_t)fleet_hosts * 250;

	if (most < RETURN_MS_MIN)
		most = RETURN_MS_MIN;
	return jitter(most < RETURN_MS_MAX ? most : RETURN_MS_MAX);
}

int
tn_refresh_ms(int fleet_hosts)
{
	uint32_t most = (uint32_t)fleet_hosts * 2000;

	return jitter(most < REFRESH_MS_MAX ? most : REFRESH_MS_MAX);
}

int
tn_again_ms(unsigned int failures, int fleet_hosts)
{
	int back = tn_return_ms(fleet_hosts);
	int again = tn_backoff_ms(failures);

	/* All its hosts lost the server at the same moment. */
	return failures == 0 || again < back ? back : again;
}

static int
start_lock(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t attributes;
	int rc;

	/* Logins by the dozen must not keep a leak report waiting. */
	(void)pthread_rwlockattr_init(&attributes);
	(void)pthread_rwlockattr_setkind_np(
	    &attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	rc = pthread_rwlock_init(lock, &attributes);
	(void)pthread_rwlockattr_destroy(&attributes);
	return rc;
}

static void
close_soon(struct tn_connection *connection, void *prepared)
{
	tn_prepared_closep(prepared, &connection);
}

static int
start(struct tn_net *net, struct tn_err *err)
{
	const struct tn_config *config = net->config;
	int rc;

	tn_table_init(&net->table);
	tn_table_admit(&net->table, config->admit_groups, true);
	if (start_lock(&net->lock) != 0 ||
	    pthread_mutex_init(&net->work_mutex, NULL) != 0 ||
	    pthread_cond_init(&net->work_cond, NULL) != 0 ||
	    tn_catch_up_init(&net->catch_up) != 0)
		return tn_fail(err, TN_E_NO_MEMORY, "locks");
	rc = tn_secret_start(err);
	tn_secret_keep_pages(SECRETS_KEPT);
	if (rc == TN_OK)
		rc = tn_directory_start(err);
	if (rc == TN_OK)
		rc = tn_rotation_new(config, &net->rotation, err);
	if (rc == TN_OK)
		rc = tn_prepared_new(net->rotation, config->fleet_hosts,
		                     &net->prepared, err);
	if (rc == TN_OK)
		rc =
		    tn_guesses_new((unsigned int)config->throttle_failures,
		                   config->throttle_window, &net->guesses, err);
	if (rc == TN_OK)
		rc = tn_held_new(close_soon, net->prepared, &net->held, err);
	if (rc == TN_OK)
		rc = tn_throttle_new(KEY_CHANGES, KEY_WINDOW, KEY_PEOPLE,
		                     &net->key_changes, err);
	if (rc == TN_OK)
		rc = tn_local_files_read("/etc", &net->local, err);
	return rc;
}

/* First what was kept, then what is new. */
static void *
begin_watching(void *arg)
{
	struct tn_net *net = arg;
	struct tn_err err = TN_ERR_INIT;
	pthread_t thread;

	if (tn_resume(net, &err) != TN_OK) {
		tn_log_err("not started", &err);
		_exit(EXIT_FAILURE);
	}
	/* From here on publish says nothing but PUBLISHED. */
	if (pthread_create(&thread, NULL, tn_published_loop, net) != 0) {
		tn_log_error("not started: no thread");
		_exit(EXIT_FAILURE);
	}
	return tn_watch_loop(net);
}

int
tn_net_run(const struct tn_net_setup *setup)
{
	static void *(*const loops[])(
	    void *) = { begin_watching, tn_forward_loop, tn_heartbeat_loop };
	struct tn_err err = TN_ERR_INIT;
	struct tn_net *net;
	pthread_t thread;
	size_t i;

	/* Lives as long as the process: its threads never end. */
	net = calloc(1, sizeof(*net));
	if (net == NULL)
		return EXIT_FAILURE;
	net->setup = setup;
	net->config = setup->config;
	net->rules = tn_host_rules(setup->config);
	net->hides_others = setup->config->only_admitted;
	net->shape = tn_resume_shape(setup->config);
	atomic_store(&net->heard, TN_TIME_NONE);
	atomic_store(&net->watch_place, TN_NO_PLACE);
	atomic_store(&net->clock_ahead, TN_TIME_NONE);
	if (start(net, &err) != TN_OK) {
		tn_log_err("not started", &err);
		return EXIT_FAILURE;
	}
	if (pthread_create(&thread, NULL, tn_prepare_loop, net->prepared) !=
	    0) {
		tn_log_error("not started: no thread");
		return EXIT_FAILURE;
	}
	for (i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
		if (pthread_create(&thread, NULL, loops[i], net) != 0) {
			tn_log_error("not started: no thread");
			return EXIT_FAILURE;
		}
	if (tn_workers_run(net, &err) != TN_OK)
		tn_log_err("not started", &err);
	return EXIT_FAILURE;
}
