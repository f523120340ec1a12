/*
 * The keys file, as tenure-keys reads it for sshd. Whatever it holds: what is
 * given to sshd is good keys and nothing else, no option and no second line.
 */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include <unistd.h>
#include "account/ssh_key.h"
#include "base/err.h"
#include "fuzz_folder.h"
#include "snapshot/snapshot_keys.h"

static const char key[] =
    "ssh-ed25519 "
    "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

static void
expect_good(const char *lines)
{
	const char *end;

	FUZZ_EXPECT(strlen(lines) <= TN_SSH_KEYS_TEXT_MAX);
	for (; *lines != '\0'; lines = *end == '\0' ? end : end + 1) {
		char one[TN_SSH_KEYS_TEXT_MAX + 1];
		size_t len;

		end = strchrnul(lines, '\n');
		len = (size_t)(end - lines);
		memcpy(one, lines, len);
		one[len] = '\0';
		FUZZ_EXPECT(tn_ssh_key_check(one, len) == TN_SSH_KEY_GOOD);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const logins[] = { "wang", "li", "" };
	char found[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_map map;
	size_t i;
	int rc;

	(void)fuzz_file(TN_KEYS_FILE, data, size);
	rc = tn_keys_open(fuzz_path(""), geteuid(), &map);
	FUZZ_EXPECT(rc == TN_OK || rc == TN_E_DAMAGED);
	if (rc != TN_OK)
		return 0;
	for (i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		rc = tn_keys_find(&map, logins[i], 2000001, found);
		FUZZ_EXPECT(rc == TN_OK || rc == TN_E_NOT_FOUND ||
		            rc == TN_E_DAMAGED);
		if (rc == TN_OK)
			expect_good(found);
	}
	tn_keys_close(&map);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	struct tn_keys_writer *writer = NULL;
	FILE *file;
	size_t size;

	if (number > 1)
		return FUZZ_NO_SEED;
	FUZZ_EXPECT(tn_keys_writer_new(&writer, NULL) == TN_OK);
	FUZZ_EXPECT(tn_keys_add(writer, "wang", 2000001, key, NULL) == TN_OK);
	if (number == 1)
		FUZZ_EXPECT(tn_keys_add(writer, "li", 2000002, key, NULL) ==
		            TN_OK);
	FUZZ_EXPECT(tn_keys_save(writer, fuzz_path(""), 1, 1, NULL) == TN_OK);
	tn_keys_writer_free(writer);
	file = fopen(fuzz_path(TN_KEYS_FILE), "re");
	FUZZ_EXPECT(file != NULL);
	size = fread(data, 1, room, file);
	(void)fclose(file);
	(void)unlink(fuzz_path(TN_KEYS_FILE));
	return size;
}
