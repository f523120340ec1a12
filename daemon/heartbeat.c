/*
 * A server that was stopped keeps its connections open and says nothing. A
 * search on a connection of our own, every few seconds, finds it out in less
 * than ten. The same connection carries this host's report.
 */
#include <config.h>

#include <stdlib.h>
#include <time.h>
#include "base/log.h"
#include "directory/search.h"
#include "host_report.h"
#include "net.h"

#define BEAT_SECONDS 2

static int
ignore_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)arg;
	(void)err;
	return TN_OK;
}

static int
connect_to(struct tn_net *net, size_t place, struct tn_connection **ret,
           struct tn_err *err)
{
	struct tn_server server = tn_rotation_server(net->rotation, place);
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

static int
beat(struct tn_net *net, struct tn_connection *connection, struct tn_err *err)
{
	static const char *const nothing[] = { "1.1", NULL };
	int rc = tn_search(connection, net->config->base, TN_SCOPE_BASE,
	                   "(objectClass=*)", nothing, ignore_entry, NULL, err);

	/* "No such object" is an answer, too: the server lives. */
	if (rc == TN_E_NOT_FOUND || rc == TN_E_DENIED)
		rc = TN_OK;
	if (rc == TN_OK)
		tn_net_heard(net);
	return rc;
}

/* This host's own files, read again when they changed. */
static void
look_at_local_files(struct tn_net *net)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_local_files *files = NULL;
	struct tn_local_files *old;

	/* Only this thread replaces them, so it may look without the lock. */
	if (tn_local_files_is_current(net->local))
		return;
	if (tn_local_files_read("/etc", &files, &err) != TN_OK) {
		tn_log_err("what this host's own files hold", &err);
		return;
	}
	(void)pthread_rwlock_wrlock(&net->lock);
	old = net->local;
	net->local = files;
	(void)pthread_rwlock_unlock(&net->lock);
	tn_local_files_free(old);
}

void *
tn_heartbeat_loop(void *arg)
{
	const struct timespec pause = { .tv_sec = BEAT_SECONDS };
	struct tn_connection *connection = NULL;
	struct tn_host_report report = { 0 };
	size_t connected_to = TN_NO_PLACE;
	struct tn_net *net = arg;
	struct tn_err err;
	size_t place;
	int rc;

	for (;;) {
		(void)nanosleep(&pause, NULL);
		look_at_local_files(net);
		place = atomic_load(&net->watch_place);
		if (place != connected_to)
			tn_connection_closep(&connection);
		if (place == TN_NO_PLACE) {
			connected_to = TN_NO_PLACE;
			continue;
		}
		err = (struct tn_err)TN_ERR_INIT;
		rc = TN_OK;
		if (connection == NULL)
			rc = connect_to(net, place, &connection, &err);
		connected_to = place;
		if (rc == TN_OK)
			rc = beat(net, connection, &err);
		if (rc != TN_OK) {
			tn_log_debug("no heartbeat: %s", err.text);
			tn_connection_closep(&connection);
			tn_rotation_failed(net->rotation, place, tn_now_ms());
			atomic_store(&net->watch_is_broken, true);
			continue;
		}
		tn_host_report_tell(&report, net, &connection);
	}
	return NULL;
}
