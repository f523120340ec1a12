#include <config.h>

#include "server_rotation.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* A server that failed is tried after the others for this long. */
#define SHUN_MS 30000
/* With less left than this there is no use in another attempt. */
#define ATTEMPT_MS 500

struct tn_server_rotation {
	pthread_mutex_t mutex;
	const struct tn_config *config;
	size_t count;
	int64_t shunned_until[TN_CONFIG_SERVERS_MAX];
};

int64_t
tn_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
tn_rotation_new(const struct tn_config *config, struct tn_server_rotation **ret,
                struct tn_err *err)
{
	struct tn_server_rotation *rotation = calloc(1, sizeof(*rotation));

	if (rotation == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "servers");
	while (config->servers[rotation->count] != NULL)
		rotation->count++;
	if (rotation->count == 0) {
		free(rotation);
		return tn_fail(err, TN_E_INVALID, "no server is configured");
	}
	(void)pthread_mutex_init(&rotation->mutex, NULL);
	rotation->config = config;
	*ret = rotation;
	return TN_OK;
}

void
tn_rotation_free(struct tn_server_rotation *rotation)
{
	if (rotation == NULL)
		return;
	(void)pthread_mutex_destroy(&rotation->mutex);
	free(rotation);
}

size_t
tn_rotation_order(struct tn_server_rotation *rotation, int64_t now,
                  size_t ret[TN_CONFIG_SERVERS_MAX])
{
	size_t count = 0;
	size_t i;

	(void)pthread_mutex_lock(&rotation->mutex);
	for (i = 0; i < rotation->count; i++)
		if (rotation->shunned_until[i] <= now)
			ret[count++] = i;
	for (i = 0; i < rotation->count; i++)
		if (rotation->shunned_until[i] > now)
			ret[count++] = i;
	(void)pthread_mutex_unlock(&rotation->mutex);
	return count;
}

struct tn_server
tn_rotation_server(const struct tn_server_rotation *rotation, size_t place)
{
	const struct tn_config *config = rotation->config;

	return (struct tn_server){
		.uri = config->servers[place],
		.ca_file = config->ca_file,
		.certificate = config->certificate,
		.key = config->key,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
}

void
tn_rotation_worked(struct tn_server_rotation *rotation, size_t place)
{
	(void)pthread_mutex_lock(&rotation->mutex);
	rotation->shunned_until[place] = 0;
	(void)pthread_mutex_unlock(&rotation->mutex);
}

void
tn_rotation_failed(struct tn_server_rotation *rotation, size_t place,
                   int64_t now)
{
	(void)pthread_mutex_lock(&rotation->mutex);
	rotation->shunned_until[place] = now + SHUN_MS;
	(void)pthread_mutex_unlock(&rotation->mutex);
}

/* Whole seconds of what is left, at least one, at most wanted. */
static int
seconds_left(int64_t deadline, int wanted)
{
	int64_t left = (deadline - tn_now_ms() + 999) / 1000;

	if (left < 1)
		return 1;
	return left < wanted ? (int)left : wanted;
}

int
tn_rotation_connect(struct tn_server_rotation *rotation, int64_t deadline,
                    struct tn_connection **ret, size_t *ret_place,
                    struct tn_err *err)
{
	size_t order[TN_CONFIG_SERVERS_MAX];
	struct tn_server server;
	int rc = TN_E_UNREACHABLE;
	size_t attempt;
	size_t count;
	size_t place;

	count = tn_rotation_order(rotation, tn_now_ms(), order);
	for (attempt = 0; attempt < count; attempt++) {
		if (attempt > 0 && deadline - tn_now_ms() < ATTEMPT_MS)
			break;
		place = order[attempt];
		server = tn_rotation_server(rotation, place);
		server.connect_timeout =
		    seconds_left(deadline, server.connect_timeout);
		server.operation_timeout =
		    seconds_left(deadline, server.operation_timeout);
		rc = tn_connection_open(&server, ret, err);
		if (rc == TN_OK) {
			tn_rotation_worked(rotation, place);
			if (ret_place != NULL)
				*ret_place = place;
			return TN_OK;
		}
		tn_rotation_failed(rotation, place, tn_now_ms());
	}
	return rc;
}
