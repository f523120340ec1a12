/* DESIGN section 12 and the record's own lines of row 1, a test per line. */
#include <criterion/criterion.h>

#include <string.h>
#include "account/serve_rule.h"
#include "base/attrs.h"
#include "hostile_account.h"

Test(serve_rule, the_good_one_is_served)
{
	struct tn_account a = good();

	cr_expect_eq(tn_serve_refusal(&a, &policy, &local), TN_REFUSAL_NONE);
	cr_expect_eq(tn_serve_refusal(&a, &policy, NULL), TN_REFUSAL_NONE);
}

Test(serve_rule, each_field_is_judged_as_its_line_says)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(lines); i++) {
		struct tn_account a = good();
		enum tn_refusal refusal;

		memcpy((char *)&a + lines[i].field, &lines[i].value,
		       sizeof(lines[i].value));
		refusal = tn_serve_refusal(&a, &policy, &local);
		cr_expect_eq(refusal, lines[i].refusal,
		             "line %zu \"%.40s\": %s", i, lines[i].value,
		             tn_refusal_words(refusal));
		/* Without a host, what is the host's alone is not judged. */
		refusal = tn_serve_refusal(&a, &policy, NULL);
		cr_expect_eq(refusal,
		             tn_refusal_is_local(lines[i].refusal)
		                 ? TN_REFUSAL_NONE
		                 : lines[i].refusal,
		             "line %zu", i);
	}
}

Test(serve_rule, uid_and_gid_numbers_keep_to_their_ranges)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(ids); i++) {
		struct tn_account a = good();

		cr_expect_eq(tn_id_is_allowed(ids[i].id, 0), ids[i].allowed,
		             "%u", ids[i].id);
		a.uid = ids[i].id;
		cr_expect_eq(tn_serve_refusal(&a, &policy, NULL),
		             ids[i].allowed ? TN_REFUSAL_NONE : TN_REFUSAL_UID,
		             "uid %u", ids[i].id);
		a = good();
		a.gid = ids[i].id;
		cr_expect_eq(tn_serve_refusal(&a, &policy, NULL),
		             ids[i].allowed ? TN_REFUSAL_NONE : TN_REFUSAL_GID,
		             "gid %u", ids[i].id);
	}
	cr_expect_not(tn_id_is_allowed(1999999, 2000000));
	cr_expect(tn_id_is_allowed(2000000, 2000000));
}

Test(serve_rule, the_hosts_own_numbers_are_not_taken)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(hostile_numbers); i++) {
		struct tn_account a = good();

		a.uid = hostile_numbers[i].uid;
		a.gid = hostile_numbers[i].gid;
		cr_expect_eq(tn_serve_refusal(&a, &policy, &local),
		             hostile_numbers[i].refusal, "case %zu", i);
		cr_expect_eq(tn_serve_refusal(&a, &policy, NULL),
		             TN_REFUSAL_NONE, "case %zu", i);
	}
}

/* UM-5.3: a service account has an owner, a reason and an end instead. */
Test(serve_rule, a_service_needs_an_owner_a_reason_and_an_end)
{
	struct tn_account a = good();

	a.kind = TN_KIND_SERVICE;
	a.real_name = "";
	a.staff_number = "";
	a.owner = "uid=lisi,ou=people,dc=example,dc=org";
	a.reason = "nightly backup";
	a.end_day = 20787;
	cr_expect_eq(tn_serve_refusal(&a, &policy, &local), TN_REFUSAL_NONE);
	a.owner = "";
	cr_expect_eq(tn_serve_refusal(&a, &policy, &local), TN_REFUSAL_SERVICE);
	a.owner = "uid=lisi,ou=people,dc=example,dc=org";
	a.reason = "";
	cr_expect_eq(tn_serve_refusal(&a, &policy, &local), TN_REFUSAL_SERVICE);
	a.reason = "nightly backup";
	a.end_day = TN_DAY_NONE;
	cr_expect_eq(tn_serve_refusal(&a, &policy, &local), TN_REFUSAL_SERVICE);
	a.end_day = 20787;
	a.real_name = "backup: nightly";
	cr_expect_eq(tn_serve_refusal(&a, &policy, &local),
	             TN_REFUSAL_CHARACTERS);
}

