/*
 * A file of leaked passwords, as slapd and tenured read it. Any bytes, its head
 * sealed or not: an answer or a refusal, and who verifies it whole finds fault
 * with what does not answer.
 */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include <unistd.h>
#include "fuzz_folder.h"
#include "leaked/leaked_build.h"
#include "leaked/leaked_format.h"

#define NAME "leaked"

static bool
is_answer(int rc)
{
	return rc == TN_OK || rc == TN_E_DAMAGED || rc == TN_E_IO;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tn_leaked_about about;
	struct tn_leaked_header header;
	struct tn_err err = TN_ERR_INIT;
	const char *path;
	uint8_t *copy;
	bool is_there = false;
	bool is_sealed = size > 0 && data[0] % 2 == 1;
	int verified;
	int found;

	if (size == 0)
		return 0;
	data++;
	size--;
	copy = fuzz_copy(data, size, false);
	if (is_sealed && size >= sizeof(header)) {
		memcpy(&header, copy, sizeof(header));
		header.size = size;
		tn_leaked_seal(&header);
		memcpy(copy, &header, sizeof(header));
	}
	path = fuzz_file(NAME, copy, size);
	free(copy);
	FUZZ_EXPECT(is_answer(tn_leaked_about(path, &about, &err)));
	found = tn_leaked_find(path, "password", &is_there, &err);
	FUZZ_EXPECT(is_answer(found));
	verified = tn_leaked_verify(path, &about, &err);
	FUZZ_EXPECT(is_answer(verified));
	FUZZ_EXPECT(verified != TN_OK || found == TN_OK);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const char words[] = "password\nqwerty\n123456\nletmein\n";
	char list[128];
	char output[128];
	struct tn_leaked_progress progress;
	struct tn_leaked_order order = { .count = 1,
		                         .kind = TN_LEAKED_WORDS,
		                         .memory = (size_t)1 << 20 };
	FILE *file;
	size_t size;

	if (number > 1)
		return FUZZ_NO_SEED;
	snprintf(list, sizeof(list), "%s",
	         fuzz_file("list", words, sizeof(words) - 1));
	snprintf(output, sizeof(output), "%s", fuzz_path("built"));
	order.inputs[0] = list;
	order.output = output;
	FUZZ_EXPECT(tn_leaked_build(&order, &progress, NULL) == TN_OK);
	file = fopen(output, "re");
	FUZZ_EXPECT(file != NULL);
	data[0] = (uint8_t)number;
	size = 1 + fread(data + 1, 1, room - 1, file);
	(void)fclose(file);
	return size;
}
