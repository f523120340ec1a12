/*
 * A server that was stopped keeps its connections open and says nothing. A
 * search on a connection of our own, every few seconds, finds it out in less
 * than ten. What is searched is this host's own entry: a host that was
 * withdrawn finds none, and its watch ends. The same connection carries this
 * host's report; the other servers' get a short one each.
 */
#include <config.h>

#include <stdlib.h>
#include <time.h>
#include "base/buf.h"
#include "base/log.h"
#include "directory/search.h"
#include "effect_report.h"
#include "host_report.h"
#include "leak_request.h"
#include "net.h"
#include "server_clock.h"

#define BEAT_SECONDS 2
#define BEAT_MS      4000 /* connecting, binding and asking in all */
/* What the host tells its server, and looks for there, between two beats. */
#define WORK_MS 3000
/* The same of a server that is not the watch's, and after a beat for so long
   another such look is begun. */
#define SIDE_AFTER_MS 1000
#define TRY_MS        TN_HOST_REPORT_OTHER_MS
#define TRY_EVERY_MS 5000
#define GOOD_TRIES   2
/* A change time further ahead than this is doubted (moment.c). */
#define AHEAD_MAX      600
#define CLOCK_EVERY_MS 20000
/* A connection stays whose it was when it was opened: open another now and
   then, to learn whether this host's certificate still counts. */
#define FRESH_MS 60000

/* A server that stops after a beat is found out by the next one. */
#define NOTICED_MS          10000
#define LONGEST_MS(between) ((between) + BEAT_SECONDS * 1000 + BEAT_MS)
_Static_assert(LONGEST_MS(WORK_MS) < NOTICED_MS, "beats come in time");
_Static_assert(LONGEST_MS(SIDE_AFTER_MS + TRY_MS) < NOTICED_MS,
               "and so they do with a look aside");

static int
note_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	bool *found = arg;

	(void)entry;
	(void)err;
	*found = true;
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

struct heart {
	struct tn_net *net;
	struct tn_connection *connection;
	size_t connected_to;
	int64_t fresh_until;
	/* By the server's place. */
	struct tn_host_report reports[TN_CONFIG_SERVERS_MAX];
	bool told;
	/* A better server than the watch's, and when it is tried again. */
	int64_t try_at;
	unsigned int good_tries;
	int64_t clock_at; /* when a second server's clock is asked again */
	unsigned int turn; /* which of the looks aside is next */
};

/* One beat at the server of the watch, and what is to be done there; returns
   when it was over. */
static int64_t
beat_once(struct heart *heart, size_t place)
{
	struct tn_net *net = heart->net;
	int64_t deadline = tn_now_ms() + BEAT_MS;
	struct tn_err err = TN_ERR_INIT;
	int64_t beaten;
	int rc = TN_OK;

	if (heart->connection == NULL) {
		rc = tn_rotation_join_at(net->rotation, place, deadline,
		                         &heart->connection, &err);
		heart->fresh_until = tn_now_ms() + FRESH_MS;
	} else {
		tn_connection_deadline(heart->connection, deadline);
	}
	heart->connected_to = place;
	if (rc == TN_OK)
		rc = beat(net, heart->connection, &err);
	beaten = tn_now_ms();
	if (rc == TN_OK) {
		heart->told = false;
		tn_connection_deadline(heart->connection, beaten + WORK_MS);
		tn_host_report_tell(&heart->reports[place], net,
		                    &heart->connection);
		tn_leak_request_work(net, &heart->connection);
		tn_effect_report_work(net, &heart->connection);
		return beaten;
	}
	if (rc == TN_E_DENIED && !heart->told)
		tn_log_warning("the directory is heard no more: %s", err.text);
	heart->told = heart->told || rc == TN_E_DENIED;
	tn_log_debug("no heartbeat: %s", err.text);
	tn_connection_closep(&heart->connection);
	tn_rotation_failed(net->rotation, place, tn_now_ms());
	atomic_store(&net->watch_is_broken, true);
	return beaten;
}

