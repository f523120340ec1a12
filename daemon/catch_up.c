#include <config.h>

#include "catch_up.h"

#include <time.h>

/* A connection that was begun while the network was cut is asked for again by
   the kernel after 1 and 3 s, and given up after 6. */
#define AWAIT_MS 3100
#define LOOK_MS  300 /* a server in the same country answers in a tenth */
#define QUIET_MS 10000

int
tn_catch_up_init(struct tn_catch_up *catch_up)
{
	pthread_condattr_t attributes;
	int rc;

	*catch_up = (struct tn_catch_up){ .state = TN_WATCH_LOST,
		                          .looked_at = -1 };
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	rc = pthread_cond_init(&catch_up->cond, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (rc == 0)
		rc = pthread_mutex_init(&catch_up->mutex, NULL);
	if (rc == 0)
		rc = pthread_mutex_init(&catch_up->look_mutex, NULL);
	return rc;
}

/* Under the mutex: true when the time is over. */
static bool
wait_until(struct tn_catch_up *catch_up, int64_t ms)
{
	const struct timespec until = { .tv_sec = ms / 1000,
		                        .tv_nsec = ms % 1000 * 1000000L };

	return pthread_cond_timedwait(&catch_up->cond, &catch_up->mutex,
	                              &until) != 0;
}

static bool
look(struct tn_catch_up *catch_up, struct tn_server_rotation *rotation)
{
	const int64_t came = tn_now_ms();
	bool is_there;
	int64_t now;

	(void)pthread_mutex_lock(&catch_up->look_mutex);
	/* One look is good for all who came before it began; whoever comes
	   later may come after the network did. */
	if (catch_up->looked_at <= came) {
		now = tn_now_ms();
		catch_up->is_any_there =
		    tn_rotation_is_any_there(rotation, now + LOOK_MS);
		catch_up->looked_at = now;
	}
	is_there = catch_up->is_any_there;
	(void)pthread_mutex_unlock(&catch_up->look_mutex);
	return is_there;
}

/* May a login wait for the watch to connect? */
static bool
is_worth_waiting(struct tn_catch_up *catch_up,
                 struct tn_server_rotation *rotation)
{
	bool is_lost;

	(void)pthread_mutex_lock(&catch_up->mutex);
	is_lost = catch_up->state == TN_WATCH_LOST;
	(void)pthread_mutex_unlock(&catch_up->mutex);
	return is_lost && look(catch_up, rotation);
}

void
tn_catch_up_await(struct tn_catch_up *catch_up,
                  struct tn_server_rotation *rotation)
{
	bool waits = is_worth_waiting(catch_up, rotation);
	int64_t until = tn_now_ms() + AWAIT_MS;
	bool is_over;

	(void)pthread_mutex_lock(&catch_up->mutex);
	is_over = tn_now_ms() < catch_up->quiet_until;
	if (!is_over && waits && catch_up->state == TN_WATCH_LOST) {
		catch_up->is_wanted = true;
		(void)pthread_cond_broadcast(&catch_up->cond);
	}
	while (!is_over && (catch_up->state == TN_WATCH_CATCHING_UP ||
	                    (waits && catch_up->state == TN_WATCH_LOST))) {
		is_over = wait_until(catch_up, until);
		if (is_over)
			catch_up->quiet_until = tn_now_ms() + QUIET_MS;
	}
	(void)pthread_mutex_unlock(&catch_up->mutex);
}

static void
become(struct tn_catch_up *catch_up, enum tn_watch_state state)
{
	(void)pthread_mutex_lock(&catch_up->mutex);
	catch_up->state = state;
	if (state != TN_WATCH_LOST)
		catch_up->is_wanted = false;
	(void)pthread_cond_broadcast(&catch_up->cond);
	(void)pthread_mutex_unlock(&catch_up->mutex);
}

void
tn_catch_up_begin(struct tn_catch_up *catch_up, bool is_known)
{
	become(catch_up, is_known ? TN_WATCH_CATCHING_UP : TN_WATCH_IN_STEP);
}

void
tn_catch_up_done(struct tn_catch_up *catch_up)
{
	become(catch_up, TN_WATCH_IN_STEP);
}

void
tn_catch_up_lost(struct tn_catch_up *catch_up)
{
	become(catch_up, TN_WATCH_LOST);
}

void
tn_catch_up_sleep(struct tn_catch_up *catch_up, int ms)
{
	int64_t until = tn_now_ms() + ms;
	bool is_over = false;

	(void)pthread_mutex_lock(&catch_up->mutex);
	while (!is_over && !catch_up->is_wanted)
		is_over = wait_until(catch_up, until);
	catch_up->is_wanted = false;
	(void)pthread_mutex_unlock(&catch_up->mutex);
}
