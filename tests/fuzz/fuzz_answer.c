/* What comes back to the PAM module, in sshd's process: whoever sends it, only
   a whole answer that says yes opens anything. */
#include <config.h>

#include "fuzz.h"

#include <security/_pam_types.h>
#include <string.h>
#include "pam_status.h"
#include "wire/client.h"

static const uint8_t *sent;
static size_t sent_size;

/* In the place of lib/wire/client.c: no socket. */
int
tn_ask(const char *socket_path, const struct tn_buf *request, int timeout_ms,
       struct tn_buf *answer, struct tn_message *ret, struct tn_err *err)
{
	int rc;

	(void)socket_path;
	(void)timeout_ms;
	FUZZ_EXPECT(request->failed == 0 && request->len > 0);
	tn_buf_reset(answer);
	rc = tn_buf_put(answer, sent, sent_size);
	if (rc == TN_OK)
		rc = tn_message_parse(answer->data, answer->len, ret, err);
	if (rc == TN_OK && ret->what != TN_WIRE_ANSWER)
		rc = tn_fail(err, TN_E_PROTOCOL, "no answer");
	return rc;
}

/* Is the byte run "tag, length 4, number" in the datagram? */
static bool
holds(enum tn_wire_tag tag, uint32_t number)
{
	const uint8_t field[] = { (uint8_t)tag,   0, 0, 4, 0, 0, 0,
		                  (uint8_t)number };

	return memmem(sent, sent_size, field, sizeof(field)) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tn_pam_question question = {
		.what = TN_WIRE_AUTHENTICATE,
		.user = "wang",
		.password = "secret",
		.service = "sshd",
		.way = 1,
	};
	static struct tn_pam_answer answer;
	struct tn_err err = TN_ERR_INIT;
	enum tn_pam_phase phase;

	sent = data;
	sent_size = size;
	(void)tn_pam_ask("", 1, &question, &answer, &err);
	FUZZ_EXPECT(memchr(answer.message, '\0', sizeof(answer.message)));
	FUZZ_EXPECT(
	    memchr(answer.message_local, '\0', sizeof(answer.message_local)));
	for (phase = TN_PHASE_AUTH; phase < TN_PHASE_COUNT; phase++) {
		int status = tn_pam_status(phase, &answer);

		FUZZ_EXPECT(status >= 0 && status < _PAM_RETURN_VALUES &&
		            status != PAM_IGNORE);
		if (status != PAM_SUCCESS || phase == TN_PHASE_SESSION)
			continue;
		FUZZ_EXPECT(holds(TN_TAG_RESULT, TN_RESULT_OK));
		FUZZ_EXPECT(phase > TN_PHASE_ACCOUNT ||
		            holds(TN_TAG_DECISION, answer.decision));
		FUZZ_EXPECT(phase > TN_PHASE_ACCOUNT ||
		            answer.decision != TN_DENY);
	}
	return 0;
}

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
	struct tn_buf buf;
	size_t size;

	if (number > TN_RESULT_BAD_REQUEST)
		return FUZZ_NO_SEED;
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_ANSWER);
	tn_message_put_u32(&buf, TN_TAG_RESULT, (uint32_t)number);
	tn_message_put_u32(&buf, TN_TAG_DECISION, (uint32_t)number % 7);
	tn_message_put_u32(&buf, TN_TAG_ROW, (uint32_t)number);
	tn_message_put_text(&buf, TN_TAG_MESSAGE, "why");
	tn_message_put_text(&buf, TN_TAG_MESSAGE_LOCAL, "为什么");
	tn_message_put_u64(&buf, TN_TAG_EXPIRES, 86400);
	FUZZ_EXPECT(tn_message_finish(&buf) == TN_OK && buf.len <= room);
	size = buf.len;
	memcpy(data, buf.data, size);
	tn_buf_done(&buf);
	return size;
}