Test(serve_rule, kind_and_status_must_be_known)
{
	struct tn_account a = good();

	a.status = TN_STATUS_UNKNOWN;
	cr_expect_eq(tn_serve_refusal(&a, &policy, NULL), TN_REFUSAL_STATUS);
	a.status = (enum tn_status)9;
	cr_expect_eq(tn_serve_refusal(&a, &policy, NULL), TN_REFUSAL_STATUS);
	a = good();
	a.kind = (enum tn_kind)0;
	cr_expect_eq(tn_serve_refusal(&a, &policy, NULL), TN_REFUSAL_UNKNOWN);
	/* Who is locked is still served: files keep an owner's name. */
	a = good();
	a.status = TN_STATUS_DEPARTED;
	cr_expect_eq(tn_serve_refusal(&a, &policy, NULL), TN_REFUSAL_NONE);
}

Test(serve_rule, without_a_home_root_no_home_is_good)
{
	static const char *const slash[] = { "/", NULL };
	struct tn_serve_policy none = policy;
	struct tn_account a = good();

	none.home_roots = NULL;
	cr_expect_eq(tn_serve_refusal(&a, &none, NULL), TN_REFUSAL_HOME);
	none.home_roots = slash;
	cr_expect_eq(tn_serve_refusal(&a, &none, NULL), TN_REFUSAL_NONE);
	a.home = "/";
	cr_expect_eq(tn_serve_refusal(&a, &none, NULL), TN_REFUSAL_HOME);
}

Test(serve_rule, groups_keep_to_the_same_rules)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(hostile_groups); i++) {
		struct tn_group group = { .name = hostile_groups[i].name,
			                  .gid = hostile_groups[i].gid };

		cr_expect_eq(tn_serve_group_refusal(&group, &policy, &local),
		             hostile_groups[i].refusal, "case %zu", i);
		cr_expect_eq(tn_serve_group_refusal(&group, &policy, NULL),
		             tn_refusal_is_local(hostile_groups[i].refusal)
		                 ? TN_REFUSAL_NONE
		                 : hostile_groups[i].refusal,
		             "case %zu", i);
	}
}

Test(serve_rule, a_shell_nobody_lists_is_served_as_nologin)
{
	struct tn_account a = good();

	cr_expect_str_eq(tn_serve_shell(&a, false, &local), "/bin/bash");
	cr_expect_str_eq(tn_serve_shell(&a, true, &local), "/usr/sbin/nologin");
	a.shell = "/bin/evil";
	cr_expect_str_eq(tn_serve_shell(&a, false, &local),
	                 "/usr/sbin/nologin");
	cr_expect_str_eq(tn_serve_shell(&a, false, NULL), "/bin/evil");
	a.shell = "";
	cr_expect_str_eq(tn_serve_shell(&a, false, NULL), "/usr/sbin/nologin");
}

/* UM-5.4 */
Test(serve_rule, the_elder_of_two_is_the_one_created_first)
{
	struct tn_account a = good();
	struct tn_account b = good();

	a.created = 100;
	b.created = 200;
	cr_expect(tn_account_is_elder(&a, &b));
	cr_expect_not(tn_account_is_elder(&b, &a));
	b.created = 100;
	a.uuid.byte[15] = 1;
	b.uuid.byte[15] = 2;
	cr_expect(tn_account_is_elder(&a, &b));
	cr_expect_not(tn_account_is_elder(&b, &a));
	a.created = TN_TIME_NONE; /* cannot claim it */
	cr_expect_not(tn_account_is_elder(&a, &b));
	cr_expect(tn_account_is_elder(&b, &a));
}
