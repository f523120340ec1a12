/* One byte too far, behind four that must be guessed one after another: found
   by coverage and by AddressSanitizer, or fuzz.sh believes neither. */
#include <config.h>

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static volatile uint8_t byte;

	if (size >= 4 && data[0] == 't' && data[1] == 'n' && data[2] == '!' &&
	    data[3] == 0x7f)
		byte = data[size];
	(void)byte;
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const char *const texts[] = { "seed" };

	return fuzz_seed_text(texts, TN_ARRAY_LEN(texts), number, data, room);
}
