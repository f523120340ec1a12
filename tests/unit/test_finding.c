#include "lifecycle_samples.h"

#include <stdlib.h>

#include "base/attrs.h"
#include "base/text.h"
#include "display.h"
#include "finding.h"
#include "judge_person.h"

#define HEADER "工号,姓名,状态\n"
#define NOW    1795000000

static const struct brake_limits limits = { 20, 5, 3, 10 };

/* People, a roster, and what is found. */
struct scene {
	struct tn_config config;
	struct tn_moment moment;
	struct people *people;
	struct roster *roster;
	struct plan *plan;
	struct findings *findings;
};

static struct scene
scene_start(void)
{
	return (struct scene){
		.config = sample_config(),
		.moment = { .now = NOW, .today = tn_day_of(NOW, 28800) },
		.people = sample_people(),
	};
}

static void
scene_find(struct scene *scene, const char *roster)
{
	struct plan_input plan_input = {
		.people = scene->people,
		.limits = &limits,
		.today = scene->moment.today,
	};
	struct finding_input input = {
		.people = scene->people,
		.config = &scene->config,
		.moment = &scene->moment,
	};

	cr_assert(!people_finish(scene->people, NULL));
	scene->roster = sample_roster(roster);
	plan_input.roster = scene->roster;
	cr_assert(!plan_make(&plan_input, &scene->plan, NULL));
	input.roster = scene->roster;
	input.plan = scene->plan;
	cr_assert(!findings_make(&input, &scene->findings, NULL));
}

static void
scene_end(struct scene *scene)
{
	findings_free(scene->findings);
	plan_free(scene->plan);
	roster_free(scene->roster);
	people_free(scene->people);
}

/* The ids, in order, with a blank between. */
static void
expect_ids(const struct scene *scene, const char *expected)
{
	char ids[1024] = "";
	size_t len = 0;
	size_t i;

	for (i = 0; i < scene->findings->count; i++)
		len +=
		    (size_t)snprintf(ids + len, sizeof(ids) - len, "%s%s",
		                     i ? " " : "", scene->findings->of[i].id);
	cr_expect_str_eq(ids, expected);
}

static void
add(struct scene *scene, unsigned char number, const char *login,
    const char *name, const char *staff_number)
{
	const struct tn_account account =
	    sample_account(number, login, name, staff_number);

	sample_add(scene->people, &account);
}

Test(finding, is_none_where_all_is_well)
{
	struct scene scene = scene_start();

	add(&scene, 1, "wang", "王小明", "A1");
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	expect_ids(&scene, "");
	scene_end(&scene);
}

/* CI-P38, UM-5.3, UM-5.4: the worst first, and the same order every time. */
Test(finding, is_sorted_by_severity_rule_and_subject)
{
	struct scene scene = scene_start();
	struct tn_account fresh = sample_account(7, "fresh", "孙七", "A7");

	fresh.password_reset = true;
	fresh.initial_deadline = NOW + 86400;
	fresh.password_changed = fresh.created;
	add(&scene, 6, "ghost2", "吴六", "Z2");
	add(&scene, 5, "ghost1", "吴五", "Z1");
	add(&scene, 4, "zhangsi", "张四", "A4");
	add(&scene, 3, "lina2", "李娜", "A2");
	add(&scene, 2, "lina", "李娜", "A2");
	add(&scene, 1, "wang", "王小明", "A1");
	sample_add(scene.people, &fresh);
	scene_find(&scene, HEADER "A1,王小明,离职\nA2,李娜,在职\n"
	                          "A4,赵四,在职\nA7,孙七,在职\n");

	expect_ids(&scene, "departed-open/wang second-account/lina2 "
	                   "orphan-account/ghost1 orphan-account/ghost2 "
	                   "name-differs/zhangsi initial-password/fresh");
	cr_expect_eq(scene.findings->of[5].severity, FINDING_NOTE);
	scene_end(&scene);
}

/* UM-5.3: what only slapd's own tools can bring in, or a partition. */
Test(finding, names_a_uid_number_of_two_and_an_account_without_a_real_name)
{
	struct scene scene = scene_start();
	struct tn_account twin = sample_account(2, "twin", "李娜", "A2");
	struct tn_account nameless = sample_account(3, "x", "", "A3");

	add(&scene, 1, "wang", "王小明", "A1");
	twin.uid = sample_account(1, "wang", "王小明", "A1").uid;
	sample_add(scene.people, &twin);
	sample_add(scene.people, &nameless);
	scene_find(&scene, HEADER "A1,王小明,在职\nA2,李娜,在职\n"
	                          "A3,张三,在职\n");

	expect_ids(&scene,
	           "duplicate-uid/twin no-real-name/x name-differs/x");
	scene_end(&scene);
}

