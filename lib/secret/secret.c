/*
 * Guarded memory on libsodium (guarded_block.h), read-only while it lives, wiped
 * when it goes.
 */
#include "secret/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "secret/guarded_block.h"

struct tn_secret {
	struct tn_guarded_block block; /* read-only */
	const char *data;              /* in it; NUL behind */
	size_t len;
};

int
tn_secret_start(struct tn_err *err)
{
	if (sodium_init() < 0)
		return tn_fail(err, TN_E_BUG, "libsodium does not start");
	return TN_OK;
}

void
tn_secret_keep_pages(size_t most)
{
	tn_guarded_keep(most);
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
	if (!tn_guarded_take(len + 1, &secret->block)) {
		free(secret);
		return tn_fail(err, TN_E_NO_MEMORY, "no memory for a secret");
	}
	if (len > 0)
		memcpy(secret->block.data, data, len);
	secret->block.data[len] = '\0';
	secret->data = secret->block.data;
	secret->len = len;
	/* A defence in depth: where it fails the secret is still a secret. */
	(void)sodium_mprotect_readonly(secret->block.pages);
	*ret = secret;
	return TN_OK;
}

void
tn_secret_freep(struct tn_secret **secret)
{
	if (secret == NULL || *secret == NULL)
		return;
	tn_guarded_give(&(*secret)->block); /* wipes */
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
	return secret->block.is_locked;
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
