#include <criterion/criterion.h>
#include "reap_rule.h"

#define DEAD  2000001
#define ALIVE 2000002

static uint32_t uids[] = { DEAD };
static const struct tn_dead_set dead = { .uids = uids, .count = 1 };

#define OPEN   7
#define CLOSED 8
static const struct tn_open_sessions sessions = { .ids = { OPEN }, .count = 1 };

static const struct row {
	const char *name;
	struct tn_process process;
	enum tn_reap wanted;
} rows[] = {
	{ "all uids dead",
	  { .real = DEAD,
	    .effective = DEAD,
	    .saved = DEAD,
	    .filesystem = DEAD,
	    .login = DEAD },
	  TN_REAP_END },
	{ "real uid alone",
	  { .real = DEAD, .login = TN_NO_LOGIN_UID },
	  TN_REAP_END },
	{ "effective uid alone",
	  { .real = ALIVE, .effective = DEAD, .login = ALIVE },
	  TN_REAP_END },
	{ "saved uid alone", { .saved = DEAD, .login = ALIVE }, TN_REAP_END },
	{ "filesystem uid alone",
	  { .filesystem = DEAD, .login = ALIVE },
	  TN_REAP_END },
	{ "root's process out of the dead one's login, whose session is over",
	  { .login = DEAD, .session = CLOSED },
	  TN_REAP_REPORT },
	{ "the same in a session that is open",
	  { .login = DEAD, .session = OPEN },
	  TN_REAP_END_LATER },
	{ "the same with a terminal, whatever the session",
	  { .login = DEAD, .session = CLOSED, .terminal = 34816 },
	  TN_REAP_END_LATER },
	{ "the same without an audit session",
	  { .login = DEAD, .session = TN_NO_SESSION },
	  TN_REAP_REPORT },
	{ "somebody else's process in the open session, by a login of theirs",
	  { .real = ALIVE, .login = ALIVE, .session = OPEN },
	  TN_REAP_LEAVE },
	{ "somebody else's",
	  { .real = ALIVE,
	    .effective = ALIVE,
	    .saved = ALIVE,
	    .filesystem = ALIVE,
	    .login = ALIVE },
	  TN_REAP_LEAVE },
	{ "root's without a login",
	  { .login = TN_NO_LOGIN_UID },
	  TN_REAP_LEAVE },
	{ "a zombie", { .real = DEAD, .is_zombie = true }, TN_REAP_LEAVE },
};

Test(reap_rule, any_uid_of_the_dead_ends_and_a_login_uid_in_an_open_session_UM_15_1)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(tn_reap_decide(&rows[i].process, &dead, &sessions),
		             rows[i].wanted, "%s", rows[i].name);
}

Test(reap_rule, no_uid_below_the_minimum_is_ever_dead_whatever_a_file_says)
{
	uint32_t hostile[] = { 0,           1,       999,   1000,    65534,
		               4294967295u, 2000001, 70000, 2000001, 61184 };
	struct tn_dead_set set = { .uids = hostile, .count = 10 };

	tn_dead_set_make(&set, 0);
	cr_assert_eq(set.count, 3);
	cr_expect_eq(set.uids[0], 1000);
	cr_expect_eq(set.uids[1], 70000);
	cr_expect_eq(set.uids[2], 2000001);
	cr_expect(!tn_dead_set_has(&set, 0));
}

Test(reap_rule, the_configured_minimum_counts)
{
	uint32_t some[] = { 1500, 2000001 };
	struct tn_dead_set set = { .uids = some, .count = 2 };

	tn_dead_set_make(&set, 2000000);
	cr_expect_eq(set.count, 1);
	cr_expect(!tn_dead_set_has(&set, 1500));
}

Test(reap_rule, nobody_is_dead_where_nothing_is_known)
{
	struct tn_dead_set none = { 0 };
	struct tn_process process = { .real = DEAD };

	tn_dead_set_make(&none, 1000);
	cr_expect_eq(tn_reap_decide(&process, &none, &sessions), TN_REAP_LEAVE);
}

