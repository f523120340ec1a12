#include <config.h>

#include "text_pool.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash_table.h"

struct tn_pool_text {
	uint32_t number;
	uint32_t uses;
	UT_hash_handle hh;
	char text[];
};

void
tn_pool_done(struct tn_text_pool *pool)
{
	struct tn_pool_text *at;
	struct tn_pool_text *next;

	HASH_ITER(hh, pool->texts, at, next)
	{
		HASH_DEL(pool->texts, at);
		free(at);
	}
	free(pool->by_number);
	free(pool->vacant);
	*pool = (struct tn_text_pool){ .count = 0 };
}

static bool
reserve(struct tn_text_pool *pool)
{
	uint32_t room = pool->room != 0 ? pool->room * 2 : 64;
	struct tn_pool_text **by_number;
	uint32_t *vacant;

	if (pool->vacant_count > 0 || pool->count < pool->room)
		return true;
	if (pool->room > UINT32_MAX / 4)
		return false;
	by_number = reallocarray(pool->by_number, room, sizeof(*by_number));
	if (by_number == NULL)
		return false;
	pool->by_number = by_number;
	vacant = reallocarray(pool->vacant, room, sizeof(*vacant));
	if (vacant == NULL)
		return false;
	pool->vacant = vacant;
	pool->room = room;
	return true;
}

uint32_t
tn_pool_take(struct tn_text_pool *pool, const char *text, size_t len)
{
	struct tn_pool_text *at = NULL;

	HASH_FIND(hh, pool->texts, text, len, at);
	if (at != NULL) {
		at->uses++;
		return at->number + 1;
	}
	at = reserve(pool) ? malloc(sizeof(*at) + len + 1) : NULL;
	if (at == NULL)
		return TN_NO_TEXT;
	memset(at, 0, sizeof(*at));
	memcpy(at->text, text, len);
	at->text[len] = '\0';
	at->uses = 1;
	HASH_ADD_KEYPTR(hh, pool->texts, at->text, len, at);
	if (TN_HASH_LOST(hh, at)) {
		free(at);
		return TN_NO_TEXT;
	}
	at->number = pool->vacant_count > 0 ? pool->vacant[--pool->vacant_count]
	                                    : pool->count++;
	pool->by_number[at->number] = at;
	return at->number + 1;
}

void
tn_pool_drop(struct tn_text_pool *pool, uint32_t number)
{
	struct tn_pool_text *at;

	if (number == 0 || number == TN_NO_TEXT)
		return;
	at = pool->by_number[number - 1];
	if (--at->uses > 0)
		return;
	pool->by_number[at->number] = NULL;
	pool->vacant[pool->vacant_count++] = at->number;
	HASH_DEL(pool->texts, at);
	free(at);
}

const char *
tn_pool_text(const struct tn_text_pool *pool, uint32_t number)
{
	return number != 0 ? pool->by_number[number - 1]->text : "";
}
