#include <criterion/criterion.h>
#include <string.h>
#include "base/attrs.h"
#include "enforcer_grant.h"

/* The numbers of the brake as shipped. */
static const struct tn_removal_brake brake = { 20, 5, 3 };

static const struct row {
	const char *name;
	bool departure;
	size_t matches;
	enum tn_kind kind;
	unsigned int locks;
	bool role;
	size_t lately;
	size_t total;
	enum tn_grant wanted;
} rows[] = {
	{ "one who left", true, 1, TN_KIND_PERSON, 0, false, 0, 1000,
	  TN_GRANT_YES },
	{ "suspended, and left", true, 1, TN_KIND_PERSON, TN_LOCK_SUSPENSION,
	  false, 0, 1000, TN_GRANT_YES },
	{ "locked before", true, 1, TN_KIND_PERSON, TN_LOCK_DEPARTURE, false, 0,
	  1000, TN_GRANT_ALREADY },
	{ "an administrator", true, 1, TN_KIND_PERSON, 0, true, 0, 1000,
	  TN_GRANT_ROLE },
	{ "an administrator, locked before", true, 1, TN_KIND_PERSON,
	  TN_LOCK_DEPARTURE, true, 0, 1000, TN_GRANT_ROLE },
	{ "a service", true, 1, TN_KIND_SERVICE, 0, false, 0, 1000,
	  TN_GRANT_NOT_A_PERSON },
	{ "nobody", true, 0, TN_KIND_PERSON, 0, false, 0, 1000,
	  TN_GRANT_NOBODY },
	{ "two accounts", true, 2, TN_KIND_PERSON, 0, false, 0, 1000,
	  TN_GRANT_SEVERAL },
	{ "another kind", false, 1, TN_KIND_PERSON, 0, false, 0, 1000,
	  TN_GRANT_KIND },
	{ "the twentieth within the hour", true, 1, TN_KIND_PERSON, 0, false,
	  19, 1000, TN_GRANT_YES },
	{ "the twenty-first", true, 1, TN_KIND_PERSON, 0, false, 20, 1000,
	  TN_GRANT_BRAKE },
	{ "the third of ten people", true, 1, TN_KIND_PERSON, 0, false, 2, 10,
	  TN_GRANT_YES },
	{ "the fourth of ten", true, 1, TN_KIND_PERSON, 0, false, 3, 10,
	  TN_GRANT_BRAKE },
	{ "the fifth of a hundred", true, 1, TN_KIND_PERSON, 0, false, 4, 100,
	  TN_GRANT_YES },
	{ "the sixth of a hundred", true, 1, TN_KIND_PERSON, 0, false, 5, 100,
	  TN_GRANT_BRAKE },
};

Test(enforcer_grant, brakes_roles_and_names_are_judged_before_a_lock_CI_P38)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct tn_account account;
		struct tn_grant_facts facts = {
			.kind =
			    row->departure ? TN_LOCK_DEPARTURE : TN_LOCK_LEAK,
			.matches = row->matches,
			.account = row->matches > 0 ? &account : NULL,
			.open_locks = row->locks,
			.holds_role = row->role,
			.granted_lately = row->lately,
			.total = row->total,
			.brake = brake,
		};

		tn_account_init(&account);
		account.kind = row->kind;
		cr_expect_eq(tn_grant_decide(&facts), row->wanted, "%s",
		             row->name);
	}
}

/* Whoever holds a role reports the own leak with the password. */
Test(enforcer_grant, who_has_shown_the_password_locks_the_own_account_PP_11)
{
	struct tn_account account;
	struct tn_grant_facts facts = {
		.kind = TN_LOCK_LEAK,
		.from_self = true,
		.matches = 1,
		.account = &account,
		.holds_role = true,
		.granted_lately = 100,
		.total = 3,
		.brake = brake,
	};

	tn_account_init(&account);
	account.kind = TN_KIND_PERSON;
	cr_expect_eq(tn_grant_decide(&facts), TN_GRANT_YES);
	facts.open_locks = TN_LOCK_LEAK;
	cr_expect_eq(tn_grant_decide(&facts), TN_GRANT_ALREADY);
	facts.open_locks = 0;
	facts.kind = TN_LOCK_DEPARTURE;
	cr_expect_eq(tn_grant_decide(&facts), TN_GRANT_KIND);
	facts.kind = TN_LOCK_LEAK;
	facts.from_self = false;
	facts.from_host = true;
	facts.granted_lately = 0;
	cr_expect_eq(tn_grant_decide(&facts), TN_GRANT_ROLE);
}

/* A host asks for a lock after a leak, and for nothing else. */
Test(enforcer_grant, a_host_asks_for_few_and_for_nobody_with_a_role_UM_15_1)
{
	static const struct {
		const char *name;
		enum tn_lock_kind kind;
		unsigned int locks;
		bool role;
		size_t lately;
		enum tn_grant wanted;
	} of[] = {
		{ "a leak", TN_LOCK_LEAK, 0, false, 0, TN_GRANT_YES },
		{ "of who is departed", TN_LOCK_LEAK, TN_LOCK_DEPARTURE, false,
		  0, TN_GRANT_YES },
		{ "again", TN_LOCK_LEAK, TN_LOCK_LEAK, false, 0,
		  TN_GRANT_ALREADY },
		{ "an administrator's", TN_LOCK_LEAK, 0, true, 0,
		  TN_GRANT_ROLE },
		{ "a departure", TN_LOCK_DEPARTURE, 0, false, 0,
		  TN_GRANT_KIND },
		{ "a suspension", TN_LOCK_SUSPENSION, 0, false, 0,
		  TN_GRANT_KIND },
		{ "the fifth within the hour", TN_LOCK_LEAK, 0, false, 4,
		  TN_GRANT_YES },
		{ "the sixth", TN_LOCK_LEAK, 0, false, 5, TN_GRANT_HOST },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(of); i++) {
		struct tn_account account;
		const struct tn_grant_facts facts = {
			.kind = of[i].kind,
			.from_host = true,
			.matches = 1,
			.account = &account,
			.open_locks = of[i].locks,
			.holds_role = of[i].role,
			.granted_lately = of[i].lately,
			.total = 1000,
			.brake = brake,
		};

		tn_account_init(&account);
		account.kind = TN_KIND_PERSON;
		cr_expect_eq(tn_grant_decide(&facts), of[i].wanted, "%s",
		             of[i].name);
	}
}

Test(enforcer_grant, only_what_was_granted_is_called_so)
{
	int grant;

	for (grant = 0; grant < TN_GRANT_COUNT; grant++) {
		const char *words = tn_grant_words((enum tn_grant)grant);
		bool is_granted =
		    grant == TN_GRANT_YES || grant == TN_GRANT_ALREADY;

		cr_expect_eq(strncmp(words, "granted", 7) == 0, is_granted,
		             "%s", words);
	}
}
