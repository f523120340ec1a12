/*
 * The watch: one connection, nothing else on it. What comes is put into the
 * table before anything else, so every login is judged by it at once.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "directory/entry.h"
#include "directory/watch.h"
#include "net.h"
#include "watch_start.h"

#define STEP_MS    500
#define CONNECT_MS 6000
/* So long a cookie that is refused is kept, where there are other servers. */
#define REFUSED_MS 60000

struct watcher {
	struct tn_net *net;
	unsigned int failures;
	int64_t refused_at; /* the cookie, first; 0: it was not */
	bool told;          /* that the directory is out of reach */
	bool worked;        /* this connection brought something */
	size_t came;        /* entries, over this connection */
	bool missing;   /* present, but the table has it not: refresh whole */
	bool long_told; /* that the server's cookies are too long */
	struct tn_witnesses witnesses;
};

static int
put_entry(struct tn_net *net, const struct tn_entry *entry, int64_t change_ms,
          struct tn_err *err)
{
	struct tn_account account;
	struct tn_group *group = NULL;
	struct tn_lock lock;
	const char *name;
	int64_t created;
	int rc;

	/* Reading an entry is done before the table is locked. */
	switch (tn_entry_kind(entry)) {
	case TN_ENTRY_ACCOUNT:
		rc = tn_account_from_entry(entry, &account, err);
		if (rc != TN_OK)
			return rc;
		(void)pthread_rwlock_wrlock(&net->lock);
		rc = tn_table_put_account(&net->table, &account, err);
		break;
	case TN_ENTRY_GROUP:
		rc = tn_group_from_entry(entry, &group, err);
		if (rc != TN_OK)
			return rc;
		(void)pthread_rwlock_wrlock(&net->lock);
		rc = tn_table_put_group(&net->table, group, err);
		break;
	case TN_ENTRY_LOCK:
		rc = tn_lock_from_entry(entry, &lock, err);
		if (rc != TN_OK)
			return rc;
		lock.seen_ms = tn_real_ms();
		lock.server_ms = change_ms;
		if (change_ms == 0 && lock.since != TN_TIME_NONE)
			lock.server_ms = lock.since * 1000;
		(void)pthread_rwlock_wrlock(&net->lock);
		rc = tn_table_put_lock(&net->table, &lock, err);
		break;
	case TN_ENTRY_RELEASE:
		name = tn_release_from_entry(entry, &created);
		if (name == NULL)
			return tn_fail(err, TN_E_INVALID, "names no lock");
		(void)pthread_rwlock_wrlock(&net->lock);
		rc = tn_table_put_release(&net->table, name, created, err);
		break;
	case TN_ENTRY_OTHER:
	default:
		return TN_OK;
	}
	(void)pthread_rwlock_unlock(&net->lock);
	tn_group_free(group);
	return rc;
}

/* An entry that cannot be read is as good as gone: what it was before must
   not live on. A lock never is: it stays as it was. */
static void
drop_unreadable(struct tn_net *net, const struct tn_entry *entry,
                const struct tn_err *err)
{
	tn_log_warning("%s: cannot be served: %s", entry->dn, err->text);
	(void)pthread_rwlock_wrlock(&net->lock);
	tn_table_drop_unreadable(&net->table, &entry->uuid);
	(void)pthread_rwlock_unlock(&net->lock);
}

static void
save_cookie(struct tn_net *net, const char *cookie)
{
	char *copy = cookie != NULL ? strdup(cookie) : NULL;

	if (copy == NULL)
		return;
	(void)pthread_rwlock_wrlock(&net->lock);
	/* While the brake holds the table is not what the server's cookie
	   says: with the old one the next refresh names those removals again,
	   and they come to pass when fewer are left or the brake is set
	   higher. */
	if (net->brake_held) {
		free(copy);
	} else {
		free(net->cookie);
		net->cookie = copy;
	}
	(void)pthread_rwlock_unlock(&net->lock);
}

static void
end_refresh(struct watcher *watcher, bool complete)
{
	struct tn_net *net = watcher->net;
	struct tn_refresh_result result;

	(void)pthread_rwlock_wrlock(&net->lock);
	result = tn_table_refresh_end(&net->table, complete, &net->rules.brake);
	net->is_refreshed = true;
	net->brake_held = result.held;
	(void)pthread_rwlock_unlock(&net->lock);
	tn_log_info("the directory has been read: %zu accounts were known, "
	            "%zu of them gone, %zu entries came",
	            result.accounts, result.gone, watcher->came);
	if (result.held)
		tn_log_warning("%zu of %zu accounts are gone at once: the "
		               "brake holds, nobody is removed",
		               result.gone, result.accounts);
}

/* The server has less than it had, and says it not. */
static bool
was_restored(struct watcher *watcher, bool complete)
{
	bool is_so = tn_witnesses_accuse(&watcher->witnesses, complete);

	watcher->witnesses.count = 0;
	watcher->missing = watcher->missing || is_so;
	return is_so;
}

static void
tell_of_cookie(struct watcher *watcher)
{
	if (!watcher->long_told)
		tn_log_warning("the directory server's cookie has more than %d "
		               "bytes and is not kept: after a restart or a "
		               "lost connection more is read than has changed",
		               TN_COOKIE_MAX);
	watcher->long_told = true;
}

