#include "pinyin/plain_letters.h"

#include <stddef.h>
#include "base/attrs.h"

struct letter {
	uint32_t point;
	const char *plain;
};

/* Lower case, decomposed. Who looks the same goes by looks (р is p), others by
   sound (п is p). */
static const struct letter letters[] = {
	/* Latin, phonetic letters (pinyin is printed with ɑ and ɡ), small
	   capitals, turned ones. */
	{ 0xdf, "ss" },   { 0xe6, "ae" },   { 0xf0, "d" },    { 0xf8, "o" },
	{ 0xfe, "th" },   { 0x111, "d" },   { 0x127, "h" },   { 0x131, "i" },
	{ 0x138, "k" },   { 0x142, "l" },   { 0x14b, "n" },   { 0x153, "oe" },
	{ 0x167, "t" },   { 0x180, "b" },   { 0x199, "k" },   { 0x1b6, "z" },
	{ 0x1dd, "e" },   { 0x237, "j" },   { 0x250, "a" },   { 0x251, "a" },
	{ 0x253, "b" },   { 0x254, "o" },   { 0x256, "d" },   { 0x257, "d" },
	{ 0x259, "e" },   { 0x25b, "e" },   { 0x260, "g" },   { 0x261, "g" },
	{ 0x262, "g" },   { 0x265, "h" },   { 0x266, "h" },   { 0x268, "i" },
	{ 0x269, "i" },   { 0x26a, "i" },   { 0x26f, "w" },   { 0x271, "m" },
	{ 0x274, "n" },   { 0x275, "o" },   { 0x279, "r" },   { 0x27e, "r" },
	{ 0x280, "r" },   { 0x283, "s" },   { 0x287, "t" },   { 0x289, "u" },
	{ 0x28a, "u" },   { 0x28b, "v" },   { 0x28c, "v" },   { 0x28d, "w" },
	{ 0x28e, "y" },   { 0x28f, "y" },   { 0x292, "z" },   { 0x299, "b" },
	{ 0x29c, "h" },   { 0x29e, "k" },   { 0x29f, "l" },   { 0x1d00, "a" },
	{ 0x1d04, "c" },  { 0x1d05, "d" },  { 0x1d07, "e" },  { 0x1d0a, "j" },
	{ 0x1d0b, "k" },  { 0x1d0d, "m" },  { 0x1d0f, "o" },  { 0x1d18, "p" },
	{ 0x1d1b, "t" },  { 0x1d1c, "u" },  { 0x1d20, "v" },  { 0x1d21, "w" },
	{ 0x1d22, "z" },  { 0x1d79, "g" },  { 0xa730, "f" },  { 0xa731, "s" },
	/* Signs for letters. */
	{ 0xa2, "c" },    { 0xa3, "l" },    { 0xa5, "y" },    { 0x20ac, "e" },
	{ 0x212e, "e" },
	/* Greek. */
	{ 0x3b1, "a" },   { 0x3b2, "b" },   { 0x3b3, "y" },   { 0x3b4, "d" },
	{ 0x3b5, "e" },   { 0x3b6, "z" },   { 0x3b7, "n" },   { 0x3b8, "o" },
	{ 0x3b9, "i" },   { 0x3ba, "k" },   { 0x3bb, "l" },   { 0x3bc, "u" },
	{ 0x3bd, "v" },   { 0x3be, "x" },   { 0x3bf, "o" },   { 0x3c0, "p" },
	{ 0x3c1, "p" },   { 0x3c2, "s" },   { 0x3c3, "s" },   { 0x3c4, "t" },
	{ 0x3c5, "u" },   { 0x3c6, "f" },   { 0x3c7, "x" },   { 0x3c8, "ps" },
	{ 0x3c9, "w" },   { 0x3f3, "j" },
	/* Cyrillic. */
	{ 0x430, "a" },   { 0x431, "b" },   { 0x432, "b" },   { 0x433, "g" },
	{ 0x434, "d" },   { 0x435, "e" },   { 0x436, "zh" },  { 0x437, "z" },
	{ 0x438, "i" },   { 0x43a, "k" },   { 0x43b, "l" },   { 0x43c, "m" },
	{ 0x43d, "h" },   { 0x43e, "o" },   { 0x43f, "p" },   { 0x440, "p" },
	{ 0x441, "c" },   { 0x442, "t" },   { 0x443, "y" },   { 0x444, "f" },
	{ 0x445, "x" },   { 0x446, "c" },   { 0x447, "ch" },  { 0x448, "w" },
	{ 0x449, "w" },   { 0x44a, "b" },   { 0x44b, "y" },   { 0x44c, "b" },
	{ 0x44d, "e" },   { 0x44e, "yu" },  { 0x44f, "r" },   { 0x452, "h" },
	{ 0x454, "e" },   { 0x455, "s" },   { 0x456, "i" },   { 0x458, "j" },
	{ 0x459, "l" },   { 0x45a, "h" },   { 0x45b, "h" },   { 0x45f, "u" },
	{ 0x461, "w" },   { 0x493, "f" },   { 0x49b, "k" },   { 0x4a3, "h" },
	{ 0x4af, "y" },   { 0x4b1, "y" },   { 0x4b3, "x" },   { 0x4bb, "h" },
	{ 0x4cf, "l" },   { 0x4e9, "o" },   { 0x501, "d" },   { 0x51b, "q" },
	{ 0x51d, "w" },
	/* Armenian. */
	{ 0x570, "h" },   { 0x578, "n" },   { 0x57d, "u" },   { 0x581, "g" },
	{ 0x585, "o" },
};

/* Letters in circles, squares and flags, which Unicode does not decompose. */
static const struct range {
	uint32_t first;
	uint32_t last;
} ranges[] = {
	{ 0x1f150, 0x1f169 },
	{ 0x1f170, 0x1f189 },
	{ 0x1f1e6, 0x1f1ff },
};

size_t
tn_plain_letters(uint32_t point, uint32_t ret[TN_PLAIN_MAX])
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(letters); i++) {
		if (letters[i].point != point)
			continue;
		for (; letters[i].plain[count] != '\0'; count++)
			ret[count] = (unsigned char)letters[i].plain[count];
		return count;
	}
	for (i = 0; i < TN_ARRAY_LEN(ranges); i++) {
		if (point < ranges[i].first || point > ranges[i].last)
			continue;
		ret[0] = 'a' + (point - ranges[i].first);
		return 1;
	}
	return 0;
}
