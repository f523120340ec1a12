/* Three configurations become one: whose change counts, and what is refused. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "upgrade_merge.h"

#define TOP "dn: cn=config\nobjectClass: olcGlobal\ncn: config\n"
#define DB                                                          \
	"\ndn: olcDatabase={1}mdb,cn=config\nolcDatabase: {1}mdb\n" \
	"olcSuffix: dc=a\n"
#define UNIQUE                                                      \
	"\ndn: olcOverlay={0}unique,olcDatabase={1}mdb,cn=config\n" \
	"olcOverlay: {0}unique\nolcUniqueURI: ldap:///?uid?sub\n"
#define LOG                                                            \
	"\ndn: olcOverlay={1}accesslog,olcDatabase={1}mdb,cn=config\n" \
	"olcOverlay: {1}accesslog\n"

struct outcome {
	char text[8192];
	char *said;
	struct upgrade_notes notes;
};

static void
parse(const char *text, struct ldif_tree *ret)
{
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(ldif_tree_parse(text, ret, &err), TN_OK, "%s", err.text);
	cr_assert_eq(ldif_tree_index(ret, &err), TN_OK);
}

static struct outcome
merge(const char *base, const char *live, const char *shipped)
{
	static struct ldif_tree b, l, s, made;
	struct outcome ret = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf text;
	size_t size;

	parse(base, &b);
	parse(live, &l);
	parse(shipped, &s);
	ret.notes.out = open_memstream(&ret.said, &size);
	cr_assert_eq(upgrade_merge(&b, &l, &s, &made, &ret.notes, &err), TN_OK,
	             "%s", err.text);
	fclose(ret.notes.out);
	tn_buf_init(&text, sizeof(ret.text));
	ldif_tree_put(&made, &text);
	snprintf(ret.text, sizeof(ret.text), "%s", tn_buf_text(&text));
	tn_buf_done(&text);
	ldif_tree_done(&b);
	ldif_tree_done(&l);
	ldif_tree_done(&s);
	ldif_tree_done(&made);
	return ret;
}

static void
assert_has(const struct outcome *outcome, const char *text)
{
	cr_assert(strstr(outcome->text, text), "no \"%s\" in:\n%s", text,
	          outcome->text);
}

Test(upgrade_merge, what_nobody_changed_is_no_change)
{
	struct outcome made =
	    merge(TOP DB UNIQUE, TOP DB UNIQUE, TOP DB UNIQUE);

	cr_expect_eq(made.notes.changes, 0, "%s", made.said);
	cr_expect_eq(made.notes.kept, 0);
	free(made.said);
}

Test(upgrade_merge, whose_change_it_is)
{
	static const struct {
		const char *what, *base, *live, *shipped, *wanted;
		size_t changes, kept, conflicts;
	} rows[] = {
		{ "ours", "olcThreads: 1\n", "olcThreads: 1\n",
		  "olcThreads: 2\n", "olcThreads: 2\n", 1, 0, 0 },
		{ "theirs", "olcThreads: 1\n", "olcThreads: 3\n",
		  "olcThreads: 1\n", "olcThreads: 3\n", 0, 1, 0 },
		{ "a size of theirs and ours", "olcThreads: 1\n",
		  "olcThreads: 3\n", "olcThreads: 2\n", "olcThreads: 3\n", 0, 1,
		  0 },
		{ "an access rule of theirs and ours", "olcAccess: {0}a\n",
		  "olcAccess: {0}a\nolcAccess: {1}b\n", "olcAccess: {0}c\n",
		  "olcAccess: {0}a\nolcAccess: {1}b\n", 0, 0, 1 },
		{ "an access rule of theirs alone", "olcAccess: {0}a\n",
		  "olcAccess: {0}a\nolcAccess: {1}b\n", "olcAccess: {0}a\n",
		  "olcAccess: {0}a\nolcAccess: {1}b\n", 0, 1, 0 },
		{ "another order of access rules",
		  "olcAccess: {0}a\nolcAccess: {1}b\n",
		  "olcAccess: {0}b\nolcAccess: {1}a\n",
		  "olcAccess: {0}a\nolcAccess: {1}c\n", "olcAccess: {0}b\n", 0,
		  0, 1 },
		{ "both the same", "olcAccess: {0}a\n", "olcAccess: {0}b\n",
		  "olcAccess: {0}b\n", "olcAccess: {0}b\n", 0, 0, 0 },
		{ "an index of theirs and one of ours", "olcDbIndex: uid eq\n",
		  "olcDbIndex: uid eq\nolcDbIndex: mail eq\n",
		  "olcDbIndex: uid eq\nolcDbIndex: cn eq\n",
		  "olcDbIndex: uid eq\nolcDbIndex: cn eq\nolcDbIndex: mail "
		  "eq\n",
		  1, 1, 0 },
		{ "an index that was lost", "olcDbIndex: uid eq\n", "",
		  "olcDbIndex: uid eq\nolcDbIndex: cn eq\n",
		  "olcDbIndex: uid eq\nolcDbIndex: cn eq\n", 2, 0, 0 },
		{ "a limit of theirs comes first", "olcLimits: {0}x size=1\n",
		  "olcLimits: {0}y size=9\nolcLimits: {1}x size=1\n",
		  "olcLimits: {0}x size=2\n",
		  "olcLimits: {0}y size=9\nolcLimits: {1}x size=2\n", 1, 1, 0 },
		{ "a type that grew, beside one of theirs",
		  "olcObjectClasses: {0}( t:1 NAME 'a' )\n",
		  "olcObjectClasses: {0}( t:1 NAME 'a' )\n"
		  "olcObjectClasses: {1}( 1.2 NAME 'z' )\n",
		  "olcObjectClasses: {0}( t:1 NAME 'a' MAY x )\n",
		  "olcObjectClasses: {0}( t:1 NAME 'a' MAY x )\n"
		  "olcObjectClasses: {1}( 1.2 NAME 'z' )\n",
		  1, 1, 0 },
		{ "a type that both changed",
		  "olcObjectClasses: {0}( t:1 a )\n",
		  "olcObjectClasses: {0}( t:1 b )\n",
		  "olcObjectClasses: {0}( t:1 c )\n",
		  "olcObjectClasses: {0}( t:1 b )\n", 0, 0, 1 },
	};
	char text[3][1024];
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct outcome made;

		snprintf(text[0], 1024, TOP DB "%s", rows[i].base);
		snprintf(text[1], 1024, TOP DB "%s", rows[i].live);
		snprintf(text[2], 1024, TOP DB "%s", rows[i].shipped);
		made = merge(text[0], text[1], text[2]);
		cr_expect(strstr(made.text, rows[i].wanted), "%s:\n%s",
		          rows[i].what, made.text);
		cr_expect_eq(made.notes.changes, rows[i].changes, "%s: %s",
		             rows[i].what, made.said);
		cr_expect_eq(made.notes.kept, rows[i].kept, "%s: %s",
		             rows[i].what, made.said);
		cr_expect_eq(made.notes.conflicts, rows[i].conflicts, "%s: %s",
		             rows[i].what, made.said);
		free(made.said);
	}
}

Test(upgrade_merge, a_lost_overlay_comes_back)
{
	struct outcome made = merge(TOP DB UNIQUE, TOP DB, TOP DB UNIQUE);

	assert_has(&made, "olcOverlay={0}unique");
	cr_expect(strstr(made.said, "lost, put back"), "%s", made.said);
	free(made.said);
}

Test(upgrade_merge, an_overlay_is_known_by_its_name_not_its_number)
{
	static const char moved[] =
	    TOP DB "\ndn: olcOverlay={0}mine,olcDatabase={1}mdb,cn=config\n"
	           "olcOverlay: {0}mine\n"
	           "\ndn: olcOverlay={1}unique,olcDatabase={1}mdb,cn=config\n"
	           "olcOverlay: {1}unique\nolcUniqueURI: ldap:///?uid?sub\n";
	struct outcome made = merge(TOP DB UNIQUE, moved, TOP DB UNIQUE LOG);

	assert_has(&made, "dn: olcOverlay={0}unique,");
	assert_has(&made, "dn: olcOverlay={1}accesslog,");
	assert_has(&made, "dn: olcOverlay={2}mine,olcDatabase={1}mdb,cn=config"
	                  "\nolcOverlay: {2}mine\n");
	free(made.said);
}

Test(upgrade_merge, a_database_is_known_by_its_suffix)
{
	static const char then[] =
	    TOP "\ndn: olcDatabase={1}mdb,cn=config\nolcDatabase: {1}mdb\n"
	        "olcSuffix: dc=a\nolcDbMaxSize: 1\n";
	static const char now[] =
	    TOP "\ndn: olcDatabase={1}mdb,cn=config\nolcDatabase: {1}mdb\n"
	        "olcSuffix: ou=new,dc=a\n"
	        "\ndn: olcDatabase={2}mdb,cn=config\nolcDatabase: {2}mdb\n"
	        "olcSuffix: dc=a\nolcDbMaxSize: 1\n";
	static const char live[] =
	    TOP "\ndn: olcDatabase={1}mdb,cn=config\nolcDatabase: {1}mdb\n"
	        "olcSuffix: dc=a\nolcDbMaxSize: 5\n"
	        "\ndn: olcDatabase={2}mdb,cn=config\nolcDatabase: {2}mdb\n"
	        "olcSuffix: dc=mine\n"
	        "\ndn: olcOverlay={0}unique,olcDatabase={2}mdb,cn=config\n"
	        "olcOverlay: {0}unique\n";
	struct outcome made = merge(then, live, now);

	assert_has(&made, "{2}mdb,cn=config\nolcDatabase: {2}mdb\n"
	                  "olcSuffix: dc=a\nolcDbMaxSize: 5\n");
	assert_has(&made, "{3}mdb,cn=config\nolcDatabase: {3}mdb\n"
	                  "olcSuffix: dc=mine\n");
	assert_has(&made,
	           "dn: olcOverlay={0}unique,olcDatabase={3}mdb,cn=config");
	free(made.said);
}

Test(upgrade_merge, what_is_no_ldif_is_refused)
{
	static const char *const texts[] = { "objectClass: a\n",
		                             "dn: a\nnonsense\n",
		                             "dn:: YQ==\na: b\n" };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(texts); i++) {
		struct ldif_tree tree = { 0 };
		struct tn_err err = TN_ERR_INIT;

		cr_expect_eq(ldif_tree_parse(texts[i], &tree, &err),
		             TN_E_INVALID, "%s", texts[i]);
		ldif_tree_done(&tree);
	}
}
