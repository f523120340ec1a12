/* 等保 8.1.4.1b: who guesses is kept out, and keeps nobody else out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include "config/config.h"
#include "guesses.h"

#define NOW   100000
#define SLAPD 20 /* wrong ones within TN_GUESSES_WINDOW lock the account */

static struct tn_guesses *guesses;

/* As shipped. */
static void
start(void)
{
	struct tn_config *config = NULL;

	cr_assert_eq(tn_config_parse("test", "", &config, NULL), TN_OK);
	cr_assert_eq(tn_guesses_new((unsigned int)config->throttle_failures,
	                            config->throttle_window, &guesses, NULL),
	             TN_OK);
	tn_config_free(config);
}

static void
end(void)
{
	tn_guesses_free(guesses);
}

TestSuite(guesses, .init = start, .fini = end);

/* One wrong password; was it heard? */
static bool
guess_by(const char *account, const char *source, bool is_self, int64_t now)
{
	if (!tn_guesses_begin(guesses, account, source, is_self, now))
		return false;
	tn_guesses_wrong(guesses, account, source, now);
	return true;
}

static bool
guess(const char *account, const char *source, int64_t now)
{
	return guess_by(account, source, false, now);
}

static bool
is_out(const char *account, const char *source, int64_t now)
{
	if (!tn_guesses_begin(guesses, account, source, false, now))
		return true;
	tn_guesses_undo(guesses, account);
	return false;
}

static void
let_in(const char *account, const char *source, int64_t now)
{
	cr_assert(tn_guesses_begin(guesses, account, source, false, now));
	tn_guesses_right(guesses, account, source, now);
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
		heard += guess(account, source, now) ? 1 : 0;
	}
	return heard;
}

/* The same of one who does not tire, over as long as slapd counts. */
static unsigned int
keep_at_it(const char *account, const char *source, bool is_self)
{
	unsigned int heard = 0;
	int64_t t;

	for (t = 0; t < TN_GUESSES_WINDOW; t++)
		heard += guess_by(account, source, is_self, NOW + t) ? 1 : 0;
	return heard;
}

Test(guesses, one_place_is_heard_as_often_as_configured)
{
	cr_expect_eq(storm("wang", 1, NOW), 5);
	cr_expect(is_out("wang", "10.0.0.0", NOW + TN_GUESSES_WINDOW - 1));
	cr_expect(!is_out("wang", "10.0.0.0", NOW + TN_GUESSES_WINDOW));
}

Test(guesses, many_places_stay_below_what_locks_the_account_in_slapd)
{
	unsigned int heard = 0;
	int64_t t;

	let_in("wang", "home", NOW - 1);
	for (t = 0; t < TN_GUESSES_WINDOW; t += 10)
		heard += storm("wang", 20, NOW + t);
	cr_expect_eq(heard, TN_GUESSES_STRANGER);
	cr_expect(is_out("wang", "a new place", NOW + t - 1));
	cr_expect(!is_out("wang", "home", NOW + t - 1),
	          "whence the person always comes");
	cr_expect(!is_out("li", "a new place", NOW + t - 1));
}

Test(guesses, who_was_known_before_a_restart_is_for_as_long)
{
	const int64_t day = 86400;
	const int64_t boot = 60; /* seconds since then: the age is more */

	tn_guesses_recall(guesses, "wang", "home", 29 * day, boot);
	tn_guesses_recall(guesses, "li", "home", 31 * day, boot);
	tn_guesses_recall(guesses, "zhao", "home", -5 * day, boot);
	cr_expect(tn_guesses_is_known(guesses, "wang", "home", boot));
	cr_expect(!tn_guesses_is_known(guesses, "wang", "away", boot));
	cr_expect(!tn_guesses_is_known(guesses, "wang", "home", boot + day));
	cr_expect(!tn_guesses_is_known(guesses, "li", "home", boot));
	cr_expect(!tn_guesses_is_known(guesses, "zhao", "home",
	                               boot + 30 * day));
}

