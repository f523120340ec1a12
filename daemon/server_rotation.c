#include <config.h>

#include "server_rotation.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* A server that failed is tried after the others: so long the first time,
   twice as long each time that it fails again afterwards. */
#define SHUN_MS     10000
#define SHUN_MS_MAX 300000
/* With less left than this there is no use in another attempt. */
#define ATTEMPT_MS 500

struct tn_server_rotation {
	pthread_mutex_t mutex;
	const struct tn_config *config;
	size_t count;
	int64_t shunned_until[TN_CONFIG_SERVERS_MAX];
	unsigned int failures[TN_CONFIG_SERVERS_MAX];
};

int64_t
tn_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
tn_real_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Without a certificate no server lets a host in: say what is missing here,
   instead of what a TLS library makes of it. */
static int
check_files(const struct tn_config *config, struct tn_err *err)
{
	const struct {
		const char *key;
		const char *value;
	} files[] = { { "ca_file", config->ca_file },
		      { "certificate", config->certificate },
		      { "key", config->key } };
	size_t i;

	for (i = 0; config->servers[i] != NULL; i++)
		if (strncmp(config->servers[i], "ldaps:", 6) == 0)
			break;
	if (config->servers[i] == NULL)
		return TN_OK;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i].value == NULL || files[i].value[0] == '\0')
			return tn_fail(err, TN_E_INVALID,
			               "%s is not set in tenure.conf, and an "
			               "ldaps:// server asks for it: see "
			               "`tenure host join`",
			               files[i].key);
	return TN_OK;
}

int
tn_rotation_new(const struct tn_config *config, struct tn_server_rotation **ret,
                struct tn_err *err)
{
	struct tn_server_rotation *rotation;
	int rc = check_files(config, err);

