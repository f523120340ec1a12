/* HR's file: bytes in any encoding, CSV, rows. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "base/text.h"
#include "roster.h"

static struct tn_config *config;

static void
expect_cell(const char *cell)
{
	FUZZ_EXPECT(cell != NULL && tn_text_is_utf8(cell, strlen(cell)) &&
	            !tn_text_has_control(cell));
}

static void
expect_roster(const struct roster *roster)
{
	size_t present = 0;
	size_t i;

	FUZZ_EXPECT(roster->count <= ROSTER_ROWS_MAX);
	FUZZ_EXPECT(strlen(roster->sha256) == 64);
	for (i = 0; i < roster->count; i++) {
		const struct roster_row *row = &roster->rows[i];

		expect_cell(row->staff_number);
		expect_cell(row->name);
		expect_cell(row->department);
		expect_cell(row->post);
		FUZZ_EXPECT(row->staff_number[0] != '\0' &&
		            row->name[0] != '\0');
		/* The key is one row's. */
		FUZZ_EXPECT(roster_find(roster, row->staff_number) == row);
		FUZZ_EXPECT(row->status == ROSTER_PRESENT ||
		            row->status == ROSTER_DEPARTED);
		present += row->status == ROSTER_PRESENT;
	}
	FUZZ_EXPECT(present == roster->present);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct roster *roster = NULL;
	struct tn_err err = TN_ERR_INIT;
	int rc;

	if (config == NULL)
		FUZZ_EXPECT(tn_config_parse("", "", &config, NULL) == TN_OK);
	rc = roster_parse((const char *)data, size, config, &roster, &err);
	FUZZ_EXPECT(rc == TN_OK || rc == TN_E_INVALID || rc == TN_E_LIMIT);
	if (rc == TN_OK)
		expect_roster(roster);
	else
		FUZZ_EXPECT(err.text[0] != '\0');
	roster_free(roster);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const char *const texts[] = {
		"工号,姓名,状态\nE1,王小明,在职\nE2,李四,离职\n",
		"\xef\xbb\xbf工号,姓名,状态,部门,岗位,入职日期,离职日期\r\n"
		"E1,\"王,小明\",在职,\"财\"\"务\",会计,2020-01-01,\r\n"
		"E2,李四,离职,财务,,2020/1/1,2026年1月31日\r\n",
		/* The first again, in GB18030. */
		"\xb9\xa4\xba\xc5,\xd0\xd5\xc3\xfb,\xd7\xb4\xcc\xac\n"
		"E1,\xcd\xf5\xd0\xa1\xc3\xf7,\xd4\xda\xd6\xb0\n"
		"E2,\x81\x30\x81\x30\xc0\xee,\xc0\xeb\xd6\xb0\n",
		"工号,姓名,状态\nE1,王小明,在职",
		"工号,姓名,状态\n\nE1,\"王小明,在职\n",
	};

	return fuzz_seed_text(texts, TN_ARRAY_LEN(texts), number, data, room);
}
