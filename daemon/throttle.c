#include <config.h>

#include "throttle.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash_table.h"

#define FAILURES_MAX 128
#define KEY_MAX      352

/* The times of the last failures, newest last; a ring would save nothing. */
struct entry {
	char key[KEY_MAX];
	unsigned int count;
	UT_hash_handle hh;
	int64_t failed[]; /* as many as throttle */
};

struct tn_throttle {
	pthread_mutex_t mutex;
	struct entry *entries; /* uthash keeps the order: oldest use first */
	unsigned int failures;
	int64_t window;
	size_t capacity;
};

int
tn_throttle_new(unsigned int failures, int64_t window, size_t capacity,
                struct tn_throttle **ret, struct tn_err *err)
{
	struct tn_throttle *throttle = calloc(1, sizeof(*throttle));

	if (throttle == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "throttle");
	if (failures > FAILURES_MAX)
		failures = FAILURES_MAX;
	(void)pthread_mutex_init(&throttle->mutex, NULL);
	throttle->failures = failures > 0 ? failures : 1;
	throttle->window = window;
	throttle->capacity = capacity;
	*ret = throttle;
	return TN_OK;
}

static void
drop(struct tn_throttle *throttle, struct entry *entry)
{
	HASH_DEL(throttle->entries, entry);
	free(entry);
}

void
tn_throttle_free(struct tn_throttle *throttle)
{
	if (throttle == NULL)
		return;
	while (throttle->entries != NULL)
		drop(throttle, throttle->entries);
	(void)pthread_mutex_destroy(&throttle->mutex);
	free(throttle);
}

/* Login and source cannot run into each other: a login is cut at its bound
   and padded. */
static void
make_key(char key[KEY_MAX], const char *account, const char *source)
{
	(void)snprintf(key, KEY_MAX, "%-32.32s %.300s", account, source);
}

static struct entry *
find(const struct tn_throttle *throttle, const char *key)
{
	struct entry *entry = NULL;

	HASH_FIND_STR(throttle->entries, key, entry);
	return entry;
}

/* Failures that lie before the window no longer count. */
static void
forget_old(const struct tn_throttle *throttle, struct entry *entry, int64_t now)
{
	unsigned int old = 0;

	while (old < entry->count &&
	       entry->failed[old] <= now - throttle->window)
		old++;
	entry->count -= old;
	memmove(entry->failed, entry->failed + old,
	        entry->count * sizeof(entry->failed[0]));
}

bool
tn_throttle_is_on(struct tn_throttle *throttle, const char *account,
                  const char *source, int64_t now)
{
	struct entry *entry;
	char key[KEY_MAX];
	bool on = false;

	make_key(key, account, source);
	(void)pthread_mutex_lock(&throttle->mutex);
	entry = find(throttle, key);
	if (entry != NULL) {
		forget_old(throttle, entry, now);
		on = entry->count >= throttle->failures;
	}
	(void)pthread_mutex_unlock(&throttle->mutex);
	return on;
}

/* The entry as the one used last; NULL without memory. */
static struct entry *
touch(struct tn_throttle *throttle, const char *key)
{
	struct entry *entry = find(throttle, key);

	if (entry != NULL) {
		HASH_DEL(throttle->entries, entry);
	} else {
		if (HASH_COUNT(throttle->entries) >= throttle->capacity)
			drop(throttle, throttle->entries);
		entry =
		    calloc(1, sizeof(*entry) + throttle->failures *
		                                   sizeof(entry->failed[0]));
		if (entry == NULL)
			return NULL;
		memcpy(entry->key, key, sizeof(entry->key));
	}
	HASH_ADD_STR(throttle->entries, key, entry);
	if (TN_HASH_LOST(hh, entry)) {
		free(entry);
		return NULL;
	}
	return entry;
}

static void
count_one(const struct tn_throttle *throttle, struct entry *entry, int64_t now)
{
	if (entry->count == throttle->failures)
		memmove(entry->failed, entry->failed + 1,
		        --entry->count * sizeof(entry->failed[0]));
	entry->failed[entry->count++] = now;
}

void
tn_throttle_failed(struct tn_throttle *throttle, const char *account,
                   const char *source, int64_t now)
{
	struct entry *entry;
	char key[KEY_MAX];

	make_key(key, account, source);
	(void)pthread_mutex_lock(&throttle->mutex);
	entry = touch(throttle, key);
	if (entry != NULL) {
		forget_old(throttle, entry, now);
		count_one(throttle, entry, now);
	}
	(void)pthread_mutex_unlock(&throttle->mutex);
}

bool
tn_throttle_take(struct tn_throttle *throttle, const char *account,
                 const char *source, unsigned int most, int64_t now)
{
	struct entry *entry;
	char key[KEY_MAX];
	bool taken = false;

	make_key(key, account, source);
	(void)pthread_mutex_lock(&throttle->mutex);
	entry = touch(throttle, key);
	if (entry != NULL) {
		forget_old(throttle, entry, now);
		taken = entry->count < most;
		if (taken)
			count_one(throttle, entry, now);
	}
	(void)pthread_mutex_unlock(&throttle->mutex);
	return taken;
}

void
tn_throttle_undo(struct tn_throttle *throttle, const char *account,
                 const char *source)
{
	struct entry *entry;
	char key[KEY_MAX];

	make_key(key, account, source);
	(void)pthread_mutex_lock(&throttle->mutex);
	entry = find(throttle, key);
	if (entry != NULL && entry->count > 0)
		entry->count--;
	if (entry != NULL && entry->count == 0)
		drop(throttle, entry);
	(void)pthread_mutex_unlock(&throttle->mutex);
}

void
tn_throttle_succeeded(struct tn_throttle *throttle, const char *account,
                      const char *source)
{
	struct entry *entry;
	char key[KEY_MAX];

	make_key(key, account, source);
	(void)pthread_mutex_lock(&throttle->mutex);
	entry = find(throttle, key);
	if (entry != NULL)
		drop(throttle, entry);
	(void)pthread_mutex_unlock(&throttle->mutex);
}
