#include "roster.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/account.h"
#include "account/serve_rule.h"
#include "base/attrs.h"
#include "base/day.h"
#include "base/file.h"
#include "base/text.h"
#include "base/hash_table.h"
#include "secret/sealed_box.h"

enum column {
	COLUMN_STAFF_NUMBER,
	COLUMN_NAME,
	COLUMN_STATUS,
	COLUMN_DEPARTMENT,
	COLUMN_POST,
	COLUMN_START,
	COLUMN_END,
	COLUMN_COUNT,
};

#define COLUMN_ABSENT SIZE_MAX
#define REQUIRED_LAST COLUMN_STATUS

/* What else HR systems call them; the configured name comes first. */
static const char *const aliases[COLUMN_COUNT][5] = {
	[COLUMN_STAFF_NUMBER] = { "员工编号", "职工号", "人员编号",
	                          "staff_number" },
	[COLUMN_NAME] = { "员工姓名", "真实姓名", "name" },
	[COLUMN_STATUS] = { "在职状态", "员工状态", "人员状态", "status" },
	[COLUMN_DEPARTMENT] = { "所属部门", "部门名称", "department" },
	[COLUMN_POST] = { "职位", "职务", "post" },
	[COLUMN_START] = { "入职时间", "入职日", "start" },
	[COLUMN_END] = { "离职时间", "离职日", "end" },
};

/* Finds a row by its number. */
struct roster_index {
	const char *staff_number; /* the row's */
	size_t at;
	UT_hash_handle hh;
};

struct reader {
	const struct tn_config *config;
	const char *names[COLUMN_COUNT]; /* as configured */
	size_t at[COLUMN_COUNT];         /* index of the cell, or ABSENT */
	bool has_header;
	size_t room;
	struct roster *roster;
};

static bool
is_named(const char *cell, enum column column, const char *configured)
{
	size_t i;

	if (!strcasecmp(cell, configured))
		return true;
	for (i = 0; i < TN_ARRAY_LEN(aliases[0]); i++) {
		if (aliases[column][i] && !strcasecmp(cell, aliases[column][i]))
			return true;
	}
	return false;
}

static int
read_header(struct reader *reader, size_t line, const char *const *cells,
            size_t count, struct tn_err *err)
{
	int column;
	size_t i;

	for (column = 0; column < COLUMN_COUNT; column++) {
		reader->at[column] = COLUMN_ABSENT;
		for (i = 0; i < count; i++) {
			if (!is_named(cells[i], (enum column)column,
			              reader->names[column]))
				continue;
			if (reader->at[column] != COLUMN_ABSENT)
				return tn_fail(err, TN_E_INVALID,
				               "line %zu: the column %s is "
				               "there twice",
				               line, reader->names[column]);
			reader->at[column] = i;
		}
		/* cppcheck-suppress arrayIndexThenCheck; not a bound */
		if (reader->at[column] == COLUMN_ABSENT &&
		    column <= REQUIRED_LAST)
			return tn_fail(err, TN_E_INVALID,
			               "line %zu: the column %s is missing "
			               "(it begins: %.60s)",
			               line, reader->names[column], cells[0]);
	}
	reader->has_header = true;
	return TN_OK;
}

/* The values of status_present and status_departed may be several, separated
   by '|': 在职|试用. */
static bool
is_one_of(const char *word, const char *list)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, "|");

		if (n == len && !strncmp(list, word, n))
			return true;
		list += n;
		list += *list == '|';
	}
	return false;
}

static int
bad_cell(const struct reader *reader, size_t line, enum column column,
         const char *value, const char *why, struct tn_err *err)
{
	return tn_fail(err, TN_E_INVALID, "line %zu, column %s: \"%.80s\" %s",
	               line, reader->names[column], value, why);
}

static const char *
cell(const struct reader *reader, const char *const *cells, enum column column)
{
	return reader->at[column] == COLUMN_ABSENT ? ""
	                                           : cells[reader->at[column]];
}

static int
read_day(const struct reader *reader, size_t line, const char *const *cells,
         enum column column, int32_t *ret, struct tn_err *err)
{
	const char *text = cell(reader, cells, column);

	*ret = TN_DAY_NONE;
	if (!*text)
		return TN_OK;
	if (tn_day_parse(text, ret, NULL))
		return bad_cell(reader, line, column, text,
		                "is no date (2026-11-30)", err);
	return TN_OK;
}

static int
check_text(const struct reader *reader, size_t line, const char *const *cells,
           enum column column, size_t max, struct tn_err *err)
{
	const char *text = cell(reader, cells, column);

	if (strlen(text) > max)
		return bad_cell(reader, line, column, text, "is too long", err);
	if (tn_text_has_control(text))
		return bad_cell(reader, line, column, text,
		                "holds a control character", err);
	return TN_OK;
}

static int
check_row(struct reader *reader, size_t line, const char *const *cells,
          struct roster_row *row, struct tn_err *err)
{
	const char *number = cell(reader, cells, COLUMN_STAFF_NUMBER);
	const char *name = cell(reader, cells, COLUMN_NAME);
	const char *status = cell(reader, cells, COLUMN_STATUS);
	int r;

