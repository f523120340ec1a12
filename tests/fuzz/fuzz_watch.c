/* What a directory server puts into the synchronisation's controls and
   messages, and its cookies (RFC 4533). */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "directory/watch_parse.h"

static void
use_cookie(const char *cookie)
{
	struct berval value = { 0, NULL };
	char other[TN_COOKIE_MAX + 1];

	FUZZ_EXPECT(strlen(cookie) <= TN_COOKIE_MAX);
	memcpy(other, cookie, strlen(cookie) + 1);
	(void)tn_cookie_ms(cookie);
	/* What is sent holds no server's number, unless it is in the rest. */
	if (!tn_cookie_is_sound(cookie))
		return;
	FUZZ_EXPECT(strncmp(cookie, "rid=", 4) == 0 &&
	            strstr(cookie, "csn=") != NULL);
	FUZZ_EXPECT(tn_sync_request(cookie, &value, NULL) == TN_OK);
	ber_memfree(value.bv_val);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tn_sync_state state;
	static struct tn_sync_info info;
	struct tn_err err = TN_ERR_INIT;
	struct berval value;
	char *bytes;

	if (size == 0)
		return 0;
	bytes = fuzz_copy(data + 1, size - 1, data[0] % 4 == 3);
	value.bv_val = bytes;
	value.bv_len = size - 1;
	switch (data[0] % 4) {
	case 0:
		if (tn_sync_state_parse(&value, &state, &err) == TN_OK)
			use_cookie(state.cookie);
		break;
	case 1:
	case 2:
		if (tn_sync_info_parse(&value, &info, &err) != TN_OK)
			break;
		/* Not more than there were bytes for. */
		FUZZ_EXPECT(info.count * TN_UUID_LEN <= size);
		use_cookie(info.cookie);
		tn_sync_info_done(&info);
		break;
	default:
		if (strlen(bytes) <= TN_COOKIE_MAX)
			use_cookie(bytes);
		break;
	}
	free(bytes);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
#define CSN    "20261130120000.123456Z#000000#001#000000"
#define COOKIE "rid=000,sid=001,csn=" CSN
#define UUID   "0123456789abcdef"
	static const char *const texts[] = {
		"\x03" COOKIE,
		"\x03" COOKIE ";" CSN,
		/* Sync State: add, its uuid, and a cookie. */
		"\x04\x30\x15\x0a\x01\x01\x04\x10" UUID,
		"\x04\x30\x53\x0a\x01\x02\x04\x10" UUID "\x04\x3c" COOKIE,
		/* Sync Info: a cookie, a refresh, a set. */
		"\x01\x80\x3c" COOKIE,
		"\x01\xa1\x41\x04\x3c" COOKIE "\x01\x01\xff",
		"\x02\xa2\x03\x01\x01\xff",
		"\x02\xa3\x29\x01\x01\xff\x31\x24\x04\x10" UUID "\x04\x10" UUID,
	};

	return fuzz_seed_text(texts, TN_ARRAY_LEN(texts), number, data, room);
}
