#include "lifecycle_samples.h"

#include <stdlib.h>

#include "base/attrs.h"

/* 工号,姓名,部门,岗位,状态,入职日期,离职日期 as Chinese Excel writes it. */
#define GB_HEADER                                                              \
	"\xb9\xa4\xba\xc5,\xd0\xd5\xc3\xfb,\xb2\xbf\xc3\xc5,\xb8\xda\xce\xbb," \
	"\xd7\xb4\xcc\xac,\xc8\xeb\xd6\xb0\xc8\xd5\xc6\xda,"                   \
	"\xc0\xeb\xd6\xb0\xc8\xd5\xc6\xda\r\n"
/* 100001,王小明,研发部,,在职,2019/9/23, */
#define GB_WANG                                                      \
	"100001,\xcd\xf5\xd0\xa1\xc3\xf7,\xd1\xd0\xb7\xa2\xb2\xbf,," \
	"\xd4\xda\xd6\xb0,2019/9/23,\r\n"
/* 100002,李娜,,,离职,,2025/12/31 */
#define GB_LI "100002,\xc0\xee\xc4\xc8,,,\xc0\xeb\xd6\xb0,,2025/12/31\r\n"

#define HEADER "工号,姓名,状态,部门\n"

static int
parse(const char *bytes, size_t len, struct roster **ret, struct tn_err *err)
{
	const struct tn_config config = sample_config();

	return roster_parse(bytes, len, &config, ret, err);
}

Test(roster, reads_what_chinese_excel_saves)
{
	static const char file[] = GB_HEADER GB_WANG GB_LI;
	struct tn_err err = TN_ERR_INIT;
	struct roster *roster = NULL;
	char day[TN_DAY_TEXT_MAX];

	cr_assert(!parse(file, sizeof(file) - 1, &roster, &err), "%s",
	          err.text);

	cr_expect_str_eq(roster->encoding, "GB18030");
	cr_expect_eq(roster->count, 2);
	cr_expect_eq(roster->present, 1);
	cr_expect_str_eq(roster->rows[0].name, "王小明");
	cr_expect_str_eq(roster->rows[0].department, "研发部");
	cr_expect_eq(roster->rows[0].status, ROSTER_PRESENT);
	tn_day_format(roster->rows[0].start_day, day);
	cr_expect_str_eq(day, "2019-09-23");
	cr_expect_eq(roster->rows[0].end_day, TN_DAY_NONE);
	cr_expect_eq(roster->rows[1].status, ROSTER_DEPARTED);
	cr_expect_eq(roster->rows[1].line, 3);
	cr_expect_eq(strlen(roster->sha256), 64);
	cr_expect_eq(roster_find(roster, "100002"), &roster->rows[1]);
	cr_expect_null(roster_find(roster, "100003"));
	roster_free(roster);
}

Test(roster, reads_utf8_with_and_without_bom_quotes_and_other_names)
{
	static const char *const files[] = {
		"\xEF\xBB\xBF" HEADER "A1,王小明,在职,研发部\n",
		HEADER "A1,王小明,在职,研发部\n",
		HEADER "\n\"A1\",\" 王小明 \",试用,\"研发部\"\r\n\r\n",
		"备注,员工编号,name,STATUS,部门\r\nx,A1,王小明,在职,研发部\r\n",
		HEADER "A1,王小明,在职,研发部\n,,,\n,,,\n",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(files); i++) {
		struct roster *roster = sample_roster(files[i]);

		cr_assert_eq(roster->count, 1, "file %zu", i);
		cr_expect_str_eq(roster->rows[0].staff_number, "A1");
		cr_expect_str_eq(roster->rows[0].name, "王小明");
		cr_expect_str_eq(roster->rows[0].department, "研发部");
		roster_free(roster);
	}
}

Test(roster, counts_lines_through_a_cell_that_holds_one)
{
	struct roster *roster =
	    sample_roster("备注," HEADER "\"a\nb\",A1,王小明,在职,研发部\n"
	                  "x,A2,李娜,在职,研发部\n");

	cr_expect_eq(roster->rows[0].line, 2);
	cr_expect_eq(roster->rows[1].line, 4);
	roster_free(roster);
}

/* DESIGN section 9, lifecycle-peers A and L: one line that says where, and
   no roster at all. */