/* UM-13.2: it lapses, and then somebody asks why. */
Test(finding, of_an_initial_password_weighs_more_when_it_has_lapsed)
{
	struct scene scene = scene_start();
	struct tn_account account = sample_account(1, "wang", "王小明", "A1");

	account.password_reset = true;
	account.initial_deadline = NOW - 1;
	account.password_changed = account.created;
	sample_add(scene.people, &account);
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	expect_ids(&scene, "initial-password/wang");
	cr_expect_eq(scene.findings->of[0].severity, FINDING_MEDIUM);
	scene_end(&scene);
}

/* DESIGN section 4: every reset, until the person has changed it. */
Test(finding, of_a_reset_says_who_and_weighs_more_when_nobody_is_on_record)
{
	static const char *const by[] = {
		"uid=li,ou=people,dc=example,dc=org", ""
	};
	static const char *const says[] = { "set by li", "no record of who" };
	size_t i;

	for (i = 0; i < 3; i++) {
		struct scene scene = scene_start();
		struct tn_account account =
		    sample_account(1, "wang", "王小明", "A1");

		account.password_reset = true;
		account.initial_deadline = NOW + 86400;
		account.password_changed = NOW - 49;
		account.reset_by = by[i / 2];
		account.reset_time = i == 1 ? NOW - 5000 : NOW - 50;
		sample_add(scene.people, &account);
		scene_find(&scene, HEADER "A1,王小明,在职\n");

		expect_ids(&scene, "password-reset/wang");
		cr_expect_eq(scene.findings->of[0].severity,
		             i ? FINDING_HIGH : FINDING_MEDIUM);
		cr_expect(strstr(scene.findings->of[0].what, says[!!i]), "%s",
		          scene.findings->of[0].what);
		scene_end(&scene);
	}
}

Test(finding, is_none_for_whom_departed_and_is_shut)
{
	struct scene scene = scene_start();
	struct tn_account gone = sample_account(1, "wang", "王小明", "A1");

	gone.status = TN_STATUS_DEPARTED;
	sample_add(scene.people, &gone);
	scene_find(&scene, HEADER "A2,李娜,在职\n");

	expect_ids(&scene, "");
	scene_end(&scene);
}

/* CI-P38: the lock entry alone shuts an account on hosts (DESIGN section 4);
   what reads the status does not know. */
Test(finding, says_departed_open_until_the_directory_says_departed_too)
{
	struct scene scene = scene_start();
	const struct tn_lock lock = {
		.staff_number = "A1",
		.kind = TN_LOCK_DEPARTURE,
		.name = "l1",
		.reason = "",
	};

	add(&scene, 1, "wang", "王小明", "A1");
	cr_assert(!people_add_lock(scene.people, &lock, NULL));
	scene_find(&scene, HEADER "A1,王小明,离职\n");

	expect_ids(&scene, "departed-open/wang lock-without-status/wang");
	cr_expect_eq(scene.findings->of[0].severity, FINDING_HIGH);
	scene_end(&scene);
}

/* CI-P38: half a lock is a finding also of whom the roster keeps. */
Test(finding, names_an_open_lock_whose_person_is_active)
{
	struct scene scene = scene_start();
	struct tn_account shut = sample_account(2, "li", "李娜", "A2");
	struct tn_lock lock = {
		.staff_number = "A1",
		.kind = TN_LOCK_SUSPENSION,
		.name = "l1",
		.reason = "",
	};

	add(&scene, 1, "wang", "王小明", "A1");
	shut.status = TN_STATUS_SUSPENDED;
	sample_add(scene.people, &shut);
	cr_assert(!people_add_lock(scene.people, &lock, NULL));
	lock.staff_number = "A2";
	lock.name = "l2";
	cr_assert(!people_add_lock(scene.people, &lock, NULL));
	scene_find(&scene, HEADER "A1,王小明,在职\nA2,李娜,在职\n");

	expect_ids(&scene, "lock-without-status/wang");
	scene_end(&scene);
}