/* An address that many share, whence the person came before. */
Test(guesses, one_known_place_stays_below_what_locks_the_account_in_slapd)
{
	let_in("wang", "gateway", NOW - 1);
	cr_expect_eq(keep_at_it("wang", "gateway", false), TN_GUESSES_PAIR);
	cr_expect(!is_out("wang", "elsewhere", NOW + TN_GUESSES_WINDOW - 1));
}

Test(guesses, a_storm_and_one_known_place_leave_tries_to_the_person)
{
	int64_t late = NOW + TN_GUESSES_WINDOW - 1;
	int i;

	let_in("wang", "gateway", NOW - 2);
	let_in("wang", "home", NOW - 1);
	(void)storm("wang", 20, NOW);
	(void)keep_at_it("wang", "gateway", false);
	for (i = 0; i < 3; i++)
		cr_expect(guess("wang", "home", late), "at home, try %d", i);
	for (i = 0; i < 3; i++)
		cr_expect(guess_by("wang", "uid:2000011", true, late),
		          "on the host, try %d", i);
}

Test(guesses, all_together_stay_below_what_locks_the_account_in_slapd)
{
	unsigned int heard = 0;
	char source[32];
	unsigned int i;

	for (i = 0; i < 10; i++) {
		(void)snprintf(source, sizeof(source), "known%u", i);
		let_in("wang", source, NOW);
	}
	heard += storm("wang", 20, NOW);
	for (i = 0; i < 10; i++) {
		(void)snprintf(source, sizeof(source), "known%u", i);
		heard += keep_at_it("wang", source, false);
	}
	heard += keep_at_it("wang", "uid:2000011", true);
	cr_expect_lt(heard, SLAPD);
}

Test(guesses, a_persons_own_programs_stay_below_it_by_themselves)
{
	cr_expect_lt(keep_at_it("wang", "uid:2000011", true), SLAPD);
}

Test(guesses, of_many_at_once_no_more_are_heard)
{
	unsigned int heard = 0;
	char source[32];
	unsigned int i;

	for (i = 0; i < 100; i++) {
		(void)snprintf(source, sizeof(source), "10.0.0.%u", i);
		heard += tn_guesses_begin(guesses, "wang", source, false, NOW)
		             ? 1
		             : 0;
	}
	cr_expect_eq(heard, TN_GUESSES_STRANGER);
	for (i = 0; i < heard; i++)
		tn_guesses_undo(guesses, "wang");
	cr_expect_eq(storm("wang", 20, NOW), TN_GUESSES_STRANGER,
	             "nobody looked at those passwords");
}

Test(guesses, one_place_that_tries_everybody_is_out)
{
	unsigned int heard = 0;
	char account[32];
	unsigned int i;

	let_in("li", "gateway", NOW);
	for (i = 0; i < 1000; i++) {
		(void)snprintf(account, sizeof(account), "p%u", i);
		heard += guess(account, "gateway", NOW) ? 1 : 0;
	}
	cr_expect_eq(heard, TN_GUESSES_SOURCE);
	cr_expect(!is_out("li", "gateway", NOW), "known there");
	cr_expect(!is_out("p1", "elsewhere", NOW));
	cr_expect(!is_out("p1", "gateway", NOW + TN_GUESSES_WINDOW));
}

Test(guesses, a_right_password_ends_the_count_of_the_account)
{
	let_in("wang", "home", NOW);
	(void)storm("wang", 20, NOW);
	cr_expect(is_out("wang", "a new place", NOW));
	let_in("wang", "home", NOW);
	cr_expect(!is_out("wang", "a new place", NOW));
}

Test(guesses, who_is_themself_by_the_kernels_word_is_no_stranger)
{
	(void)storm("wang", 20, NOW);
	cr_expect(is_out("wang", "uid:2000011", NOW));
	cr_expect(
	    tn_guesses_begin(guesses, "wang", "uid:2000011", true, NOW));
}
