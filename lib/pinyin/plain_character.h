/*
 * A character of a password as those that it passes for, so that a word is found
 * however it is written: ǔ, 𝐮, ｕ, U and υ are u, 曉 is 晓, ⑨ and ٩ are 9; a
 * combining mark and what nobody sees (zero width) are nothing.
 *
 * One character at a time, on the caller's stack: ICU keeps no copy of a
 * password on its heap. What the registers and the stack of the last call hold
 * is one character.
 */
#ifndef TN_PINYIN_PLAIN_CHARACTER_H
#define TN_PINYIN_PLAIN_CHARACTER_H

#include "account/password_rule.h"

/* A tn_plain_reader (account/password_rule.h). The first call for a character
   that is not ASCII takes 50 ms. Thread-safe. */
size_t tn_plain_character(uint32_t point, uint32_t ret[TN_PLAIN_MAX]);

#endif
