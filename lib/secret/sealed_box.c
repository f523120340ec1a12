/*
 * Sealed boxes on libsodium (X25519, XSalsa20-Poly1305).
 *
 * A key file is one line: the words below, a blank, 32 bytes as base64. A box
 * is one line of base64.
 */
#include "secret/sealed_box.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sodium.h>
#include "base/file.h"

#define SECRET_WORDS "tenure-seal-secret"
#define PUBLIC_WORDS "tenure-seal-public"
#define KEY_BYTES    32 /* of both keys */
#define KEY_LINE_MAX 128
#define PATH_TEXT    4096
#define BASE64       sodium_base64_VARIANT_ORIGINAL

_Static_assert(crypto_box_PUBLICKEYBYTES == KEY_BYTES &&
                   crypto_box_SECRETKEYBYTES == KEY_BYTES,
               "one size of key");

static int
key_line(const char *words, const uint8_t key[KEY_BYTES], struct tn_buf *line)
{
	char text[sodium_base64_ENCODED_LEN(KEY_BYTES, BASE64)];
	int code;

	sodium_bin2base64(text, sizeof(text), key, KEY_BYTES, BASE64);
	tn_buf_put_text(line, words);
	tn_buf_put_text(line, " ");
	tn_buf_put_text(line, text);
	code = tn_buf_put_text(line, "\n");
	sodium_memzero(text, sizeof(text));
	return code;
}

static int
key_read(const char *path, bool is_private, const char *words,
         uint8_t key[KEY_BYTES], struct tn_err *err)
{
	const size_t words_len = strlen(words);
	char *text = NULL;
	size_t len = 0;
	size_t key_len = 0;
	int code;

	code = tn_file_read_trusted(path, KEY_LINE_MAX, is_private, &text, &len,
	                            err);
	if (code != TN_OK)
		return code;
	if (len <= words_len || strncmp(text, words, words_len) != 0 ||
	    text[words_len] != ' ' ||
	    sodium_base642bin(key, KEY_BYTES, text + words_len + 1,
	                      len - words_len - 1, "\n", &key_len, NULL,
	                      BASE64) != 0 ||
	    key_len != KEY_BYTES)
		code =
		    tn_fail(err, TN_E_DAMAGED, "%s: not a %s key", path, words);
	sodium_memzero(text, len);
	free(text);
	return code;
}

/* Save under a name of its own, then link: an existing file never gives way,
   and what appears is whole. */
static int
save_new(const char *path, const struct tn_buf *line, struct tn_err *err)
{
	struct tn_buf beside;
	const char *name;
	int code;

	tn_buf_init(&beside, PATH_TEXT);
	tn_buf_put_text(&beside, path);
	tn_buf_put_text(&beside, ".new");
	name = tn_buf_text(&beside);
	if (name == NULL) {
		code = tn_fail(err, beside.failed, "%s: name too long", path);
		goto out;
	}
	code = tn_file_save(name, line->data, line->len, 0600, (uid_t)-1,
	                    (gid_t)-1, err);
	if (code != TN_OK)
		goto out;
	if (link(name, path) != 0) {
		code = errno == EEXIST ? TN_E_EXISTS : TN_E_IO;
		code = tn_fail_errno(err, code, errno, "%s", path);
	}
	(void)unlink(name);
out:
	tn_buf_done(&beside);
	return code;
}

