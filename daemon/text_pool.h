/*
 * Texts that many records have in common, each kept once and named by a
 * number: a shell, a department, the folder that homes are in. Pure; not
 * thread-safe.
 */
#ifndef TN_DAEMON_TEXT_POOL_H
#define TN_DAEMON_TEXT_POOL_H

#include <stddef.h>
#include <stdint.h>

#define TN_NO_TEXT UINT32_MAX

struct tn_pool_text;

struct tn_text_pool { /* zeros to begin with */
	struct tn_pool_text *texts;
	struct tn_pool_text **by_number;
	uint32_t *vacant; /* numbers below .count that nothing has */
	uint32_t vacant_count;
	uint32_t count;
	uint32_t room;
};

void tn_pool_done(struct tn_text_pool *pool);
/* One more use of a text, which need not end with a NUL. Its number is never
   0; TN_NO_TEXT when there is no memory. */
uint32_t tn_pool_take(struct tn_text_pool *pool, const char *text, size_t len);
/* One use less; with the last the text goes. */
void tn_pool_drop(struct tn_text_pool *pool, uint32_t number);
/* Borrowed for as long as it is in use; "" for 0. */
const char *tn_pool_text(const struct tn_text_pool *pool, uint32_t number);

#endif
