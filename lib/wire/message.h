/* Datagrams: put fields in, take fields out (wire.h has the format). */
#ifndef TN_WIRE_MESSAGE_H
#define TN_WIRE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "wire/wire.h"

/* Starts a datagram in buf (reset first). */
void tn_message_start(struct tn_buf *buf, enum tn_wire_what what);
void tn_message_put(struct tn_buf *buf, enum tn_wire_tag tag,
		    const void *data, size_t len);
/* Nothing is put for NULL. */
void tn_message_put_text(struct tn_buf *buf, enum tn_wire_tag tag,
			 const char *text);
void tn_message_put_u32(struct tn_buf *buf, enum tn_wire_tag tag,
			uint32_t value);
void tn_message_put_u64(struct tn_buf *buf, enum tn_wire_tag tag,
			uint64_t value);
/* Fills in the length; TN_E_LIMIT or TN_E_NO_MEMORY when a put failed. */
int tn_message_finish(struct tn_buf *buf);

/* A received datagram: checked whole, then read by tag. Borrows its bytes. */
struct tn_message {
	enum tn_wire_what what;
	const uint8_t *field[256]; /* NULL when absent */
	uint32_t len[256];
};

/* Check a datagram. TN_E_PROTOCOL with words. */
int tn_message_parse(const void *data, size_t len, struct tn_message *ret,
		     struct tn_err *err);
/* The same for a run of fields without a header, as in a RECORD field (what
   is left as it is): record.c's own fields use this framing too. */
int tn_fields_parse(const void *data, size_t len, struct tn_message *ret,
		    struct tn_err *err);
/* Copies a text field with a NUL. TN_E_NOT_FOUND, or TN_E_PROTOCOL (NUL or
   bad UTF-8 inside, longer than size - 1). */
int tn_message_text(const struct tn_message *message, enum tn_wire_tag tag,
		    char *ret, size_t size);
int tn_message_u32(const struct tn_message *message, enum tn_wire_tag tag,
		   uint32_t *ret);
int tn_message_u64(const struct tn_message *message, enum tn_wire_tag tag,
		   uint64_t *ret);

#endif
