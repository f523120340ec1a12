#include <criterion/criterion.h>
#include "fair_queue.h"

static struct tn_fair_queue queue;
static struct tn_waiting gone;

static void
start(size_t of_source, size_t of_account)
{
	const struct tn_fair_bounds most = { of_source, of_account, 5 };

	tn_fair_init(&queue, &most);
}

static struct tn_waiting
from(uint64_t source, uint64_t account)
{
	static int socket = 100;

	return (struct tn_waiting){ .socket = socket++,
		                    .source = source,
		                    .account = account };
}

static bool
push(uint64_t source, uint64_t account)
{
	struct tn_waiting item = from(source, account);

	return tn_fair_push(&queue, &item, &gone);
}

/* Serves one at once; its source, or 0 when nobody may be served. */
static uint64_t
serve(void)
{
	struct tn_waiting item;

	if (!tn_fair_pop(&queue, &item))
		return 0;
	tn_fair_done(&queue, &item);
	return item.source;
}

Test(fair_queue, in_the_order_of_arrival_when_all_are_alike)
{
	uint64_t i;

	start(4, 4);
	for (i = 1; i <= 5; i++)
		cr_expect(!push(i, i));
	for (i = 1; i <= 5; i++)
		cr_expect_eq(serve(), i);
	cr_expect_eq(serve(), 0);
}

Test(fair_queue, sources_are_served_in_turns)
{
	unsigned int i;

	start(4, 4);
	for (i = 0; i < 100; i++)
		cr_expect(!push(1, i + 1));
	cr_expect(!push(2, 200));
	cr_expect(!push(3, 300));
	cr_expect_eq(serve(), 1);
	cr_expect_eq(serve(), 2, "after one of the storm");
	cr_expect_eq(serve(), 3);
	cr_expect_eq(serve(), 1);
	cr_expect(!push(2, 201));
	cr_expect_eq(serve(), 2, "again, though it was served a moment ago");
}

Test(fair_queue, accounts_of_one_source_are_served_in_turns)
{
	struct tn_waiting item;
	unsigned int i;

	start(4, 4);
	for (i = 0; i < 50; i++)
		cr_expect(!push(1, 7));
	cr_expect(!push(1, 8));
	cr_assert(tn_fair_pop(&queue, &item));
	cr_expect_eq(item.account, 7);
	cr_assert(tn_fair_pop(&queue, &item));
	cr_expect_eq(item.account, 8);
}

Test(fair_queue, ever_new_sources_are_not_ahead_of_who_was_there_before)
{
	unsigned int i;

	start(4, 4);
	cr_expect(!push(600, 1));
	cr_expect_eq(serve(), 600);
	for (i = 0; i < TN_FAIR_MAX; i++) {
		cr_expect(!push(1000 + i, 1));
		cr_expect_eq(serve(), 1000 + i);
	}
	cr_expect(!push(600, 1));
	for (i = 0; i < 100; i++)
		cr_expect(!push(5000 + i, 1));
	cr_expect_eq(serve(), 600);
}

Test(fair_queue, one_source_and_one_account_have_only_so_many_hands)
{
	struct tn_waiting item;
	struct tn_waiting taken;

	start(3, 2);
	cr_expect(!push(1, 1));
	cr_expect(!push(1, 1));
	cr_expect(!push(1, 1));
	cr_expect(!push(1, 2));
	cr_expect(!push(1, 3));
	cr_assert(tn_fair_pop(&queue, &taken));
	cr_assert(tn_fair_pop(&queue, &item));
	cr_assert(tn_fair_pop(&queue, &item));
	cr_expect(!tn_fair_pop(&queue, &item), "three of the source");
	cr_expect(!push(2, 4));
	cr_assert(tn_fair_pop(&queue, &item));
	cr_expect_eq(item.source, 2, "another source has room");
	tn_fair_done(&queue, &taken);
	cr_assert(tn_fair_pop(&queue, &item));
	cr_expect(!tn_fair_pop(&queue, &item));
}

Test(fair_queue, when_it_is_full_the_largest_source_gives_way)
{
	unsigned int i;

	start(4, 4);
	for (i = 0; i < TN_FAIR_MAX - 1; i++)
		cr_expect(!push(1, i + 1));
	cr_expect(!push(2, 1));
	cr_expect(push(1, 999));
	cr_expect_eq(gone.account, 999, "the storm keeps itself out");
	cr_expect(push(3, 1));
	cr_expect_eq(gone.source, 1, "and gives way to others");
	cr_expect_eq(queue.count, TN_FAIR_MAX);
	cr_expect_eq(serve(), 1);
	cr_expect_eq(serve(), 2);
	cr_expect_eq(serve(), 3);
}

Test(fair_queue, who_is_known_comes_first_and_stays)
{
	struct tn_waiting known = from(9, 9);
	unsigned int i;

	start(4, 4);
	known.is_known = true;
	for (i = 0; i < TN_FAIR_MAX; i++)
		cr_expect(!push(1000 + i, 9));
	cr_expect(tn_fair_push(&queue, &known, &gone));
	cr_expect_neq(gone.source, 9);
	for (i = 0; i < TN_FAIR_MAX; i++)
		cr_expect(push(5000 + i, 9));
	cr_expect_eq(serve(), 9);
}

Test(fair_queue, strangers_have_only_so_many_hands_together)
{
	struct tn_waiting known = from(50, 50);
	struct tn_waiting item;
	unsigned int i;

	start(4, 4);
	known.is_known = true;
	for (i = 0; i < 10; i++)
		cr_expect(!push(1000 + i, 1000 + i));
	for (i = 0; i < 5; i++)
		cr_assert(tn_fair_pop(&queue, &item));
	cr_expect(!tn_fair_pop(&queue, &item));
	cr_expect(!tn_fair_push(&queue, &known, &gone));
	cr_assert(tn_fair_pop(&queue, &item));
	cr_expect_eq(item.source, 50, "who is known goes on");
}