	if (!tn_staff_number_is_valid(number))
		return bad_cell(reader, line, COLUMN_STAFF_NUMBER, number,
		                "is no staff number", err);
	if (!tn_real_name_is_valid(name))
		return bad_cell(reader, line, COLUMN_NAME, name,
		                "is no real name (UM-5.3)", err);
	if (is_one_of(status, reader->config->status_present))
		row->status = ROSTER_PRESENT;
	else if (is_one_of(status, reader->config->status_departed))
		row->status = ROSTER_DEPARTED;
	else
		return bad_cell(reader, line, COLUMN_STATUS, status,
		                "is no known status", err);
	if ((r = check_text(reader, line, cells, COLUMN_DEPARTMENT,
	                    TN_DEPARTMENT_MAX, err)) ||
	    (r = check_text(reader, line, cells, COLUMN_POST, ROSTER_POST_MAX,
	                    err)) ||
	    (r = read_day(reader, line, cells, COLUMN_START, &row->start_day,
	                  err)) ||
	    (r = read_day(reader, line, cells, COLUMN_END, &row->end_day, err)))
		return r;
	if (row->start_day != TN_DAY_NONE && row->end_day != TN_DAY_NONE &&
	    row->end_day < row->start_day)
		return bad_cell(reader, line, COLUMN_END,
		                cell(reader, cells, COLUMN_END),
		                "is before the first day", err);
	return TN_OK;
}

/* Put the last row into the index. */
static int
remember(struct roster *roster, struct tn_err *err)
{
	const struct roster_row *row = &roster->rows[roster->count - 1];
	struct roster_index *entry = NULL;

	HASH_FIND_STR(roster->index, row->staff_number, entry);
	if (entry)
		return tn_fail(err, TN_E_INVALID,
		               "line %zu: staff number %s stands in line %zu "
		               "already",
		               row->line, row->staff_number,
		               roster->rows[entry->at].line);
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	entry->staff_number = row->staff_number;
	entry->at = roster->count - 1;
	HASH_ADD_KEYPTR(hh, roster->index, entry->staff_number,
	                strlen(entry->staff_number), entry);
	if (TN_HASH_LOST(hh, entry)) {
		free(entry);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	return TN_OK;
}

static int
make_room(struct reader *reader, struct tn_err *err)
{
	struct roster *roster = reader->roster;
	struct roster_row *rows;
	size_t room;

	if (roster->count < reader->room)
		return TN_OK;
	if (roster->count >= ROSTER_ROWS_MAX)
		return tn_fail(err, TN_E_LIMIT, "it has more than %d rows",
		               ROSTER_ROWS_MAX);
	room = reader->room ? reader->room * 2 : 256;
	rows = reallocarray(roster->rows, room, sizeof(*rows));
	if (!rows)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	roster->rows = rows;
	reader->room = room;
	return TN_OK;
}

static int
read_row(size_t line, const char *const *cells, size_t count, void *arg,
         struct tn_err *err)
{
	struct reader *reader = arg;
	struct roster *roster = reader->roster;
	struct roster_row row = { .line = line };
	int r;

	if (!reader->has_header)
		return read_header(reader, line, cells, count, err);
	if ((r = check_row(reader, line, cells, &row, err)) ||
	    (r = make_room(reader, err)))
		return r;
	row.staff_number = strdup(cell(reader, cells, COLUMN_STAFF_NUMBER));
	row.name = strdup(cell(reader, cells, COLUMN_NAME));
	row.department = strdup(cell(reader, cells, COLUMN_DEPARTMENT));
	row.post = strdup(cell(reader, cells, COLUMN_POST));
	/* Owned by the roster from here, also when half of it is there. */
	roster->rows[roster->count++] = row;
	if (!row.staff_number || !row.name || !row.department || !row.post)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	roster->present += row.status == ROSTER_PRESENT;
	return remember(roster, err);
}

int
roster_parse(const char *bytes, size_t len, const struct tn_config *config,
             struct roster **ret, struct tn_err *err)
{
	struct reader reader = {
		.config = config,
		.names = {
			[COLUMN_STAFF_NUMBER] = config->column_staff_number,
			[COLUMN_NAME] = config->column_name,
			[COLUMN_STATUS] = config->column_status,
			[COLUMN_DEPARTMENT] = config->column_department,
			[COLUMN_POST] = config->column_post,
			[COLUMN_START] = config->column_start,
			[COLUMN_END] = config->column_end,
		},
	};
	char *text = NULL;
	size_t text_len = 0;
	int r;

	reader.roster = calloc(1, sizeof(*reader.roster));
	if (!reader.roster)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	if ((r = roster_decode(bytes, len, &text, &text_len,
	                       &reader.roster->encoding, err)) ||
	    (r = roster_csv(text, text_len, read_row, &reader, err)))
		goto out;
	if (!reader.roster->count) {
		r = tn_fail(err, TN_E_INVALID, "it lists nobody");
		goto out;
	}
	tn_sha256_hex(bytes, len, reader.roster->sha256);
	*ret = reader.roster;
	reader.roster = NULL;
out:
	roster_free(reader.roster);
	free(text);
	return r;
}

int
roster_read(const char *path, const struct tn_config *config,
            struct roster **ret, struct tn_err *err)
{
	char *bytes = NULL;
	size_t len = 0;
	int r;

	r = tn_file_read(path, ROSTER_BYTES_MAX, &bytes, &len, err);
	if (!r) {
		r = roster_parse(bytes, len, config, ret, err);
		if (r)
			tn_context(err, "roster %s", path);
	}
	free(bytes);
	return r;
}

void
roster_free(struct roster *roster)
{
	struct roster_index *entry;
	struct roster_index *next;
	size_t i;

	if (!roster)
		return;
	HASH_ITER(hh, roster->index, entry, next)
	{
		HASH_DEL(roster->index, entry);
		free(entry);
	}
	for (i = 0; i < roster->count; i++) {
		free(roster->rows[i].staff_number);
		free(roster->rows[i].name);
		free(roster->rows[i].department);
		free(roster->rows[i].post);
	}
	free(roster->rows);
	free(roster);
}

const struct roster_row *
roster_find(const struct roster *roster, const char *staff_number)
{
	struct roster_index *entry = NULL;

	HASH_FIND_STR(roster->index, staff_number, entry);
	return entry ? &roster->rows[entry->at] : NULL;
}
