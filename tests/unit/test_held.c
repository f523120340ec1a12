/* Connections that wait for the new password: to whom, how many, how long. */
#include <criterion/criterion.h>
#include <string.h>
#include "base/attrs.h"
#include "held.h"

#define NOW 1000

/* Any address stands for a connection. */
static char things[128];
static struct tn_held *held;
static unsigned int closed;
static struct tn_connection *closed_last;

static void
note(struct tn_connection *connection, void *arg TN_UNUSED)
{
	closed++;
	closed_last = connection;
}

static void
start(void)
{
	closed = 0;
	cr_assert_eq(tn_held_new(note, NULL, &held, NULL), TN_OK);
}

static void
end(void)
{
	tn_held_free(held);
}

TestSuite(held, .init = start, .fini = end);

static struct tn_connection *
thing(size_t i)
{
	return (struct tn_connection *)(void *)&things[i];
}

static const struct tn_held_owner wang = { "wang", 0, 2000011 };

static void
put(const struct tn_held_owner *owner, size_t i, int64_t now, char *token)
{
	struct tn_connection *connection = thing(i);

	tn_held_put(held, owner, &connection, now, token);
	cr_assert_null(connection);
	cr_assert_eq(strlen(token), TN_WIRE_TOKEN);
}

Test(held, a_connection_comes_back_once_for_its_token)
{
	char token[TN_WIRE_TOKEN + 1];

	put(&wang, 0, NOW, token);
	cr_expect_eq(tn_held_take(held, &wang, token, NOW + 1), thing(0));
	cr_expect_null(tn_held_take(held, &wang, token, NOW + 1));
	cr_expect_eq(closed, 0, "whoever took it closes it");
}

Test(held, to_nobody_but_who_it_was_held_for)
{
	static const struct tn_held_owner others[] = { { "li", 0, 2000011 },
		                                       { "wang", 1, 2000011 },
		                                       { "wang", 0, 2000012 } };
	char token[TN_WIRE_TOKEN + 1];
	size_t i;

	put(&wang, 0, NOW, token);
	for (i = 0; i < TN_ARRAY_LEN(others); i++)
		cr_expect_null(tn_held_take(held, &others[i], token, NOW));
	cr_expect_null(tn_held_take(held, &wang, "", NOW));
	token[0] = token[0] == 'a' ? 'b' : 'a';
	cr_expect_null(tn_held_take(held, &wang, token, NOW));
}

Test(held, and_not_for_long)
{
	char token[TN_WIRE_TOKEN + 1];

	put(&wang, 0, NOW, token);
	tn_held_sweep(held, NOW + TN_HELD_MS - 1);
	cr_expect_eq(closed, 0);
	cr_expect_null(tn_held_take(held, &wang, token, NOW + TN_HELD_MS));
	tn_held_sweep(held, NOW + TN_HELD_MS);
	cr_expect_eq(closed, 1);
	cr_expect_eq(closed_last, thing(0));
}

Test(held, of_one_account_a_few)
{
	const struct tn_held_owner li = { "li", 0, 0 };
	char tokens[TN_HELD_EACH + 1][TN_WIRE_TOKEN + 1];
	char other[TN_WIRE_TOKEN + 1];
	size_t i;

	put(&li, 100, NOW, other);
	for (i = 0; i <= TN_HELD_EACH; i++)
		put(&wang, i, NOW, tokens[i]);
	cr_expect_eq(closed, 1);
	cr_expect_eq(closed_last, thing(0), "the oldest of theirs");
	cr_expect_eq(tn_held_take(held, &li, other, NOW), thing(100));
	cr_expect_eq(tn_held_take(held, &wang, tokens[1], NOW), thing(1));
}

Test(held, and_of_all_so_many)
{
	char token[TN_WIRE_TOKEN + 1];
	char user[2] = "a";
	const struct tn_held_owner somebody = { user, 0, 0 };
	size_t i;

	for (i = 0; i < TN_HELD_MOST + 3; i++) {
		user[0] = (char)('A' + i % 60);
		put(&somebody, i, NOW, token);
	}
	cr_expect_eq(closed, 3);
	cr_expect_eq(closed_last, thing(2));
	cr_expect_eq(tn_held_take(held, &somebody, token, NOW),
	             thing(TN_HELD_MOST + 2));
}
