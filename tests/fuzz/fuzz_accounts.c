/*
 * The root-only part of the snapshot, as pam_tenure reads it while tenured is
 * dead: a good file with bytes changed, the checksums put right or not. Who is
 * found is who was asked for, with texts that end; or nobody is.
 */
#include <config.h>

#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/err.h"
#include "fuzz_folder.h"
#include "snapshot/account_file.h"
#include "snapshot/account_file_format.h"

#define ACCOUNTS 3u
#define SLOTS    TN_ACCOUNT_SLOTS_MIN
#define NAME     "accounts"

static const char *const logins[] = { "wang", "li", "zhao", "nobody" };

static uint8_t *good;
static size_t good_size;

static void
make_good(void)
{
	static const struct tn_account_head head = {
		.policy = { .max_age_days = 30, .max_silence = 1000 },
		.heard = 86400,
		.contact = "the service desk",
	};
	struct tn_account_file *file = NULL;
	struct tn_account account;
	uint32_t i;
	FILE *stream;

	FUZZ_EXPECT(tn_account_file_new(fuzz_path(NAME), &file, NULL) == TN_OK);
	for (i = 0; i < ACCOUNTS; i++) {
		const struct tn_account_entry entry = { .account = &account,
			                                .admitted = true };

		tn_account_init(&account);
		account.uuid.byte[0] = (uint8_t)(i + 1);
		account.login = logins[i];
		account.language = "zh";
		account.kind = TN_KIND_PERSON;
		account.status = TN_STATUS_ACTIVE;
		FUZZ_EXPECT(tn_account_file_put(file, &entry, NULL) == TN_OK);
	}
	FUZZ_EXPECT(tn_account_file_settle(file, &head, NULL) == TN_OK);
	tn_account_file_free(file);
	stream = fopen(fuzz_path(NAME), "re");
	FUZZ_EXPECT(stream != NULL && fseek(stream, 0, SEEK_END) == 0);
	good_size = (size_t)ftell(stream);
	rewind(stream);
	good = malloc(good_size);
	FUZZ_EXPECT(good != NULL &&
	            fread(good, 1, good_size, stream) == good_size);
	(void)fclose(stream);
}

static void
seal(uint8_t *file, size_t offset, size_t size)
{
	uint64_t sum = tn_account_sum(file + offset, size - sizeof(sum));

	memcpy(file + offset + size - sizeof(sum), &sum, sizeof(sum));
}

static void
expect_answer(const char *login)
{
	struct tn_account_known known;
	struct tn_err err = TN_ERR_INIT;
	int rc = tn_account_file_find(fuzz_path(NAME), login, &known, &err);

	FUZZ_EXPECT(rc == TN_OK || rc == TN_E_NOT_FOUND || rc == TN_E_DAMAGED ||
	            rc == TN_E_IO);
	if (rc != TN_OK)
		return;
	FUZZ_EXPECT(strcmp(known.login, login) == 0);
	FUZZ_EXPECT(strcmp(known.account.login, login) == 0);
	FUZZ_EXPECT(strnlen(known.language, sizeof(known.language)) <
	            sizeof(known.language));
	FUZZ_EXPECT(strnlen(known.head.contact, sizeof(known.head.contact)) <
	            sizeof(known.head.contact));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_script script = { .at = data, .left = size };
	uint8_t how = fuzz_byte(&script);
	uint8_t *file;
	size_t wanted;
	size_t i;

	if (good == NULL)
		make_good();
	wanted = good_size;
	if ((how & 4) != 0)
		wanted = fuzz_number(&script) % (good_size + 1);
	file = malloc(good_size);
	FUZZ_EXPECT(file != NULL);
	memcpy(file, good, good_size);
	while (script.left > 0) {
		/* The head, the indexes, the first records: what is used. */
		size_t at = fuzz_byte(&script) * 256u + fuzz_byte(&script);
		uint8_t byte = fuzz_byte(&script);

		if (at >= 60000)
			at = tn_account_record_at(SLOTS, 1) + (at - 60000);
		if (at < good_size)
			file[at] = byte;
	}
	if ((how & 1) != 0)
		seal(file, 0, sizeof(struct tn_account_file_head));
	for (i = 1; (how & 2) != 0 && i <= ACCOUNTS; i++)
		seal(file, tn_account_record_at(SLOTS, (uint32_t)i),
		     sizeof(struct tn_account_file_record));
	(void)fuzz_file(NAME, file, wanted);
	for (i = 0; i < sizeof(logins) / sizeof(logins[0]); i++)
		expect_answer(logins[i]);
	free(file);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const uint8_t seeds[][8] = {
		{ 3 },                             /* as it is */
		{ 3, 0, 16, 2 },                   /* slots */
		{ 3, 234, 106, 1, 234, 107, 'x' }, /* a record */
		{ 7, 0, 1, 0, 0 },                 /* cut */
	};

	if (number >= sizeof(seeds) / sizeof(seeds[0]) ||
	    room < sizeof(seeds[0]))
		return FUZZ_NO_SEED;
	memcpy(data, seeds[number], sizeof(seeds[0]));
	return sizeof(seeds[0]);
}
