#include <config.h>

#include "net.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include "base/log.h"
#include "directory/connection.h"
#include "secret/secret.h"

#define THROTTLE_CAPACITY 4096
#define BACKOFF_MS_MAX    30000
/* A first guess at what a wrong password takes; then it is measured. */
#define WRONG_MS 60

void
tn_net_heard(struct tn_net *net)
{
	atomic_store(&net->heard, (int64_t)time(NULL));
}

void
tn_net_has_work(struct tn_net *net)
{
	(void)pthread_mutex_lock(&net->work_mutex);
	net->has_work = true;
	(void)pthread_cond_signal(&net->work_cond);
	(void)pthread_mutex_unlock(&net->work_mutex);
}

int
tn_backoff_ms(unsigned int failures)
{
	uint32_t most = BACKOFF_MS_MAX;
	uint32_t random = 0;

	if (failures < 5)
		most = 1000u << failures;
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		random = UINT32_MAX;
	return (int)(random % most);
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

static int
start(struct tn_net *net, struct tn_err *err)
{
	const struct tn_config *config = net->config;
	int rc;

	tn_table_init(&net->table);
	if (start_lock(&net->lock) != 0 ||
	    pthread_mutex_init(&net->work_mutex, NULL) != 0 ||
	    pthread_cond_init(&net->work_cond, NULL) != 0)
		return tn_fail(err, TN_E_NO_MEMORY, "locks");
	rc = tn_secret_start(err);
	if (rc == TN_OK)
		rc = tn_directory_start(err);
	if (rc == TN_OK)
		rc = tn_rotation_new(config, &net->rotation, err);
	if (rc == TN_OK)
		rc = tn_throttle_new((unsigned int)config->throttle_failures,
		                     config->throttle_window, THROTTLE_CAPACITY,
		                     &net->throttle, err);
	if (rc == TN_OK)
		rc = tn_local_files_read("/etc", &net->local, err);
	return rc;
}

int
tn_net_run(const struct tn_net_setup *setup)
{
	static void *(*const loops[])(
	    void *) = { tn_watch_loop, tn_forward_loop, tn_published_loop,
		        tn_heartbeat_loop };
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
	atomic_store(&net->heard, TN_TIME_NONE);
	atomic_store(&net->watch_place, TN_NO_PLACE);
	atomic_store(&net->wrong_ms, WRONG_MS);
	if (start(net, &err) != TN_OK) {
		tn_log_err("not started", &err);
		return EXIT_FAILURE;
	}
	for (i = 0; i < sizeof(loops) / sizeof(loops[0]); i++)
		if (pthread_create(&thread, NULL, loops[i], net) != 0) {
			tn_log_error("not started: no thread");
			return EXIT_FAILURE;
		}
	return tn_serve_loop(net);
}