/* Does another server answer, and know this host? */
static bool
is_good(struct heart *heart, size_t place, struct tn_err *err)
{
	struct tn_net *net = heart->net;
	struct tn_connection *connection = NULL;
	int rc;

	rc = tn_rotation_join_at(net->rotation, place, tn_now_ms() + TRY_MS,
	                         &connection, err);
	if (rc == TN_OK)
		rc = beat(net, connection, err);
	tn_connection_closep(&connection);
	if (rc == TN_OK)
		tn_rotation_worked(net->rotation, place);
	else
		tn_rotation_failed(net->rotation, place, tn_now_ms());
	return rc == TN_OK;
}

/* A watch that had to go elsewhere comes back, when the better server has been
   well for a while; hosts do it one by one. */
static void
look_for_better(struct heart *heart, size_t place)
{
	struct tn_net *net = heart->net;
	int64_t now = tn_now_ms();
	struct tn_err err = TN_ERR_INIT;
	size_t better = 0;

	if (now < heart->try_at)
		return;
	heart->try_at =
	    now + TRY_EVERY_MS + tn_return_ms(net->config->fleet_hosts);
	if (!tn_rotation_has_better(net->rotation, now, place, &better)) {
		heart->good_tries = 0;
		return;
	}
	if (!is_good(heart, better, &err)) {
		heart->good_tries = 0;
		return;
	}
	if (++heart->good_tries < GOOD_TRIES)
		return;
	heart->good_tries = 0;
	atomic_store(&net->watch_may_leave, true);
}

/* A change that is far ahead of this host's clock: which of the two is wrong?
   A second server is asked for the time (DESIGN section 5). */
static void
look_at_clocks(struct heart *heart, size_t place)
{
	struct tn_net *net = heart->net;
	size_t other = place == 0 ? 1 : 0;
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	int64_t newest;
	int64_t ahead;
	int rc;

	if (tn_rotation_count(net->rotation) < 2 ||
	    tn_now_ms() < heart->clock_at)
		return;
	heart->clock_at = tn_now_ms() + CLOCK_EVERY_MS;
	(void)pthread_rwlock_rdlock(&net->lock);
	newest = net->table.newest_change;
	(void)pthread_rwlock_unlock(&net->lock);
	if (newest <= (int64_t)time(NULL) + AHEAD_MAX) {
		atomic_store(&net->clock_ahead, TN_TIME_NONE);
		return;
	}
	rc = tn_rotation_join_at(net->rotation, other, tn_now_ms() + TRY_MS,
	                         &connection, &err);
	if (rc == TN_OK)
		rc = tn_server_clock(net, connection, &ahead, &err);
	tn_connection_closep(&connection);
	if (rc != TN_OK) {
		tn_log_debug("no second clock: %s", err.text);
		return;
	}
	if (atomic_load(&net->clock_ahead) == TN_TIME_NONE)
		tn_log_warning(
		    "a change in the directory is %lld s ahead of "
		    "this host's clock, and %lld s ahead of a "
		    "second server's",
		    (long long)(newest - (int64_t)time(NULL)),
		    (long long)(newest - (int64_t)time(NULL) - ahead));
	atomic_store(&net->clock_ahead, ahead);
}

/* Each may wait for another server: then the next has its turn another time. */
static void
look_aside(struct heart *heart, size_t place, int64_t beaten)
{
	unsigned int i;

	for (i = 0; i < 3 && tn_now_ms() - beaten < SIDE_AFTER_MS; i++) {
		switch (heart->turn++ % 3) {
		case 0:
			look_for_better(heart, place);
			break;
		case 1:
			tn_host_report_tell_others(heart->reports, heart->net,
			                           place);
			break;
		default:
			look_at_clocks(heart, place);
			break;
		}
	}
}

void *
tn_heartbeat_loop(void *arg)
{
	const struct timespec pause = { .tv_sec = BEAT_SECONDS };
	struct heart heart = { .net = arg, .connected_to = TN_NO_PLACE };
	struct tn_net *net = arg;
	int64_t beaten;
	size_t place;

	for (;;) {
		(void)nanosleep(&pause, NULL);
		tn_held_sweep(net->held, tn_now_ms());
		look_at_local_files(net);
		place = atomic_load(&net->watch_place);
		if (place != heart.connected_to ||
		    tn_now_ms() >= heart.fresh_until)
			tn_connection_closep(&heart.connection);
		if (place == TN_NO_PLACE) {
			heart.connected_to = TN_NO_PLACE;
			continue;
		}
		beaten = beat_once(&heart, place);
		look_aside(&heart, place, beaten);
	}
	return NULL;
}