Test(roster, refuses_a_damaged_file_and_says_where)
{
	static const struct {
		const char *name;
		const char *file;
		const char *words;
	} rows[] = {
		{ "empty", "", "nobody" },
		{ "header alone", HEADER, "nobody" },
		{ "missing column", "工号,姓名\nA1,王小明\n",
		  "line 1: the column 状态 is missing" },
		{ "column twice", "工号,姓名,状态,姓名\nA1,王小明,在职,x\n",
		  "姓名 is there twice" },
		{ "duplicate",
		  HEADER "A1,王小明,在职,\nA2,李娜,在职,\n"
		         "A1,王小明,在职,\n",
		  "line 4: staff number A1 stands in line 2" },
		{ "no number", HEADER ",王小明,在职,\n",
		  "line 2, column 工号" },
		{ "number as Excel rounds it", HEADER "1.0E+05,王小明,在职,\n",
		  "line 2, column 工号" },
		{ "digits in a name", HEADER "A1,王小明2,在职,\n",
		  "line 2, column 姓名" },
		{ "no status", HEADER "A1,王小明,,\n", "line 2, column 状态" },
		{ "unknown status", HEADER "A1,王小明,在,\n",
		  "line 2, column 状态" },
		{ "too few columns", HEADER "A1,王小明,在职\nA2,李娜,在职,\n",
		  "line 2 has 3 columns, the first has 4" },
		{ "too many columns", HEADER "A1,王小明,在职,a,b\n",
		  "line 2 has 5 columns" },
		{ "cut off in the last line", HEADER "A1,王小明,在职,\nA2,李娜",
		  "3, stops after 2 of 4" },
		{ "cut off in the last cell",
		  HEADER "A1,王小明,在职,\nA2,李娜,在职,研",
		  "the last line, 3, has no end: the file may be cut off" },
		{ "cut off in quotes", HEADER "A1,王小明,在职,\nA2,\"李娜",
		  "opened in line 3 is never closed" },
		{ "stray quote", HEADER "A1,王\"小明,在职,\n", "line 2" },
		{ "no date",
		  "工号,姓名,状态,入职日期\nA1,王小明,在职,2019-02-30\n",
		  "column 入职日期: \"2019-02-30\" is no date" },
		{ "end before start",
		  "工号,姓名,状态,入职日期,离职日期\n"
		  "A1,王小明,在职,2019-02-03,2018-02-03\n",
		  "is before the first day" },
		{ "lost characters", HEADER "A1,王\xEF\xBF\xBD明,在职,\n",
		  "line 2 holds U+FFFD" },
		{ "damaged UTF-8", HEADER "A1,王\xE5\xB0明,在职,\n",
		  "line 2 is not UTF-8" },
		{ "UTF-16",
		  "\xFF\xFE"
		  "a",
		  "UTF-16" },
		{ "a workbook", "PK\003\004....", "workbook" },
		{ "Latin-1", "num\xE9ro,nom\n1,Andr\xE9\n",
		  "line 2 is neither" },
		{ "half a character", GB_HEADER "100001,\xcd",
		  "line 2 ends within a character" },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct roster *roster = NULL;
		struct tn_err err = TN_ERR_INIT;
		int r =
		    parse(rows[i].file, strlen(rows[i].file), &roster, &err);

		cr_expect_eq(r, TN_E_INVALID, "%s", rows[i].name);
		cr_expect_null(roster, "%s", rows[i].name);
		cr_expect(strstr(err.text, rows[i].words), "%s: %s",
		          rows[i].name, err.text);
	}
}

Test(roster, refuses_a_nul_byte_and_an_endless_cell)
{
	static const char nul[] = HEADER "A1,\0王小明,在职,\n";
	struct tn_err err = TN_ERR_INIT;
	struct roster *roster = NULL;
	size_t len = ROSTER_CELL_MAX + 64;
	char *file = malloc(len + sizeof(HEADER));

	cr_expect_eq(parse(nul, sizeof(nul) - 1, &roster, &err), TN_E_INVALID);
	cr_assert_not_null(file);
	memcpy(file, HEADER, sizeof(HEADER) - 1);
	memset(file + sizeof(HEADER) - 1, 'a', len);
	cr_expect_eq(parse(file, len, &roster, &err), TN_E_LIMIT);
	cr_expect_null(roster);
	free(file);
}

Test(roster, names_the_file_in_the_message)
{
	const struct tn_config config = sample_config();
	struct tn_err err = TN_ERR_INIT;
	struct roster *roster = NULL;

	cr_expect_eq(roster_read("/nonexistent/r.csv", &config, &roster, &err),
	             TN_E_NOT_FOUND);
	cr_expect(strstr(err.text, "/nonexistent/r.csv"), "%s", err.text);
}
