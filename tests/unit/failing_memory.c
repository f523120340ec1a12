#include "failing_memory.h"

#include <stdint.h>

void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strdup(const char *text);
char *__real_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);
char *__real_strndup(const char *text, size_t len);

static size_t allowed = SIZE_MAX;
static bool has_failed;

void
memory_fail_after(size_t count)
{
	allowed = count;
	has_failed = false;
}

bool
memory_is_back(void)
{
	allowed = SIZE_MAX;
	return has_failed;
}

static bool
fails_now(void)
{
	if (allowed == SIZE_MAX)
		return false;
	if (allowed > 0) {
		allowed--;
		return false;
	}
	has_failed = true;
	allowed = SIZE_MAX;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails_now() ? NULL : __real_realloc(old, size);
}

void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails_now() ? NULL : __real_reallocarray(old, count, size);
}

char *
__wrap_strdup(const char *text)
{
	return fails_now() ? NULL : __real_strdup(text);
}

char *
__wrap_strndup(const char *text, size_t len)
{
	return fails_now() ? NULL : __real_strndup(text, len);
}
