/*
 * Sealed boxes (libsodium crypto_box_seal): whoever has the public key can
 * seal, only the holder of the secret key can open. For initial-password slips.
 */
#ifndef TN_SECRET_SEALED_BOX_H
#define TN_SECRET_SEALED_BOX_H

#include "base/buf.h"
#include "base/err.h"
#include "secret/secret.h"

/*
 * Make a key pair: path (secret key, 0600, root's) and path ".pub" (0644).
 * TN_E_EXISTS when path is there already: it is never overwritten.
 */
int tn_seal_key_create(const char *path, struct tn_err *err);

/* Seal with the public key at public_path; ret gets printable base64. */
int tn_seal(const char *public_path, const void *data, size_t len,
            struct tn_buf *ret, struct tn_err *err);

/* Open with the secret key at path (a trusted private file).
   TN_E_DAMAGED when it is no box of this key. */
int tn_seal_open(const char *path, const char *sealed, size_t len,
                 struct tn_secret **ret, struct tn_err *err);

/* SHA-256 as 64 lower-case hexadecimal digits and a NUL: names a roster or
   a plan by its content. */
void tn_sha256_hex(const void *data, size_t len, char ret[65]);

#endif