static int
handle(const struct tn_watch_event *event, void *arg, struct tn_err *err)
{
	struct watcher *watcher = arg;
	struct tn_net *net = watcher->net;
	struct tn_err own = TN_ERR_INIT;
	int rc;

	watcher->worked = true;
	tn_net_heard(net);
	switch (event->kind) {
	case TN_WATCH_UPSERT:
		watcher->came++;
		tn_witnesses_named(&watcher->witnesses, &event->entry->uuid);
		rc = put_entry(net, event->entry, event->change_ms, &own);
		if (rc == TN_E_NO_MEMORY)
			return tn_fail(err, rc, "the table");
		if (rc != TN_OK)
			drop_unreadable(net, event->entry, &own);
		break;
	case TN_WATCH_DELETE:
		tn_witnesses_named(&watcher->witnesses, &event->uuid);
		(void)pthread_rwlock_wrlock(&net->lock);
		tn_table_delete(&net->table, &event->uuid);
		(void)pthread_rwlock_unlock(&net->lock);
		break;
	case TN_WATCH_PRESENT:
		(void)pthread_rwlock_wrlock(&net->lock);
		if (!tn_table_present(&net->table, &event->uuid))
			watcher->missing = true;
		(void)pthread_rwlock_unlock(&net->lock);
		return TN_OK;
	case TN_WATCH_REFRESHED:
		if (watcher->missing)
			return tn_fail(err, TN_E_STALE,
			               "entries are present that we lost");
		if (was_restored(watcher, event->complete))
			return tn_fail(err, TN_E_STALE,
			               "the server has lost changes that it "
			               "had, as after a backup is restored");
		if (event->cookie_is_long)
			tell_of_cookie(watcher);
		watcher->refused_at = 0;
		end_refresh(watcher, event->complete);
		tn_catch_up_done(&net->catch_up);
		save_cookie(net, event->cookie);
		break;
	case TN_WATCH_COOKIE:
		save_cookie(net, event->cookie);
		return TN_OK;
	}
	tn_net_has_work(net);
	return TN_OK;
}

/* Watches over one connection until it fails, or a better one is back. */
static int
watch_once(struct watcher *watcher, struct tn_err *err)
{
	struct tn_net *net = watcher->net;
	struct tn_connection *connection = NULL;
	struct tn_watch *watch = NULL;
	bool leaves = false;
	size_t place = 0;
	int rc;

	watcher->missing = false;
	watcher->came = 0;
	atomic_store(&net->watch_is_broken, false);
	atomic_store(&net->watch_may_leave, false);
	rc = tn_rotation_join(net->rotation, tn_now_ms() + CONNECT_MS,
	                      &connection, &place, err);
	if (rc != TN_OK)
		return rc;
	/* Without a cookie all is told, which may take long, and nothing was
	   known before. */
	tn_catch_up_begin(&net->catch_up, net->cookie != NULL);
	rc = tn_watch_start(net, connection, &watch, &watcher->witnesses, err);
	atomic_store(&net->watch_place, place);
	while (rc == TN_OK && !leaves) {
		rc = tn_watch_step(watch, STEP_MS, handle, watcher, err);
		if (rc == TN_OK && atomic_load(&net->watch_is_broken))
			rc = tn_fail(err, TN_E_TIMEOUT,
			             "the server does not answer any more");
		if (rc == TN_OK && watcher->worked && watcher->told) {
			tn_log_info("the directory is heard again");
			watcher->told = false;
		}
		leaves = atomic_load(&net->watch_may_leave);
	}
	atomic_store(&net->watch_place, TN_NO_PLACE);
	tn_catch_up_lost(&net->catch_up);
	if (rc != TN_OK)
		tn_rotation_failed(net->rotation, place, tn_now_ms());
	tn_watch_closep(&watch);
	tn_connection_closep(&connection);
	return rc;
}

/*
 * A server refused the cookie, as one that is newer than all it has. It was
 * restored from a backup, or it is a moment behind another: that one is asked
 * next, and only when nobody takes the cookie for a while is it given up.
 */
static bool
is_cookie_lost(struct watcher *watcher)
{
	int64_t now = tn_now_ms();

	/* Entries are missing here: no server can help but by saying all. */
	if (watcher->missing || tn_rotation_count(watcher->net->rotation) == 1)
		return true;
	if (watcher->refused_at == 0)
		watcher->refused_at = now;
	return now - watcher->refused_at >= REFUSED_MS;
}

/* Milliseconds until the next attempt. */
static int
after_failure(struct watcher *watcher, int rc, const struct tn_err *err)
{
	struct tn_net *net = watcher->net;
	int hosts = net->config->fleet_hosts;
	int ms;

	if (rc == TN_E_STALE && is_cookie_lost(watcher)) {
		watcher->refused_at = 0;
		(void)pthread_rwlock_wrlock(&net->lock);
		free(net->cookie);
		net->cookie = NULL;
		(void)pthread_rwlock_unlock(&net->lock);
		ms = tn_refresh_ms(hosts);
		tn_log_warning("the directory will be read whole, in %d s: %s",
		               (ms + 999) / 1000, err->text);
		return ms;
	}
	return tn_again_ms(watcher->failures++, hosts);
}

void *
tn_watch_loop(void *arg)
{
	struct watcher watcher = { .net = arg };
	struct tn_err err;
	int rc;

	for (;;) {
		err = (struct tn_err)TN_ERR_INIT;
		watcher.worked = false;
		rc = watch_once(&watcher, &err);
		if (watcher.worked)
			watcher.failures = 0;
		if (rc == TN_OK) {
			tn_log_info("back to a preferred directory server");
			continue;
		}
		if (!watcher.told)
			tn_log_warning("the directory is out of reach: %s",
			               err.text);
		watcher.told = true;
		tn_catch_up_sleep(&watcher.net->catch_up,
		                  after_failure(&watcher, rc, &err));
	}
	return NULL;
}