Test(reap_rule, proc_status_is_read_and_a_forged_name_does_not_fool_it)
{
	struct tn_process process;

	cr_assert(tn_process_parse("Name:\tbash\nUmask:\t0022\n"
	                           "State:\tS (sleeping)\nPid:\t7\n"
	                           "Uid:\t1\t2\t3\t4\nGid:\t9\t9\t9\t9\n",
	                           "2000001", "12\n",
	                           "7 (x) y) S 1 7 7 34816 7 0", &process));
	cr_expect_eq(process.session, 12);
	cr_expect_eq(process.terminal, 34816);
	cr_expect_str_eq(process.name, "bash");
	cr_expect_eq(process.real, 1);
	cr_expect_eq(process.effective, 2);
	cr_expect_eq(process.saved, 3);
	cr_expect_eq(process.filesystem, 4);
	cr_expect_eq(process.login, 2000001);
	cr_assert(tn_process_parse("Name:\tUid:\\nUid: 0\nState:\tZ (zombie)\n"
	                           "Uid:\t5\t5\t5\t5\n",
	                           "4294967295\n", "4294967295\n",
	                           "7 () S 1 2 3 4) Z 1 7 7 0 -1 4 0 0 0 0 0 0 "
	                           "0 0 20 0 1 0 99",
	                           &process));
	cr_expect_eq(process.session, TN_NO_SESSION);
	cr_expect_eq(process.terminal, 0);
	cr_expect_eq(process.real, 5);
	cr_expect(process.is_zombie);
	cr_expect_eq(process.login, TN_NO_LOGIN_UID);
}

Test(reap_rule, a_first_thread_that_is_gone_makes_no_zombie)
{
	static const char status[] = "Name:\tstay\nState:\tZ (zombie)\n"
	                             "Uid:\t5\t5\t5\t5\n";
	struct tn_process process;

	cr_assert(tn_process_parse(
	    status, "5\n", "1\n",
	    "7 (stay) Z 1 7 7 0 -1 4 0 0 0 0 0 0 0 0 20 0 2 0 99", &process));
	cr_expect(!process.is_zombie);
	cr_assert(tn_process_parse(status, "5\n", "1\n", "", &process));
	cr_expect(!process.is_zombie, "what cannot be read is no excuse");
}

Test(reap_rule, a_text_that_is_no_status_is_left_alone)
{
	struct tn_process process;

	cr_expect(!tn_process_parse("", "", "", "", &process));
	cr_expect(!tn_process_parse("Name:\tx\nState:\tS\n", "", "", "",
	                            &process));
	cr_expect(!tn_process_parse("Name:\tx\nState:\tS\nUid:\t1\t2\n", "",
	                            "", "", &process));
}

Test(reap_rule, a_session_is_open_while_its_person_or_a_terminal_is_in_it)
{
	static const struct {
		struct tn_process process;
		bool opens;
	} cases[] = {
		{ { .real = DEAD, .login = DEAD, .session = 1 }, true },
		{ { .login = DEAD, .session = 2, .terminal = 34816 }, true },
		{ { .login = DEAD, .session = 3 }, false },
		{ { .real = DEAD, .login = DEAD, .session = TN_NO_SESSION },
		  false },
		{ { .real = DEAD, .login = ALIVE, .session = 5 }, false },
		{ { .real = DEAD,
		    .login = DEAD,
		    .session = 6,
		    .is_zombie = true },
		  false },
	};
	struct tn_open_sessions found;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		found = (struct tn_open_sessions){ .count = 0 };
		tn_open_sessions_note(&found, &cases[i].process, &dead);
		tn_open_sessions_note(&found, &cases[i].process, &dead);
		cr_expect_eq(found.count, cases[i].opens ? 1 : 0, "case %zu",
		             i);
	}
}
