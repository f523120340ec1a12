#include <config.h>

#include "samples.h"

#include <stdlib.h>
#include <time.h>

uint64_t
samples_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint32_t
samples_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	        UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void
samples_sort(uint64_t *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), by_size);
}

uint64_t
samples_at(const uint64_t *samples, size_t count, double part)
{
	size_t at = (size_t)((double)count * part);

	if (count == 0)
		return 0;
	return samples[at < count ? at : count - 1];
}
