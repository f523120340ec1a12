#include <criterion/criterion.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/err.h"

Test(buf, it_grows_and_keeps_what_was_put)
{
	struct tn_buf buf;
	size_t i;

	tn_buf_init(&buf, 100000);
	cr_expect_null(buf.data);
	for (i = 0; i < 10000; i++)
		cr_assert_eq(tn_buf_printf(&buf, "%zu,", i % 10), TN_OK);
	cr_expect_eq(buf.len, 20000);
	cr_expect_eq(memcmp(tn_buf_text(&buf), "0,1,2,", 6), 0);
	cr_expect_eq(strlen(tn_buf_text(&buf)), 20000);
	tn_buf_done(&buf);
	cr_expect_null(buf.data);
	cr_expect_eq(buf.size, 0);
	cr_expect_eq(tn_buf_put_text(&buf, "again"), TN_OK);
	cr_expect_str_eq(tn_buf_text(&buf), "again");
	tn_buf_done(&buf);
}

Test(buf, the_maximum_is_hard_and_the_failure_sticks)
{
	struct tn_buf buf;

	tn_buf_init(&buf, 5);
	cr_expect_eq(tn_buf_put_text(&buf, "12345"), TN_OK);
	cr_expect_str_eq(tn_buf_text(&buf), "12345", "the NUL is free");
	cr_expect_eq(tn_buf_put(&buf, "", 0), TN_OK);
	cr_expect_eq(tn_buf_put(&buf, "6", 1), TN_E_LIMIT);
	cr_expect_eq(buf.failed, TN_E_LIMIT);
	cr_expect_eq(buf.len, 5);
	cr_expect_null(tn_buf_text(&buf));
	cr_expect_eq(tn_buf_put(&buf, "", 0), TN_E_LIMIT, "sticky");
	cr_expect_eq(tn_buf_printf(&buf, "%s", ""), TN_E_LIMIT, "sticky");
	tn_buf_reset(&buf);
	cr_expect_eq(buf.failed, TN_OK);
	cr_expect_eq(tn_buf_printf(&buf, "%d", 123456), TN_E_LIMIT);
	cr_expect_eq(buf.len, 0, "nothing of it");
	tn_buf_done(&buf);
}

Test(buf, a_maximum_of_nothing_and_one_of_everything)
{
	struct tn_buf buf;

	tn_buf_init(&buf, 0);
	cr_expect_str_eq(tn_buf_text(&buf), "");
	cr_expect_eq(tn_buf_put(&buf, "x", 1), TN_E_LIMIT);
	tn_buf_done(&buf);
	tn_buf_init(&buf, SIZE_MAX);
	cr_expect_eq(tn_buf_put(&buf, "x", SIZE_MAX), TN_E_LIMIT);
	tn_buf_done(&buf);
}

Test(buf, reset_wipes_and_keeps_the_allocation)
{
	struct tn_buf buf;
	const uint8_t *data;
	size_t i;

	tn_buf_init(&buf, 1000);
	cr_assert_eq(tn_buf_put_text(&buf, "Tr0mbone"), TN_OK);
	data = buf.data;
	tn_buf_reset(&buf);
	cr_expect_eq(buf.data, data);
	cr_expect_eq(buf.len, 0);
	for (i = 0; i < buf.size; i++)
		cr_assert_eq(buf.data[i], 0, "byte %zu", i);
	tn_buf_done(&buf);
}

/* malloc() fails where a test wants it to; free() is given the last word on
   what is left in the memory. */
static bool is_out_of_memory;
static const void *watched;
static size_t watched_len;
static int seen_wiped = -1;

static void
look_at(const void *pointer)
{
	const uint8_t *data = pointer;
	size_t i;

	if (pointer != watched || watched_len == 0)
		return;
	seen_wiped = 1;
	for (i = 0; i < watched_len; i++) {
		if (data[i] != 0)
			seen_wiped = 0;
	}
	watched_len = 0;
}

void __wrap_free(void *pointer);
void __real_free(void *pointer);
void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);

void *
__wrap_malloc(size_t size)
{
	return is_out_of_memory ? NULL : __real_malloc(size);
}

void
__wrap_free(void *pointer)
{
	look_at(pointer);
	__real_free(pointer);
}

Test(buf, growing_and_freeing_leave_no_secret_behind)
{
	struct tn_buf buf;

	tn_buf_init(&buf, 100000);
	cr_assert_eq(tn_buf_put_text(&buf, "Tr0mbone"), TN_OK);
	watched = buf.data;
	watched_len = buf.size;
	while (buf.data == watched)
		cr_assert_eq(tn_buf_put_text(&buf, "0123456789"), TN_OK);
	cr_expect_eq(seen_wiped, 1, "the old memory, when it grew");
	seen_wiped = -1;
	watched = buf.data;
	watched_len = buf.size;
	tn_buf_done(&buf);
	cr_expect_eq(seen_wiped, 1, "the memory, at the end");
}

Test(buf, what_was_put_stays_when_there_is_no_memory_for_more)
{
	static char more[1000];
	struct tn_buf buf;

	tn_buf_init(&buf, 100000);
	cr_assert_eq(tn_buf_put_text(&buf, "kept"), TN_OK);
	is_out_of_memory = true;
	cr_expect_eq(tn_buf_put(&buf, more, sizeof(more)), TN_E_NO_MEMORY);
	cr_expect_eq(tn_buf_put_text(&buf, "x"), TN_E_NO_MEMORY, "sticky");
	is_out_of_memory = false;
	cr_expect_eq(buf.len, 4);
	cr_expect_eq(memcmp(buf.data, "kept", 4), 0);
	tn_buf_done(&buf);
}
