/*
 * Guarded memory on libsodium: pages without access on both sides, kept out of
 * core dumps, read-only while they live, wiped when they go.
 */
#include "secret/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sodium.h>

struct tn_secret {
	char *data; /* sodium_malloc, len + 1 bytes, NUL behind, read-only */
	size_t len;
	bool is_locked;
};

int
tn_secret_start(struct tn_err *err)
{
	if (sodium_init() < 0)
		return tn_fail(err, TN_E_BUG, "libsodium does not start");
	return TN_OK;
}

int
tn_secret_new(const void *data, size_t len, struct tn_secret **ret,
              struct tn_err *err)
{
	struct tn_secret *secret = NULL;

	if (len > TN_SECRET_MAX)
		return tn_fail(err, TN_E_LIMIT, "a secret longer than %d bytes",
		               TN_SECRET_MAX);
	secret = calloc(1, sizeof(*secret));
	if (secret == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory for a secret");
	secret->data = sodium_malloc(len + 1);
	if (secret->data == NULL) {
		free(secret);
		return tn_fail(err, TN_E_NO_MEMORY, "no memory for a secret");
	}
	/* sodium_malloc succeeds even where its own lock failed: ask again. */
	secret->is_locked = sodium_mlock(secret->data, len + 1) == 0;
	if (len > 0)
		memcpy(secret->data, data, len);
	secret->data[len] = '\0';
	secret->len = len;
	/* A defence in depth: where it fails the secret is still a secret. */
	(void)sodium_mprotect_readonly(secret->data);
	*ret = secret;
	return TN_OK;
}

void
tn_secret_freep(struct tn_secret **secret)
{
	if (secret == NULL || *secret == NULL)
		return;
	sodium_free((*secret)->data); /* wipes */
	free(*secret);
	*secret = NULL;
}

int
tn_secret_use(const struct tn_secret *secret, tn_secret_user *use, void *arg)
{
	return use(secret->data, secret->len, arg);
}

size_t
tn_secret_len(const struct tn_secret *secret)
{
	return secret->len;
}

bool
tn_secret_is_locked(const struct tn_secret *secret)
{
	return secret->is_locked;
}

bool
tn_secret_equal(const struct tn_secret *a, const struct tn_secret *b)
{
	if (a->len != b->len)
		return false;
	return sodium_memcmp(a->data, b->data, a->len) == 0;
}

void
tn_wipe(void *data, size_t len)
{
	if (data != NULL && len > 0)
		sodium_memzero(data, len);
}

void
tn_wipe_stack(void)
{
	sodium_stackzero(65536);
}
