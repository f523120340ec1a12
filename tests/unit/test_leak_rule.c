/* The clocks of a leak and who may take which step: tables (UM-15.1, UM-15.2). */
#include <criterion/criterion.h>
#include <string.h>

#include "account/leak_rule.h"
#include "base/attrs.h"
#include "base/day.h"

#define T0 INT64_C(1790000000)
#define NO TN_TIME_NONE

/* As shipped. */
static const struct tn_leak_targets targets = { .of = {
	[TN_LEAK_REPORT] = INT64_C(86400000),
	[TN_LEAK_LOCK] = 1000,
	[TN_LEAK_VERIFY] = INT64_C(3) * 86400000,
	[TN_LEAK_RESTORE] = INT64_C(7) * 86400000,
} };

Test(leak_rule, each_clock_is_kept_apart_and_has_its_target)
{
	static const struct {
		struct tn_leak_facts facts;
		int64_t took[TN_LEAK_CLOCKS];
		const char *over; /* r l v s */
		const char *runs;
	} rows[] = {
		/* Just reported; nobody has answered, and nobody could. */
		{ { T0 - 10, T0, NO, NO, T0 + 1, NO, 0, false, 0 },
		  { 10000, NO, 1000, 1000 }, "", "vs" },
		/* Discovered a second more than a day before. */
		{ { T0 - 86401, T0, NO, NO, T0, 900, 0, false, 0 },
		  { 86401000, 900, 0, 0 }, "r", "vs" },
		{ { T0 - 86400, T0, NO, NO, T0, 1000, 0, false, 0 },
		  { 86400000, 1000, 0, 0 }, "", "vs" },
		{ { NO, T0, NO, NO, T0, 1001, 0, false, 0 },
		  { NO, 1001, 0, 0 }, "l", "vs" },
		/* A host is silent: for a minute that is no finding. */
		{ { T0, T0, NO, NO, T0 + 60, 40, 1, false, 0 },
		  { 0, 40, 60000, 60000 }, "", "lvs" },
		{ { T0, T0, NO, NO, T0 + 61, 40, 1, false, 0 },
		  { 0, 40, 61000, 61000 }, "l", "lvs" },
		/* Verified in time, restored too late. */
		{ { T0, T0, T0 + 3 * 86400, T0 + 7 * 86400 + 1, T0 * 2, 5, 0,
		    false, 0 },
		  { 0, 5, 3 * 86400000LL, 7 * 86400000LL + 1000 }, "s", "" },
		/* Stopped clocks do not go on. */
		{ { T0, T0, T0 + 60, T0 + 90, T0 * 2, 5, 0, false, 0 },
		  { 0, 5, 60000, 90000 }, "", "" },
		{ { T0, T0, NO, NO, T0 + 3 * 86400 + 1, 5, 0, false, 0 },
		  { 0, 5, 3 * 86400000LL + 1000, 3 * 86400000LL + 1000 }, "v",
		  "vs" },
		/* Closed, and there is no account to restore. */
		{ { T0, T0, T0 + 60, NO, T0 * 2, 5, 0, true, 0 },
		  { 0, 5, 60000, NO }, "", "" },
		/* A host says that something runs on: no minute to wait. */
		{ { T0, T0, NO, NO, T0 + 11, 40, 0, false, 1 },
		  { 0, 40, 11000, 11000 }, "l", "lvs" },
		/* A clock that was set back took no time. */
		{ { T0 + 50, T0, NO, NO, T0, 5, 0, false, 0 },
		  { 0, 5, 0, 0 }, "", "vs" },
	};
	static const char letters[] = "rlvs";
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	size_t i;
	size_t k;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		tn_leak_clocks(&rows[i].facts, &targets, clocks);
		for (k = 0; k < TN_LEAK_CLOCKS; k++) {
			cr_expect_eq(clocks[k].took, rows[i].took[k],
			             "row %zu clock %zu: %lld", i, k,
			             (long long)clocks[k].took);
			cr_expect_eq(clocks[k].is_over,
			             strchr(rows[i].over, letters[k]) != NULL,
			             "row %zu clock %zu", i, k);
			cr_expect_eq(clocks[k].runs,
			             strchr(rows[i].runs, letters[k]) != NULL,
			             "row %zu clock %zu runs", i, k);
			cr_expect(*tn_leak_clock_words(
			    (enum tn_leak_clock_name)k));
		}
	}
}

