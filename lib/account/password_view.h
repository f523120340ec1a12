/*
 * A password as characters that can be compared: lower case, each as what it
 * passes for (tn_plain_reader). Inside lib/account. A view holds a secret: wipe
 * it.
 */
#ifndef TN_ACCOUNT_PASSWORD_VIEW_H
#define TN_ACCOUNT_PASSWORD_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/password_rule.h"

struct tn_password_view {
	size_t len;
	size_t typed; /* characters of the text that are seen */
	uint32_t point[TN_PASSWORD_MAX];
};

/* False, and an empty view, for what is no UTF-8, does not fit, or cannot be
   read by plain (NULL reads ASCII alone). */
bool tn_view_fold(struct tn_password_view *view, const char *text,
                  tn_plain_reader *plain);
/* A text of password_tables.c, which is plain already. */
void tn_view_of_table(struct tn_password_view *view, const char *text);
/* What people put between words, "wang.xiao-ming": all that is no letter and no
   figure. */
bool tn_view_is_separator(uint32_t point);
/* Drops it. */
void tn_view_join(struct tn_password_view *view);
/* Writes every spelling of ü behind l and n as u: lv, lyu, lü -> lu. */
void tn_view_merge_umlaut(struct tn_password_view *view);
void tn_view_reverse(struct tn_password_view *view);
void tn_view_wipe(struct tn_password_view *view);

/* May the password's character stand for the word's? The same, or leet. */
bool tn_view_same(uint32_t password, uint32_t word);
/* word stands at the place at. */
bool tn_view_has_at(const struct tn_password_view *view, size_t at,
                    const struct tn_password_view *word);
/* word stands anywhere. An empty word stands nowhere. */
bool tn_view_has(const struct tn_password_view *view,
                 const struct tn_password_view *word);
/*
 * The same, with separators anywhere in it, and every spelling of ü (see
 * tn_view_merge_umlaut, by which word has gone; it has no separators).
 * is_number: word is figures, which leet and the signs of their keys stand for:
 * 199o, l99!.
 */
bool tn_view_finds(const struct tn_password_view *view,
                   const struct tn_password_view *word, bool is_number);
/* How many characters have to be changed, added or taken away (Levenshtein). */
size_t tn_view_distance(const struct tn_password_view *a,
                        const struct tn_password_view *b);

/* Dates that begin at the place, in the orders that are usual: bit n is set for
   one of n characters. A year alone is one. */
uint32_t tn_view_dates(const struct tn_password_view *view, size_t at);

/*
 * A walk from key to key, over a keyboard of the US or its block of digits:
 * 1qaz, qwerfdsa, 14789. Start with .board alone.
 */
enum tn_walk_board { TN_WALK_KEYBOARD, TN_WALK_DIGITS };
struct tn_walk {
	enum tn_walk_board board;
	size_t len;  /* keys so far */
	size_t cost; /* two characters, and one for each turn */
	int x, y;    /* the last key, and the last step */
	int dx, dy;
};
/* False, and the walk as it was, where the character is no neighbour's. */
bool tn_walk_step(struct tn_walk *walk, uint32_t point);

/*
 * How many characters the password is worth once each repeat, sequence, row of
 * keys and common word in it counts as little as it costs to guess.
 * ret_fault  what saved the most: REPEATS, SEQUENCE or COMMON, or GOOD.
 */
size_t tn_view_worth(const struct tn_password_view *view,
                     enum tn_password_fault *ret_fault);

#endif
