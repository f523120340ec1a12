/*
 * A server that was stopped keeps its connections open and says nothing. A
 * search on a connection of our own, every few seconds, finds it out in less
 * than ten. What is searched is this host's own entry: a host that was
 * withdrawn finds none, and its watch ends. The same connection carries this
 * host's report.
 */
#include <config.h>

#include <stdlib.h>
#include <time.h>
#include "base/buf.h"
#include "base/log.h"
#include "directory/search.h"
#include "host_report.h"
#include "net.h"

#define BEAT_SECONDS 2
/* A connection stays whose it was when it was opened: open another now and
   then, to learn whether this host's certificate still counts. */
#define FRESH_MS 60000

static int
note_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	bool *found = arg;

	(void)entry;
	(void)err;
	*found = true;
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

/* Finds this host's own entry, or fails: a server that lives but has us no
   more is one that we may not hear any more. */
static int
beat(struct tn_net *net, struct tn_connection *connection, struct tn_err *err)
{
	static const char *const nothing[] = { "1.1", NULL };
	const char *name = net->config->host_name;
	const char *dn = NULL;
	bool found = false;
	struct tn_buf buf;
	int rc;

	tn_buf_init(&buf, TN_DN_MAX);
	if (name != NULL && name[0] != '\0') {
		(void)tn_buf_put_text(&buf, "cn=");
		(void)tn_dn_escape(&buf, name);
		(void)tn_buf_put_text(&buf, ",ou=hosts,");
	}
	(void)tn_buf_put_text(&buf, net->config->base);
	dn = tn_buf_text(&buf);
	if (dn == NULL) {
		rc = tn_fail(err, TN_E_LIMIT, "the host's name");
		goto out;
	}
	rc = tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
	               nothing, note_entry, &found, err);
	if (rc == TN_OK && !found)
		rc = TN_E_NOT_FOUND;
	if (rc == TN_E_NOT_FOUND || rc == TN_E_DENIED)
		rc = tn_fail(err, TN_E_DENIED,
		             "%s: not there for this host, which may have been "
		             "withdrawn",
		             dn);
	if (rc == TN_OK)
		tn_net_heard(net);
out:
	tn_buf_done(&buf);
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
	int64_t fresh_until = 0;
	bool told = false;
	struct tn_net *net = arg;
	struct tn_err err;
	size_t place;
	int rc;

	for (;;) {
		(void)nanosleep(&pause, NULL);
		look_at_local_files(net);
		place = atomic_load(&net->watch_place);
		if (place != connected_to || tn_now_ms() >= fresh_until)
			tn_connection_closep(&connection);
		if (place == TN_NO_PLACE) {
			connected_to = TN_NO_PLACE;
			continue;
		}
		err = (struct tn_err)TN_ERR_INIT;
		rc = TN_OK;
		if (connection == NULL) {
			rc = connect_to(net, place, &connection, &err);
			fresh_until = tn_now_ms() + FRESH_MS;
		}
		connected_to = place;
		if (rc == TN_OK)
			rc = beat(net, connection, &err);
		if (rc != TN_OK) {
			if (rc == TN_E_DENIED && !told)
				tn_log_warning("the directory is heard no "
				               "more: %s",
				               err.text);
			told = told || rc == TN_E_DENIED;
			tn_log_debug("no heartbeat: %s", err.text);
			tn_connection_closep(&connection);
			tn_rotation_failed(net->rotation, place, tn_now_ms());
			atomic_store(&net->watch_is_broken, true);
			continue;
		}
		told = false;
		tn_host_report_tell(&report, net, &connection);
	}
	return NULL;
}
