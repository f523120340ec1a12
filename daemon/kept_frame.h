/*
 * Datagrams in a file: each behind the checksum of its bytes. A datagram's own
 * header says how long it is. The checksum finds what a disk or a lost write
 * did; the files are root's own, so nobody else writes them.
 */
#ifndef TN_DAEMON_KEPT_FRAME_H
#define TN_DAEMON_KEPT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "wire/wire.h"

#define TN_FRAME_HEADER 8

/* Appends a frame; buf->failed tells. */
void tn_frame_put(struct tn_buf *buf, const void *data, size_t len);

/* Reads a file frame by frame. */
struct tn_frame_reader {
	int descriptor;
	uint8_t *buffer;
	size_t begin; /* of what was read and not taken */
	size_t end;
	uint64_t offset; /* in the file, of the frame that comes next */
};

/* TN_E_NO_MEMORY. Borrows the descriptor; reads from its start. */
int tn_frame_start(struct tn_frame_reader *reader, int descriptor,
                   struct tn_err *err);
/*
 * The next frame's datagram, valid until the next call. TN_E_NOT_FOUND at the
 * end of the file, TN_E_PROTOCOL for a frame that is cut or damaged, TN_E_IO.
 */
int tn_frame_next(struct tn_frame_reader *reader, const uint8_t **ret,
                  size_t *ret_len, struct tn_err *err);
void tn_frame_end(struct tn_frame_reader *reader);

#endif
