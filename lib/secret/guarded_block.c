#include "secret/guarded_block.h"

#include <pthread.h>
#include <sodium.h>

static struct {
	pthread_mutex_t mutex;
	void *pages[TN_GUARDED_KEPT];
	size_t count;
	size_t most;
} kept = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static void *
take_kept(void)
{
	void *pages = NULL;

	(void)pthread_mutex_lock(&kept.mutex);
	if (kept.count > 0)
		pages = kept.pages[--kept.count];
	(void)pthread_mutex_unlock(&kept.mutex);
	return pages;
}

static bool
keep(void *pages)
{
	bool is_kept;

	(void)pthread_mutex_lock(&kept.mutex);
	is_kept = kept.count < kept.most;
	if (is_kept)
		kept.pages[kept.count++] = pages;
	(void)pthread_mutex_unlock(&kept.mutex);
	return is_kept;
}

bool
tn_guarded_take(size_t size, struct tn_guarded_block *ret)
{
	const size_t whole = size > TN_GUARDED_SIZE ? size : TN_GUARDED_SIZE;

	ret->pages = size <= TN_GUARDED_SIZE ? take_kept() : NULL;
	ret->is_locked = ret->pages != NULL; /* only such are kept */
	if (ret->pages == NULL) {
		ret->pages = sodium_malloc(whole);
		if (ret->pages == NULL)
			return false;
		/* sodium_malloc succeeds even where its own lock failed: ask
		   again. */
		ret->is_locked = sodium_mlock(ret->pages, whole) == 0;
	}
	/* At the end, where the page without access follows. */
	ret->data = (char *)ret->pages + whole - size;
	ret->size = size;
	return true;
}

void
tn_guarded_give(struct tn_guarded_block *block)
{
	if (block->size <= TN_GUARDED_SIZE && block->is_locked &&
	    sodium_mprotect_readwrite(block->pages) == 0) {
		sodium_memzero(block->pages, TN_GUARDED_SIZE);
		if (keep(block->pages))
			return;
	}
	sodium_free(block->pages); /* wipes */
}

void
tn_guarded_keep(size_t most)
{
	void *pages;

	(void)pthread_mutex_lock(&kept.mutex);
	kept.most = most < TN_GUARDED_KEPT ? most : TN_GUARDED_KEPT;
	while (kept.count > kept.most) {
		pages = kept.pages[--kept.count];
		sodium_free(pages);
	}
	(void)pthread_mutex_unlock(&kept.mutex);
}

size_t
tn_guarded_kept(void)
{
	size_t count;

	(void)pthread_mutex_lock(&kept.mutex);
	count = kept.count;
	(void)pthread_mutex_unlock(&kept.mutex);
	return count;
}
