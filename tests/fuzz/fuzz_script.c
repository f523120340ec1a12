/* What the targets have in common. */
#include <config.h>

#include "fuzz.h"

#include <string.h>

void *
fuzz_copy(const void *data, size_t size, bool is_text)
{
	size_t all = is_text ? size + 1 : size;
	char *copy = malloc(all != 0 ? all : 1);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	if (is_text)
		copy[size] = '\0';
	return copy;
}

uint8_t
fuzz_byte(struct fuzz_script *script)
{
	if (script->left == 0)
		return 0;
	script->left--;
	return *script->at++;
}

uint32_t
fuzz_number(struct fuzz_script *script)
{
	uint32_t number = 0;
	int i;

	for (i = 0; i < 4; i++)
		number = number << 8 | fuzz_byte(script);
	return number;
}

const uint8_t *
fuzz_bytes(struct fuzz_script *script, size_t size, size_t *ret_len)
{
	const uint8_t *bytes = script->at;

	if (size > script->left)
		size = script->left;
	script->at += size;
	script->left -= size;
	*ret_len = size;
	return bytes;
}

size_t
fuzz_seed_text(const char *const *texts, size_t count, size_t number,
               uint8_t *data, size_t room)
{
	size_t len;

	if (number >= count)
		return FUZZ_NO_SEED;
	len = strlen(texts[number]);
	FUZZ_EXPECT(len <= room);
	memcpy(data, texts[number], len);
	return len;
}

uint32_t
fuzz_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	        UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}
