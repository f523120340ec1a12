/* A sealed slip that somebody changed: nothing but what was sealed comes out of
   it. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include <unistd.h>
#include "secret/sealed_box.h"

static const char content[] = "{\"login\":\"wang\",\"password\":\"secret\"}";
static char key[64];

static void
forget_key(void)
{
	char public_key[80];

	snprintf(public_key, sizeof(public_key), "%s.pub", key);
	(void)unlink(public_key);
	(void)unlink(key);
	*strrchr(key, '/') = '\0';
	(void)rmdir(key);
}

static void
make_key(void)
{
	char folder[] = "/tmp/tn-fuzz-slip-XXXXXX";

	if (key[0] != '\0')
		return;
	FUZZ_EXPECT(tn_secret_start(NULL) == TN_OK && mkdtemp(folder) != NULL);
	snprintf(key, sizeof(key), "%s/slip.key", folder);
	FUZZ_EXPECT(tn_seal_key_create(key, NULL) == TN_OK);
	FUZZ_EXPECT(atexit(forget_key) == 0);
}

static int
is_content(const char *data, size_t len, void *arg)
{
	(void)arg;
	return len == strlen(content) && memcmp(data, content, len) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tn_secret *secret = NULL;
	struct tn_err err = TN_ERR_INIT;
	int rc;

	make_key();
	rc = tn_seal_open(key, (const char *)data, size, &secret, &err);
	FUZZ_EXPECT(rc == TN_OK || rc == TN_E_DAMAGED || rc == TN_E_LIMIT);
	FUZZ_EXPECT(rc != TN_OK || tn_secret_use(secret, is_content, NULL));
	tn_secret_freep(&secret);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	char path[80];
	struct tn_buf buf;
	size_t size;

	if (number > 0)
		return FUZZ_NO_SEED;
	make_key();
	snprintf(path, sizeof(path), "%s.pub", key);
	tn_buf_init(&buf, room);
	FUZZ_EXPECT(tn_seal(path, content, strlen(content), &buf, NULL) ==
	            TN_OK);
	size = buf.len;
	memcpy(data, buf.data, size);
	tn_buf_done(&buf);
	return size;
}
