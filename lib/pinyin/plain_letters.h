/* Inside lib/pinyin: letters that pass for others, or sound like them. */
#ifndef TN_PINYIN_PLAIN_LETTERS_H
#define TN_PINYIN_PLAIN_LETTERS_H

#include <stddef.h>
#include <stdint.h>
#include "account/password_rule.h"

/* point: lower case, decomposed. How many ASCII letters it passes for; 0: none. */
size_t tn_plain_letters(uint32_t point, uint32_t ret[TN_PLAIN_MAX]);

#endif
