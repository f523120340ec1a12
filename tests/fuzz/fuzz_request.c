/* What a local user, or root, sends to tenured's socket. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "request.h"

static void
expect_inside(const uint8_t *field, size_t len, const uint8_t *data,
              size_t size)
{
	if (field != NULL)
		FUZZ_EXPECT(field >= data && len <= size &&
		            field + len <= data + size);
}

/* An ordinary user may not say where he asks from. */
static void
expect_request(const struct tn_request *request, const uint8_t *data,
               size_t size)
{
	FUZZ_EXPECT(strnlen(request->user, sizeof(request->user)) <
	            sizeof(request->user));
	FUZZ_EXPECT(strnlen(request->service, sizeof(request->service)) <
	            sizeof(request->service));
	FUZZ_EXPECT(strnlen(request->rhost, sizeof(request->rhost)) <
	            sizeof(request->rhost));
	FUZZ_EXPECT(strnlen(request->tty, sizeof(request->tty)) <
	            sizeof(request->tty));
	FUZZ_EXPECT(request->peer == 0 ||
	            strcmp(tn_request_source(request), "uid:2000001") == 0);
	expect_inside(request->password, request->password_len, data, size);
	expect_inside(request->new_password, request->new_password_len, data,
	              size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t peers[] = { 0, 2000001 };
	struct tn_request request;
	struct tn_err err = TN_ERR_INIT;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(peers); i++) {
		int rc = tn_request_read(data, size, peers[i], &request, &err);

		FUZZ_EXPECT(rc == TN_OK ||
		            (rc == TN_E_PROTOCOL && err.text[0] != '\0'));
		if (rc != TN_OK)
			continue;
		FUZZ_EXPECT(request.peer == peers[i]);
		expect_request(&request, data, size);
	}
	return 0;
}

/* The length in the header is right more often than chance has it. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                        unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max);
	if (seed % 4 != 0 && size >= TN_WIRE_HEADER && size < 65536) {
		data[4] = data[5] = 0;
		data[6] = (uint8_t)(size >> 8);
		data[7] = (uint8_t)size;
	}
	return size;
}

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const enum tn_wire_what kinds[] = {
		TN_WIRE_AUTHENTICATE, TN_WIRE_ACCOUNT, TN_WIRE_VERIFY,
		TN_WIRE_CHANGE,       TN_WIRE_SESSION, TN_WIRE_EXPLAIN,
		TN_WIRE_STATUS,
	};
	struct tn_buf buf;
	size_t size;

	if (number >= TN_ARRAY_LEN(kinds))
		return FUZZ_NO_SEED;
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, kinds[number]);
	tn_message_put_text(&buf, TN_TAG_USER, "wang");
	tn_message_put_text(&buf, TN_TAG_SERVICE, "sshd");
	tn_message_put_text(&buf, TN_TAG_RHOST, "192.0.2.1");
	tn_message_put_text(&buf, TN_TAG_TTY, "pts/1");
	if (number != 1 && number < 4)
		tn_message_put_text(&buf, TN_TAG_PASSWORD, "secret");
	if (kinds[number] == TN_WIRE_CHANGE)
		tn_message_put_text(&buf, TN_TAG_NEW_PASSWORD, "newer");
	if (kinds[number] == TN_WIRE_ACCOUNT)
		tn_message_put_u32(&buf, TN_TAG_WAY, 1);
	if (kinds[number] == TN_WIRE_EXPLAIN)
		tn_message_put_u32(&buf, TN_TAG_UID, 2000001);
	FUZZ_EXPECT(tn_message_finish(&buf) == TN_OK && buf.len <= room);
	size = buf.len;
	memcpy(data, buf.data, size);
	tn_buf_done(&buf);
	return size;
}