/* Each target is its own clock's: of all four one is moved at a time. */
Test(leak_rule, a_clock_is_over_by_the_target_that_it_is_given)
{
	static const struct tn_leak_facts facts = { .discovered = T0 - 3600,
		                                    .reported = T0,
		                                    .verified = T0 + 7200,
		                                    .restored = T0 + 10800,
		                                    .now = T0 + 10800,
		                                    .slowest = 500 };
	static const int64_t took[TN_LEAK_CLOCKS] = { 3600000, 500, 7200000,
		                                      10800000 };
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	struct tn_leak_targets own;
	size_t i;
	size_t k;

	for (i = 0; i < TN_LEAK_CLOCKS; i++) {
		for (k = 0; k < TN_LEAK_CLOCKS; k++)
			own.of[k] = took[k] - (k == i ? 1 : 0);
		tn_leak_clocks(&facts, &own, clocks);
		for (k = 0; k < TN_LEAK_CLOCKS; k++) {
			cr_expect_eq(clocks[k].took, took[k]);
			cr_expect_eq(clocks[k].target, own.of[k]);
			cr_expect_eq(clocks[k].is_over, k == i,
			             "target %zu, clock %zu", i, k);
		}
	}
}

/* Every combination: the answer must follow from what UM-15 says, by another
   way of saying it. */
Test(leak_rule, who_may_close_in_all_combinations)
{
	size_t allowed = 0;
	unsigned int bits;
	int role;
	int level;
	int case_level;

	for (bits = 0; bits < 1024; bits++)
	for (role = TN_ROLE_NONE; role < TN_ROLE_COUNT; role++)
	for (level = 0; level <= 2; level++)
	for (case_level = 0; case_level <= 2; case_level++) {
		const struct tn_leak_case_facts facts = {
			.level = case_level,
			.holds_role = bits & 1,
			.is_verified = bits & 2,
			.has_items = bits & 4,
			.is_closed = bits & 8,
			.is_seconded = bits & 16,
			.is_restored = bits & 32,
			.has_dossier = bits & 512,
		};
		const struct tn_leak_signer who = {
			.holder = { true, (enum tn_role)role, level },
			.is_subject = bits & 64,
			.is_reporter = bits & 128,
			.has_seconded = bits & 256,
		};
		enum tn_leak_verdict verdict =
		    tn_leak_may(TN_LEAK_STEP_CLOSE, &facts, &who);

		cr_assert(*tn_leak_words(verdict));
		if (verdict == TN_LEAK_MAY) {
			allowed++;
			cr_assert(role == TN_ROLE_SECURITY);
			cr_assert(!who.is_subject && !who.is_reporter);
			cr_assert(facts.is_verified && !facts.has_items);
			cr_assert(!facts.holds_role && !facts.is_restored);
			cr_assert(!case_level || level == 1);
			cr_assert(!case_level || facts.has_dossier);
			cr_assert(case_level != 1 ||
			          (facts.is_seconded && !who.has_seconded));
		} else if (verdict == TN_LEAK_MAY_SECOND) {
			allowed++;
			cr_assert(case_level == 1 && level == 1);
			cr_assert(facts.has_dossier);
			cr_assert(role == TN_ROLE_SYSTEM ||
			          role == TN_ROLE_SECURITY);
			cr_assert(!who.is_subject && !who.is_reporter);
			cr_assert(facts.is_verified && !facts.has_items);
		}
	}
	cr_expect_gt(allowed, 0);
}