int
tn_seal_key_create(const char *path, struct tn_err *err)
{
	uint8_t public_key[KEY_BYTES];
	uint8_t secret_key[KEY_BYTES];
	struct tn_buf line;
	struct tn_buf public_path;
	const char *name;
	int code;

	tn_buf_init(&line, KEY_LINE_MAX);
	tn_buf_init(&public_path, PATH_TEXT);
	tn_buf_put_text(&public_path, path);
	tn_buf_put_text(&public_path, ".pub");
	name = tn_buf_text(&public_path);
	if (name == NULL) {
		code =
		    tn_fail(err, public_path.failed, "%s: name too long", path);
		goto out;
	}
	/* A key without its other half cannot be told from a used one. */
	if (access(path, F_OK) == 0 || access(name, F_OK) == 0) {
		code = tn_fail(err, TN_E_EXISTS, "%s: there is a key already",
		               path);
		goto out;
	}
	crypto_box_keypair(public_key, secret_key);
	code = key_line(SECRET_WORDS, secret_key, &line);
	if (code != TN_OK) {
		tn_fail(err, code, "%s: no memory", path);
		goto out;
	}
	code = save_new(path, &line, err);
	if (code != TN_OK)
		goto out;
	tn_buf_reset(&line);
	code = key_line(PUBLIC_WORDS, public_key, &line);
	if (code == TN_OK)
		code = tn_file_save(name, line.data, line.len, 0644, (uid_t)-1,
		                    (gid_t)-1, err);
	else
		tn_fail(err, code, "%s: no memory", name);
	if (code != TN_OK)
		(void)unlink(path);
out:
	sodium_memzero(secret_key, sizeof(secret_key));
	tn_buf_done(&line);
	tn_buf_done(&public_path);
	return code;
}

int
tn_seal(const char *public_path, const void *data, size_t len,
        struct tn_buf *ret, struct tn_err *err)
{
	uint8_t key[KEY_BYTES];
	uint8_t *box = NULL;
	char *text = NULL;
	size_t box_len;
	size_t text_size;
	int code;

	if (len > TN_SECRET_MAX)
		return tn_fail(err, TN_E_LIMIT, "too much for a sealed box");
	code = key_read(public_path, false, PUBLIC_WORDS, key, err);
	if (code != TN_OK)
		return code;
	box_len = len + crypto_box_SEALBYTES;
	text_size = sodium_base64_ENCODED_LEN(box_len, BASE64);
	box = malloc(box_len);
	text = malloc(text_size);
	if (box == NULL || text == NULL) {
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory for a box");
		goto out;
	}
	if (crypto_box_seal(box, data, len, key) != 0) {
		code =
		    tn_fail(err, TN_E_DAMAGED, "%s: a weak key", public_path);
		goto out;
	}
	sodium_bin2base64(text, text_size, box, box_len, BASE64);
	code = tn_buf_put_text(ret, text);
	if (code != TN_OK)
		tn_fail(err, code, "a sealed box does not fit");
out:
	free(box);
	free(text);
	return code;
}

int
tn_seal_open(const char *path, const char *sealed, size_t len,
             struct tn_secret **ret, struct tn_err *err)
{
	uint8_t secret_key[KEY_BYTES];
	uint8_t public_key[KEY_BYTES];
	uint8_t *box = NULL;
	uint8_t *plain = NULL;
	size_t box_len = 0;
	size_t plain_len;
	int code;

	/* base64 is longer than what it holds: len bounds the box too. */
	if (len > 2 * (size_t)TN_SECRET_MAX)
		return tn_fail(err, TN_E_LIMIT, "too much for a sealed box");
	code = key_read(path, true, SECRET_WORDS, secret_key, err);
	if (code != TN_OK)
		return code;
	crypto_scalarmult_base(public_key, secret_key);
	box = malloc(len + 1);
	plain = sodium_malloc(len + 1);
	if (box == NULL || plain == NULL) {
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory for a box");
		goto out;
	}
	if (sodium_base642bin(box, len, sealed, len, " \t\r\n", &box_len, NULL,
	                      BASE64) != 0 ||
	    box_len < crypto_box_SEALBYTES ||
	    crypto_box_seal_open(plain, box, box_len, public_key, secret_key) !=
	        0) {
		code = tn_fail(err, TN_E_DAMAGED, "not a box of this key");
		goto out;
	}
	plain_len = box_len - crypto_box_SEALBYTES;
	code = tn_secret_new(plain, plain_len, ret, err);
out:
	sodium_memzero(secret_key, sizeof(secret_key));
	free(box);
	sodium_free(plain);
	return code;
}

void
tn_sha256_hex(const void *data, size_t len, char ret[65])
{
	uint8_t digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, data, len);
	sodium_bin2hex(ret, 65, digest, sizeof(digest));
}
