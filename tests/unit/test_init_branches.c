#include <criterion/criterion.h>

#include "init_branches.h"

static void
expect(const char *text, const char *wanted)
{
	struct tn_buf split;

	tn_buf_init(&split, 4096);
	init_branches_split(text, &split);
	cr_assert_not_null(tn_buf_text(&split));
	cr_expect_str_eq(tn_buf_text(&split), wanted);
	tn_buf_done(&split);
}

Test(init_branches, a_clause_about_accounts_is_one_for_each_branch)
{
	expect("replace: olcAccess\n"
	       "olcAccess: to @PEOPLE@ attrs=cn\n  by a read\n  by * none\n"
	       "olcAccess: to * by * none\n",
	       "replace: olcAccess\n"
	       "olcAccess: to @PERSON@ attrs=cn\n  by a read\n  by * none\n"
	       "olcAccess: to @SERVICE@ attrs=cn\n  by a read\n  by * none\n"
	       "olcAccess: to * by * none\n");
}

Test(init_branches, the_last_line_may_have_no_end)
{
	expect("olcAccess: to @PEOPLE@ by * none\n",
	       "olcAccess: to @PERSON@ by * none\n"
	       "olcAccess: to @SERVICE@ by * none\n");
	expect("", "");
	expect("dn: x", "dn: x");
}

Test(init_branches, others_stay_as_they_are)
{
	static const char other[] =
	    "olcAccess: to dn.onelevel=\"x\"\n  by @PEOPLE@ read\n";

	expect(other, other);
}
