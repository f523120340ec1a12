/* RFC 4533's messages, as a server sends them and as nobody should. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <criterion/criterion.h>
#include "directory/watch_parse.h"

#define U1         \
	"\x04\x10" \
	"0123456789abcdef"
#define U2         \
	"\x04\x10" \
	"fedcba9876543210"

static struct tn_err err = TN_ERR_INIT;

static struct berval
bytes(const char *data, size_t len)
{
	struct berval value = { len, malloc(len + 1) };

	cr_assert_not_null(value.bv_val);
	memcpy(value.bv_val, data, len);
	value.bv_val[len] = 'X'; /* nothing may read here */
	return value;
}

#define STATE(text, ret) state(text, sizeof(text) - 1, ret)
#define INFO(text, ret)  info(text, sizeof(text) - 1, ret)

static int
state(const char *data, size_t len, struct tn_sync_state *ret)
{
	struct berval value = bytes(data, len);
	int code = tn_sync_state_parse(&value, ret, &err);

	free(value.bv_val);
	return code;
}

static int
info(const char *data, size_t len, struct tn_sync_info *ret)
{
	struct berval value = bytes(data, len);
	int code = tn_sync_info_parse(&value, ret, &err);

	free(value.bv_val);
	return code;
}

Test(watch_parse, state_carries_uuid_and_cookie)
{
	struct tn_sync_state got;

	cr_assert_eq(STATE("\x30\x15\x0a\x01\x01" U1, &got), TN_OK);
	cr_expect_eq(got.state, LDAP_SYNC_ADD);
	cr_expect_eq(memcmp(got.uuid.byte, "0123456789abcdef", 16), 0);
	cr_expect_str_eq(got.cookie, "");
	cr_assert_eq(STATE("\x30\x19\x0a\x01\x03" U1 "\x04\x02"
	                   "ck",
	                   &got),
	             TN_OK);
	cr_expect_eq(got.state, LDAP_SYNC_DELETE);
	cr_expect_str_eq(got.cookie, "ck");
}

Test(watch_parse, damaged_state_is_refused_and_nothing_written)
{
	struct tn_sync_state got = { .state = 77 };

	cr_expect_eq(STATE("", &got), TN_E_PROTOCOL);
	cr_expect_eq(STATE("\x30\x15\x0a\x01\x09" U1, &got), TN_E_PROTOCOL,
	             "a state that is none");
	cr_expect_eq(STATE("\x30\x05\x0a\x01\x01\x04\x00", &got), TN_E_PROTOCOL,
	             "an empty uuid");
	cr_expect_eq(STATE("\x30\x15\x0a\x01\x01\x04\x7f"
	                   "0123456789abcdef",
	                   &got),
	             TN_E_PROTOCOL, "a length past the end");
	cr_expect_eq(STATE("\x30\x19\x0a\x01\x01" U1 "\x04\x02"
	                   "c\0",
	                   &got),
	             TN_E_PROTOCOL, "a NUL in a cookie");
	cr_expect_eq(got.state, 77);
}

Test(watch_parse, refresh_is_done_unless_it_says_not)
{
	struct tn_sync_info got;

	cr_assert_eq(INFO("\xa1\x00", &got), TN_OK);
	cr_expect_eq(got.kind, TN_SYNC_REFRESH_DELETE);
	cr_expect(got.is_done);
	cr_assert_eq(INFO("\xa2\x04\x04\x02"
	                  "ck",
	                  &got),
	             TN_OK);
	cr_expect_eq(got.kind, TN_SYNC_REFRESH_PRESENT);
	cr_expect(got.is_done);
	cr_expect_str_eq(got.cookie, "ck");
	cr_assert_eq(INFO("\xa2\x07\x04\x02"
	                  "ck"
	                  "\x01\x01\x00",
	                  &got),
	             TN_OK);
	cr_expect_not(got.is_done);
}

Test(watch_parse, id_set_is_present_unless_it_says_deletes)
{
	struct tn_sync_info got;

	cr_assert_eq(INFO("\xa3\x26\x31\x24" U1 U2, &got), TN_OK);
	cr_expect_eq(got.kind, TN_SYNC_ID_SET);
	cr_expect_not(got.is_deletes);
	cr_assert_eq(got.count, 2);
	cr_expect_eq(memcmp(got.uuids[1].byte, "fedcba9876543210", 16), 0);
	tn_sync_info_done(&got);
	cr_assert_eq(INFO("\xa3\x29\x01\x01\xff\x31\x24" U1 U2, &got), TN_OK);
	cr_expect(got.is_deletes);
	cr_expect_eq(got.count, 2);
	tn_sync_info_done(&got);
	cr_expect_eq(INFO("\xa3\x16\x31\x14" U1 "\x04\x00", &got),
	             TN_E_PROTOCOL, "a short uuid among good ones");
}

Test(watch_parse, new_cookie_is_read)
{
	struct tn_sync_info got;

	cr_assert_eq(INFO("\x80\x02"
	                  "ck",
	                  &got),
	             TN_OK);
	cr_expect_eq(got.kind, TN_SYNC_NEW_COOKIE);
	cr_expect_not(got.is_done);
	cr_expect_str_eq(got.cookie, "ck");
	cr_expect_eq(INFO("\x84\x00", &got), TN_E_PROTOCOL, "unknown tag");
}

