#include <criterion/criterion.h>

#include <string.h>

#include "init_reader.h"

static const char record[] =
    "dn: olcDatabase={3}mdb,cn=config\nchangetype: modify\n"
    "replace: olcAccess\n";

static void
expect(const char *clause, const char *wanted)
{
	struct tn_buf text;
	struct tn_buf capped;
	const char *got;

	tn_buf_init(&text, 4096);
	tn_buf_init(&capped, 4096);
	tn_buf_printf(&text, "%s%s", record, clause);
	init_reader_cap(tn_buf_text(&text), &capped);
	got = tn_buf_text(&capped);
	cr_assert_not_null(got);
	cr_expect_str_eq(got + strlen(record), wanted);
	tn_buf_done(&text);
	tn_buf_done(&capped);
}

Test(init_reader, every_right_to_write_becomes_one_to_read)
{
	expect("olcAccess: to attrs=cn by @A@ write by @B@ add\n"
	       "  by dnattr=x @C@ delete by self manage by * none\n",
	       "olcAccess: to attrs=cn by @A@ read by @B@ read\n"
	       "  by dnattr=x @C@ read by self read by * none\n");
}

Test(init_reader, a_right_to_add_oneself_is_one_to_write)
{
	expect("olcAccess: to attrs=x by self break by @A@ selfadd\n"
	       "  by selfadd selfwrite by @B@ realselfdelete by @C@ self=wr\n",
	       "olcAccess: to attrs=x by self break by @A@ selfread\n"
	       "  by selfadd selfread by @B@ realselfread by @C@ self=r\n");
}

Test(init_reader, letters_lose_what_writes)
{
	expect("olcAccess: to * by self =wx by @S@ =mw by anonymous auth\n",
	       "olcAccess: to * by self =x by @S@ =0 by anonymous auth\n");
}

Test(init_reader, what_is_quoted_or_named_so_stays)
{
	expect("olcAccess: to attrs=a val.regex=\"x write\n"
	       "  add y\" by write write by set=\"a & write\" break\n",
	       "olcAccess: to attrs=a val.regex=\"x write\n"
	       "  add y\" by write read by set=\"a & write\" break\n");
}

Test(init_reader, a_marked_clause_stays_and_the_next_does_not)
{
	expect("#anywhere\nolcAccess: to * by @A@ add\n"
	       "# a word add\nolcAccess: to * by @A@ add\n",
	       "#anywhere\nolcAccess: to * by @A@ add\n"
	       "# a word add\nolcAccess: to * by @A@ read\n");
}

Test(init_reader, a_mark_for_one_keeps_that_one_alone)
{
	expect("#anywhere @E@\n# why\nolcAccess: to * by @E@ write\n"
	       "  by @EE@ write by dnattr=b @E@ write\n",
	       "#anywhere @E@\n# why\nolcAccess: to * by @E@ write\n"
	       "  by @EE@ read by dnattr=b @E@ read\n");
}

Test(init_reader, other_databases_stay_as_they_are)
{
	expect("\ndn: olcDatabase={4}mdb,cn=config\nreplace: olcAccess\n"
	       "olcAccess: to * by @A@ add\n",
	       "\ndn: olcDatabase={4}mdb,cn=config\nreplace: olcAccess\n"
	       "olcAccess: to * by @A@ add\n");
}