Test(leak_rule, who_may_verify)
{
	static const struct {
		int case_level;
		struct tn_holder who;
		bool is_subject;
		bool is_verified;
		enum tn_leak_verdict verdict;
	} rows[] = {
		{ 0, { true, TN_ROLE_SYSTEM, 2 }, false, false, TN_LEAK_MAY },
		{ 0, { true, TN_ROLE_SECURITY, 2 }, false, false, TN_LEAK_MAY },
		{ 0, { true, TN_ROLE_AUDIT, 1 }, false, false,
		  TN_LEAK_NO_ROLE },
		{ 0, { true, TN_ROLE_HR, 1 }, false, false, TN_LEAK_NO_ROLE },
		{ 0, { true, TN_ROLE_NONE, 0 }, false, false,
		  TN_LEAK_NO_ROLE },
		{ 0, { true, TN_ROLE_SYSTEM, 1 }, true, false,
		  TN_LEAK_SUBJECT },
		{ 0, { true, TN_ROLE_SYSTEM, 1 }, false, true,
		  TN_LEAK_ALREADY },
		{ 2, { true, TN_ROLE_SYSTEM, 2 }, false, false,
		  TN_LEAK_NO_SUPERIOR },
		{ 2, { true, TN_ROLE_SYSTEM, 1 }, false, false, TN_LEAK_MAY },
		{ 1, { true, TN_ROLE_SECURITY, 2 }, false, false,
		  TN_LEAK_NO_SUPERIOR },
		{ 1, { true, TN_ROLE_SECURITY, 1 }, false, false,
		  TN_LEAK_MAY },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct tn_leak_case_facts facts = {
			.level = rows[i].case_level,
			.is_verified = rows[i].is_verified,
		};
		const struct tn_leak_signer who = {
			.holder = rows[i].who,
			.is_subject = rows[i].is_subject,
		};

		cr_expect_eq(tn_leak_may(TN_LEAK_STEP_VERIFY, &facts, &who),
		             rows[i].verdict, "row %zu", i);
	}
}

/* A subordinate takes nothing off the list of what a superior did (UM-15.2). */
Test(leak_rule, who_may_look_at_an_item)
{
	static const struct {
		int case_level;
		struct tn_holder who;
		bool is_subject;
		bool is_closed;
		enum tn_leak_verdict verdict;
	} rows[] = {
		{ 0, { true, TN_ROLE_SYSTEM, 2 }, false, false, TN_LEAK_MAY },
		{ 0, { true, TN_ROLE_SECURITY, 2 }, false, false, TN_LEAK_MAY },
		{ 0, { true, TN_ROLE_AUDIT, 1 }, false, false,
		  TN_LEAK_NO_ROLE },
		{ 0, { true, TN_ROLE_SYSTEM, 1 }, true, false,
		  TN_LEAK_SUBJECT },
		{ 0, { true, TN_ROLE_SYSTEM, 1 }, false, true,
		  TN_LEAK_ALREADY },
		{ 1, { true, TN_ROLE_SYSTEM, 2 }, false, false,
		  TN_LEAK_NO_SUPERIOR },
		{ 2, { true, TN_ROLE_SECURITY, 2 }, false, false,
		  TN_LEAK_NO_SUPERIOR },
		{ 1, { true, TN_ROLE_SYSTEM, 1 }, false, false, TN_LEAK_MAY },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct tn_leak_case_facts facts = {
			.level = rows[i].case_level,
			.is_closed = rows[i].is_closed,
		};
		const struct tn_leak_signer who = {
			.holder = rows[i].who,
			.is_subject = rows[i].is_subject,
		};

		cr_expect_eq(tn_leak_may(TN_LEAK_STEP_ITEM, &facts, &who),
		             rows[i].verdict, "row %zu", i);
	}
}