/* Without its cookie a message counts all the same. */
Test(watch_parse, a_cookie_that_is_too_long_is_left_out)
{
	static char bytes[TN_COOKIE_MAX + 8] = "\x80\x82";
	static struct tn_sync_info got;
	size_t len;

	for (len = TN_COOKIE_MAX; len <= TN_COOKIE_MAX + 1; len++) {
		bytes[2] = (char)(len >> 8);
		bytes[3] = (char)(len & 0xff);
		memset(bytes + 4, 'c', len);
		cr_assert_eq(info(bytes, len + 4, &got), TN_OK);
		cr_expect_eq(got.is_long, len > TN_COOKIE_MAX);
		cr_expect_eq(strlen(got.cookie), len > TN_COOKIE_MAX ? 0 : len);
	}
}

/* Every cut of every message: an error, or a smaller message, never a read
   past its end (which the sanitizers see). */
Test(watch_parse, cut_messages_do_no_harm)
{
	static const char whole[] = "\xa3\x2d\x04\x02"
	                            "ck"
	                            "\x01\x01\xff"
	                            "\x31\x24" U1 U2;
	struct tn_sync_info got;
	size_t len;

	for (len = 0; len < sizeof(whole) - 1; len++)
		cr_expect_eq(info(whole, len, &got), TN_E_PROTOCOL,
		             "cut at %zu", len);
	cr_assert_eq(info(whole, sizeof(whole) - 1, &got), TN_OK);
	tn_sync_info_done(&got);
}

/* slapd takes a damaged cookie for none, and then does not say what is gone:
   only sound ones are sent. */
Test(watch_parse, only_sound_cookies_are_sent)
{
#define CSN "20261122200423.655514Z#000000#00b#000000"
	static const struct {
		const char *cookie;
		bool is_sound;
	} rows[] = {
		{ "rid=000,csn=" CSN, true },
		{ "rid=000,sid=00b,csn=" CSN, true },
		{ "rid=000,csn=" CSN ";" CSN, true },
		{ "", false },
		{ "rid=000", false },
		{ "rid=000,csn=", false },
		{ "csn=" CSN, false },
		{ "rid=000,csn=2026", false },
		{ "rid=000,csn=" CSN ";", false },
		{ "rid=000,csn=" CSN "0", false },
		{ "rid=000,csn=" CSN ";2026", false },
		{ "garbage", false },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(tn_cookie_is_sound(rows[i].cookie),
		             rows[i].is_sound, "\"%s\"", rows[i].cookie);
}

Test(watch_parse, request_asks_to_refresh_and_persist)
{
	struct berval value = { 0, NULL };

	cr_assert_eq(tn_sync_request("ck", &value, &err), TN_OK);
	cr_expect_eq(value.bv_len, 12);
	cr_expect_eq(memcmp(value.bv_val,
	                    "\x30\x0a\x0a\x01\x03\x04\x02"
	                    "ck"
	                    "\x01\x01\x00",
	                    12),
	             0);
	ber_memfree(value.bv_val);
}

/* A provider that reads its fellow's number in a cookie takes us for that
   fellow, and sends us nothing that it did. */
Test(watch_parse, request_does_not_claim_to_be_a_server)
{
	static const char cookie[] = "rid=000,sid=001,csn=" CSN ";" CSN;
	static const char sent[] = "rid=000,csn=" CSN ";" CSN;
	struct berval value = { 0, NULL };

	cr_assert_eq(tn_sync_request(cookie, &value, &err), TN_OK);
	cr_expect_neq(
	    memmem(value.bv_val, value.bv_len, sent, sizeof(sent) - 1), NULL);
	cr_expect_eq(memmem(value.bv_val, value.bv_len, "sid=", 4), NULL);
	ber_memfree(value.bv_val);
}

#define CSN_OF(second, sid) \
	"20261130120" second ".000000Z#000000#" sid "#000000"

/* A provider that is a moment behind in one server's changes is behind. */
Test(watch_parse, a_cookie_is_covered_by_who_has_seen_all_of_it)
{
	static const char cookie[] =
	    "rid=000,csn=" CSN_OF("005", "001") ";" CSN_OF("003", "002");
	struct tn_value both[] = {
		{ CSN_OF("003", "002"), sizeof(CSN_OF("003", "002")) - 1 },
		{ CSN_OF("005", "001"), sizeof(CSN_OF("005", "001")) - 1 },
	};

	cr_expect(tn_cookie_is_covered(cookie, both, 2));
	cr_expect(!tn_cookie_is_covered(cookie, both, 1), "no server 001");
	cr_expect(!tn_cookie_is_covered(cookie, both + 1, 1), "no server 002");
	cr_expect(!tn_cookie_is_covered(cookie, NULL, 0));
	both[0].data = CSN_OF("002", "002");
	cr_expect(!tn_cookie_is_covered(cookie, both, 2), "a second behind");
	both[0].data = CSN_OF("009", "002");
	cr_expect(tn_cookie_is_covered(cookie, both, 2), "ahead");
	both[0].len--;
	cr_expect(!tn_cookie_is_covered(cookie, both, 2), "damaged");
	cr_expect(!tn_cookie_is_covered("rid=000", both + 1, 1));
	cr_expect(!tn_cookie_is_covered("", both + 1, 1));
}