/* UM-5.3: an entry that nobody can read hides or locks somebody. */
Test(finding, names_what_could_not_be_read_and_goes_on)
{
	struct scene scene = scene_start();
	char dn[300];

	memset(dn, 'x', sizeof(dn) - 1);
	dn[sizeof(dn) - 1] = '\0';
	memcpy(dn + 125, "王", 3);
	add(&scene, 1, "wang", "王小明", "A1");
	cr_assert(
	    !people_add_gap(scene.people, dn, "no\033[2J uid", false, NULL));
	cr_assert(
	    !people_add_gap(scene.people, "host1", "too much", true, NULL));
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	cr_assert_eq(scene.findings->count, 2);
	cr_expect_eq(scene.findings->of[0].severity, FINDING_CRITICAL);
	cr_expect_eq(strlen(scene.findings->of[0].subject), 125,
	             "cut between characters");
	cr_expect_str_eq(scene.findings->of[0].what, "no?[2J uid");
	cr_expect_str_eq(scene.findings->of[1].id, "bad-report/host1");
	scene_end(&scene);
}

/* One rooted host writes neither on terminals nor an end to the audit. */
Test(finding, cleans_what_a_host_says_of_its_accounts)
{
	struct scene scene = scene_start();
	char line[64];
	struct {
		const char *line;
		const char *id;
	} rows[] = {
		{ "a\033]0;x:1001:/bin/sh",
		  "bad-report/h/a?]0;x:1001:/bin/sh" },
		{ "b:1001:/bin/\033c", "bad-report/h/b:1001:/bin/?c" },
		{ "c\xff:1001:/bin/sh", "bad-report/h/c?:1001:/bin/sh" },
		{ line, NULL },
	};
	size_t i;

	memset(line, 'd', sizeof(line));
	memcpy(line + 59, "王", 4);
	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		cr_assert(!people_add_local(scene.people, "h", rows[i].line,
		                            NOW, NULL, NULL));
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	cr_assert_eq(scene.findings->count, TN_ARRAY_LEN(rows));
	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct finding *found = &scene.findings->of[i];

		if (rows[i].id)
			cr_expect_str_eq(found->id, rows[i].id);
		else
			cr_expect_eq(strlen(found->subject), 2 + 59);
		cr_expect(tn_text_is_utf8(found->what, strlen(found->what)));
		cr_expect_not(tn_text_has_control(found->what));
	}
	scene_end(&scene);
}

/* UM-11.3: never by an unattended run, and never forgotten. */
Test(finding, names_a_departed_holder_of_a_role)
{
	struct scene scene = scene_start();

	add(&scene, 1, "wang", "王小明", "A1");
	cr_assert(!people_add_role_member(
	    scene.people, "uid=wang,ou=people,dc=example,dc=org", NULL));
	scene_find(&scene, HEADER "A1,王小明,离职\n");

	expect_ids(&scene, "departed-role-holder/wang");
	scene_end(&scene);
}

Test(finding, names_local_accounts_of_hosts_but_not_break_glass)
{
	static const char *const lines[] = { "root:0:/bin/bash",
		                             "toor:0:/bin/bash",
		                             "admin:1000:/bin/bash",
		                             "test:1001:/bin/bash", "rubbish" };
	struct scene scene = scene_start();
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(lines); i++)
		cr_assert(!people_add_local(scene.people, "host1", lines[i],
		                            NOW, "admin", NULL));
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	expect_ids(&scene, "second-root/host1/toor local-account/host1/test "
	                   "bad-report/host1/rubbish");
	scene_end(&scene);
}

static void
add_local(struct scene *scene, const char *host, const char *line,
          const char *break_glass)
{
	cr_assert(!people_add_local(scene->people, host, line, NOW, break_glass,
	                            NULL));
}

/* UM-5.3: whatever it is for, a second uid 0 is root; so is a second line. */
Test(finding, names_every_uid_0_beside_root_the_break_glass_account_too)
{
	struct scene scene = scene_start();

	add_local(&scene, "host1", "root:0:/bin/bash", "admin");
	add_local(&scene, "host1", "admin:0:/bin/bash", "admin");
	add_local(&scene, "host2", "root:0:/bin/bash", "admin");
	add_local(&scene, "host2", "root:0:/bin/sh", "admin");
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	expect_ids(&scene, "second-root/host1/admin second-root/host2/root");
	cr_expect_eq(scene.findings->of[0].severity, FINDING_CRITICAL);
	scene_end(&scene);
}