	if (rc != TN_OK)
		return rc;
	if (config->servers[0] == NULL)
		return tn_fail(err, TN_E_INVALID, "no server is configured");
	rotation = calloc(1, sizeof(*rotation));
	if (rotation == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "servers");
	while (config->servers[rotation->count] != NULL)
		rotation->count++;
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
tn_rotation_count(const struct tn_server_rotation *rotation)
{
	return rotation->count;
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

bool
tn_rotation_has_better(struct tn_server_rotation *rotation, int64_t now,
                       size_t place, size_t *ret)
{
	bool is_there = false;
	size_t i;

	(void)pthread_mutex_lock(&rotation->mutex);
	for (i = 0; !is_there && i < place && i < rotation->count; i++)
		if (rotation->shunned_until[i] <= now) {
			is_there = true;
			*ret = i;
		}
	(void)pthread_mutex_unlock(&rotation->mutex);
	return is_there;
}

static struct tn_server
server_at(const struct tn_server_rotation *rotation, size_t place,
          int64_t deadline)
{
	const struct tn_config *config = rotation->config;
	const char *certificate = config->certificate;

	/* A setting that is not set is "", and no file. */
	if (certificate != NULL && certificate[0] == '\0')
		certificate = NULL;
	return (struct tn_server){
		.uri = config->servers[place],
		.ca_file = config->ca_file,
		.certificate = certificate,
		.key = certificate != NULL ? config->key : NULL,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
		.deadline = deadline,
	};
}

void
tn_rotation_worked(struct tn_server_rotation *rotation, size_t place)
{
	(void)pthread_mutex_lock(&rotation->mutex);
	rotation->shunned_until[place] = 0;
	rotation->failures[place] = 0;
	(void)pthread_mutex_unlock(&rotation->mutex);
}

void
tn_rotation_failed(struct tn_server_rotation *rotation, size_t place,
                   int64_t now)
{
	int64_t wait = SHUN_MS;
	uint32_t random = 0;
	unsigned int i;

	(void)!getrandom(&random, sizeof(random), 0);
	(void)pthread_mutex_lock(&rotation->mutex);
	/* Many may see one failure: it counts once. */
	if (rotation->shunned_until[place] <= now) {
		for (i = 0; i < rotation->failures[place] && wait < SHUN_MS_MAX;
		     i++)
			wait *= 2;
		if (wait > SHUN_MS_MAX)
			wait = SHUN_MS_MAX;
		rotation->failures[place]++;
		/* Hosts that saw one failure do not come back as one. */
		rotation->shunned_until[place] =
		    now + wait / 2 + (int64_t)(random % (uint32_t)(wait / 2));
	}
	(void)pthread_mutex_unlock(&rotation->mutex);
}

bool
tn_rotation_is_any_there(struct tn_server_rotation *rotation, int64_t deadline)
{
	struct tn_server server;
	int64_t now;
	size_t place;

	for (place = 0; place < rotation->count; place++) {
		server = server_at(rotation, place, 0);
		now = tn_now_ms();
		/* One that is silent leaves time for those behind it. */
		if (!tn_server_is_there(
		        &server, now + (deadline - now) /
		                           (int64_t)(rotation->count - place)))
			continue;
		(void)pthread_mutex_lock(&rotation->mutex);
		rotation->shunned_until[place] = 0;
		(void)pthread_mutex_unlock(&rotation->mutex);
		return true;
	}
	return false;
}

int
tn_rotation_join_at(struct tn_server_rotation *rotation, size_t place,
                    int64_t deadline, struct tn_connection **ret,
                    struct tn_err *err)
{
	struct tn_server server = server_at(rotation, place, deadline);
	struct tn_connection *connection = NULL;
	int rc = tn_connection_open(&server, &connection, err);

	if (rc == TN_OK)
		rc = tn_bind_external(connection, err);
	if (rc != TN_OK) {
		tn_connection_closep(&connection);
		return rc;
	}
	*ret = connection;
	return TN_OK;
}

/* The best server that answers, bound as this host or not bound at all. */
static int
find(struct tn_server_rotation *rotation, int64_t deadline, bool is_joining,
     struct tn_connection **ret, size_t *ret_place, struct tn_err *err)
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
		server = server_at(rotation, place, deadline);
		if (is_joining)
			rc = tn_rotation_join_at(rotation, place, deadline, ret,
			                         err);
		else
			rc = tn_connection_open(&server, ret, err);
		if (rc == TN_OK) {
			if (ret_place != NULL)
				*ret_place = place;
			return TN_OK;
		}
		tn_rotation_failed(rotation, place, tn_now_ms());
	}
	return rc;
}

int
tn_rotation_connect(struct tn_server_rotation *rotation, int64_t deadline,
                    struct tn_connection **ret, size_t *ret_place,
                    struct tn_err *err)
{
	return find(rotation, deadline, false, ret, ret_place, err);
}

int
tn_rotation_connect_writer(struct tn_server_rotation *rotation,
                           int64_t deadline, struct tn_connection **ret,
                           size_t *ret_place, struct tn_err *err)
{
	const char *writer = rotation->config->writer;
	struct tn_server server;
	size_t place;
	int rc;

	if (writer == NULL || writer[0] == '\0')
		return find(rotation, deadline, false, ret, ret_place, err);
	for (place = 0; place < rotation->count; place++)
		if (strcmp(rotation->config->servers[place], writer) == 0)
			break;
	if (place == rotation->count)
		return tn_fail(err, TN_E_INVALID,
		               "writer %.200s is not one of servers", writer);
	server = server_at(rotation, place, deadline);
	rc = tn_connection_open(&server, ret, err);
	if (rc == TN_OK)
		*ret_place = place;
	else
		tn_rotation_failed(rotation, place, tn_now_ms());
	return rc;
}

int
tn_rotation_join(struct tn_server_rotation *rotation, int64_t deadline,
                 struct tn_connection **ret, size_t *ret_place,
                 struct tn_err *err)
{
	size_t place = 0;
	int rc = find(rotation, deadline, true, ret, &place, err);

	if (rc != TN_OK)
		return rc;
	tn_connection_deadline(*ret, 0);
	tn_rotation_worked(rotation, place);
	if (ret_place != NULL)
		*ret_place = place;
	return TN_OK;
}
