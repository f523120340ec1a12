#include "leaked/sha1.h"

#include <string.h>
#include <nettle/sha1.h>

uint64_t
tn_leaked_key(const void *data, size_t len)
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx state;
	uint64_t key = 0;
	size_t i;

	sha1_init(&state);
	sha1_update(&state, len, data);
	sha1_digest(&state, sizeof(digest), digest);
	for (i = 0; i < sizeof(key); i++)
		key = key << 8 | digest[i];
	explicit_bzero(&state, sizeof(state));
	explicit_bzero(digest, sizeof(digest));
	return key;
}