/* The account that opens when nothing else does: named, and there. */
Test(finding, asks_of_each_host_for_one_break_glass_account_that_is_there)
{
	struct scene scene = scene_start();

	add_local(&scene, "good", "admin:1000:/bin/bash", "admin");
	cr_assert(!people_add_report(scene.people, "good", NOW, "admin", NULL));
	cr_assert(!people_add_report(scene.people, "gone", NOW, "admin", NULL));
	cr_assert(!people_add_report(scene.people, "none", NOW, NULL, NULL));
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	expect_ids(&scene, "break-glass-missing/gone break-glass-unnamed/none");
	scene_end(&scene);
}

/* UM-14: silence is not a clean result. */
Test(finding, names_a_host_that_is_silent_for_more_than_a_day)
{
	static const struct {
		const char *host;
		int64_t seen;
	} rows[] = {
		{ "day", NOW - 86400 },
		{ "late", NOW - 86401 },
		{ "soon", NOW + 600 },
		{ "future", NOW + 601 },
	};
	struct scene scene = scene_start();
	size_t i;

	cr_assert(!people_add_host(scene.people, "never", NULL));
	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		cr_assert(!people_add_local(scene.people, rows[i].host,
		                            "admin:1000:/bin/sh", rows[i].seen,
		                            "admin", NULL));
		cr_assert(!people_add_host(scene.people, rows[i].host, NULL));
		cr_assert(!people_add_report(scene.people, rows[i].host,
		                             rows[i].seen, "admin", NULL));
	}
	scene_find(&scene, HEADER "A1,王小明,在职\n");

	expect_ids(&scene, "host-silent/late host-silent/never "
	                   "bad-report/future");
	cr_expect_eq(scene.findings->of[0].since, NOW - 86401);
	scene_end(&scene);
}

/* UM-10 */
Test(finding, names_accounts_that_no_approved_application_lists)
{
	static const struct {
		const char *login;
		const char *application;
	} rows[] = {
		{ "a1", "" },
		{ "a2", "form-7" }, /* it is approved, and lists a2 */
		{ "a3", "form-7" }, /* and not a3 */
		{ "a4", "roster-0123" },
		{ "a5", "roster-0123456789abcdef0123456789abcdef"
		        "0123456789abcdef0123456789abcdef" },
		{ "a6", "roster-0123456789ABCDEF0123456789abcdef"
		        "0123456789abcdef0123456789abcdef" },
		{ "a7", "" }, /* departed */
	};
	struct scene scene = scene_start();
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct tn_account account =
		    sample_account((unsigned char)(i + 1), rows[i].login,
		                   "王小明", rows[i].login);

		account.application = rows[i].application;
		if (i == 6)
			account.status = TN_STATUS_DEPARTED;
		sample_add(scene.people, &account);
	}
	cr_assert(!people_add_approved(scene.people, "A2", NULL));
	for (i = 0; i < 2; i++) {
		struct tn_account account = sample_account(
		    (unsigned char)(i + 10), i ? "s2" : "s1", "backup", "");

		account.kind = TN_KIND_SERVICE;
		account.application = "form-9";
		account.owner = "uid=a1,ou=people,dc=example,dc=org";
		account.reason = "backups";
		account.end_day = 40000;
		sample_add(scene.people, &account);
		if (i)
			cr_assert(!people_add_approved(scene.people, account.dn,
			                               NULL));
	}
	scene_find(&scene, HEADER "a1,王小明,在职\na2,王小明,在职\n"
	                          "a3,王小明,在职\na4,王小明,在职\n"
	                          "a5,王小明,在职\na6,王小明,在职\n"
	                          "a7,王小明,离职\n");

	/* What root issued while nobody could approve comes last. */
	expect_ids(&scene, "unapproved/a1 unapproved/a3 unapproved/a4 "
	                   "unapproved/a6 unapproved/s1 unapproved/a5");
	cr_expect_eq(scene.findings->of[5].severity, FINDING_NOTE);
	scene_end(&scene);
}

Test(finding, has_a_name_a_title_and_an_article_for_every_rule)
{
	int rule;

	for (rule = 0; rule < FINDING_RULE_COUNT; rule++) {
		cr_assert_not_null(finding_rule_text((enum finding_rule)rule),
		                   "%d", rule);
		cr_expect_not_null(finding_rule_title((enum finding_rule)rule));
		cr_expect_not_null(
		    finding_rule_article((enum finding_rule)rule));
	}
}

Test(display, counts_chinese_characters_as_two_columns)
{
	cr_expect_eq(display_width(""), 0);
	cr_expect_eq(display_width("abc"), 3);
	cr_expect_eq(display_width("王小明"), 6);
	cr_expect_eq(display_width("José"), 4);
	cr_expect_eq(display_width("𠀀a"), 3);
}
