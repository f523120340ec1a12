/* 等保 8.1.4.1b: who guesses is kept out, and keeps nobody else out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include "guesses.h"

#define NOW 100000

static struct tn_guesses *guesses;

static void
start(void)
{
	cr_assert_eq(tn_guesses_new(5, 300, &guesses, NULL), TN_OK);
}

static void
end(void)
{
	tn_guesses_free(guesses);
}

TestSuite(guesses, .init = start, .fini = end);

static bool
is_out(const char *account, const char *source, int64_t now)
{
	return tn_guesses_too_many(guesses, account, source, false, now);
}

/* One after another from so many places, as long as it is heard. */
static unsigned int
storm(const char *account, unsigned int places, int64_t now)
{
	unsigned int heard = 0;
	char source[32];
	unsigned int i;

	for (i = 0; i < places * 100; i++) {
		(void)snprintf(source, sizeof(source), "10.0.0.%u", i % places);
		if (is_out(account, source, now))
			continue;
		tn_guesses_wrong(guesses, account, source, now);
		heard++;
	}
	return heard;
}

Test(guesses, one_place_is_heard_as_often_as_configured)
{
	cr_expect_eq(storm("wang", 1, NOW), 5);
	cr_expect(is_out("wang", "10.0.0.0", NOW + 299));
	cr_expect(!is_out("wang", "10.0.0.0", NOW + 300));
}

Test(guesses, many_places_stay_below_what_locks_the_account_in_slapd)
{
	unsigned int heard = 0;
	int64_t t;

	tn_guesses_right(guesses, "wang", "home", NOW - 1);
	/* A quarter of an hour, in which slapd counts (pwdMaxFailure 20). */
	for (t = 0; t < TN_GUESSES_WINDOW; t += 10)
		heard += storm("wang", 20, NOW + t);
	cr_expect_eq(heard, TN_GUESSES_ACCOUNT);
	cr_expect(is_out("wang", "a new place", NOW + t - 1));
	cr_expect(!is_out("wang", "home", NOW + t - 1),
	          "whence the person always comes");
	cr_expect(!is_out("li", "a new place", NOW + t - 1));
}

Test(guesses, a_known_pair_answers_for_its_own_failures)
{
	unsigned int i;

	tn_guesses_right(guesses, "wang", "home", NOW);
	for (i = 0; i < 5; i++) {
		cr_expect(!is_out("wang", "home", NOW));
		tn_guesses_wrong(guesses, "wang", "home", NOW);
	}
	cr_expect(is_out("wang", "home", NOW));
}

Test(guesses, one_place_that_tries_everybody_is_out)
{
	unsigned int heard = 0;
	char account[32];
	unsigned int i;

	tn_guesses_right(guesses, "li", "gateway", NOW);
	for (i = 0; i < 1000; i++) {
		(void)snprintf(account, sizeof(account), "p%u", i);
		if (is_out(account, "gateway", NOW))
			continue;
		tn_guesses_wrong(guesses, account, "gateway", NOW);
		heard++;
	}
	cr_expect_eq(heard, TN_GUESSES_SOURCE);
	cr_expect(!is_out("li", "gateway", NOW), "known there");
	cr_expect(!is_out("p1", "elsewhere", NOW));
	cr_expect(!is_out("p1", "gateway", NOW + TN_GUESSES_WINDOW));
}

Test(guesses, a_right_password_ends_the_count_of_the_account)
{
	(void)storm("wang", 20, NOW);
	cr_expect(is_out("wang", "a new place", NOW));
	tn_guesses_right(guesses, "wang", "home", NOW);
	cr_expect(!is_out("wang", "a new place", NOW));
}

Test(guesses, who_is_proven_by_other_means_is_no_stranger)
{
	(void)storm("wang", 20, NOW);
	cr_expect(is_out("wang", "/dev/pts/7", NOW));
	cr_expect(
	    !tn_guesses_too_many(guesses, "wang", "/dev/pts/7", true, NOW));
}
