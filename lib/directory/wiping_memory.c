#include "directory/wiping_memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <lber.h>

static void *
take(ber_len_t size, void *context)
{
	(void)context;
	return malloc(size);
}

static void *
take_zeroed(ber_len_t count, ber_len_t size, void *context)
{
	(void)context;
	return calloc(count, size);
}

static void
give_back(void *data, void *context)
{
	(void)context;
	if (data == NULL)
		return;
	explicit_bzero(data, malloc_usable_size(data));
	free(data);
}

/* Not realloc: it may move the bytes and leave the old ones behind. */
static void *
resize(void *data, ber_len_t size, void *context)
{
	size_t old_size;
	void *larger;

	if (data == NULL)
		return take(size, context);
	old_size = malloc_usable_size(data);
	larger = malloc(size);
	if (larger == NULL)
		return NULL;
	memcpy(larger, data, old_size < size ? old_size : size);
	give_back(data, context);
	return larger;
}

int
tn_wiping_memory_install(struct tn_err *err)
{
	BerMemoryFunctions functions = {
		.bmf_malloc = take,
		.bmf_calloc = take_zeroed,
		.bmf_realloc = resize,
		.bmf_free = give_back,
	};

	if (ber_set_option(NULL, LBER_OPT_MEMORY_FNS, &functions) !=
	    LBER_OPT_SUCCESS)
		return tn_fail(err, TN_E_BUG,
		               "liblber was used before tn_directory_start");
	return TN_OK;
}
