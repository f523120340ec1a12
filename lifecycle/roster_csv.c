#include "roster.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct csv_state {
	roster_csv_row *row;
	void *arg;
	struct tn_err *err;
	size_t line;       /* physical line being fed */
	size_t row_line;   /* where this row began */
	bool last_is_open; /* the line being fed is the last, without end */
	bool ended;        /* a row ended: the next line begins one */
	size_t columns;    /* of the first row; 0 before */
	size_t count;
	size_t cells_len;
	char *cells[ROSTER_COLUMNS_MAX];
	int code; /* the first failure */
};

static void
drop_cells(struct csv_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++)
		free(state->cells[i]);
	state->count = 0;
}

static void
cell_found(void *data, size_t len, void *arg)
{
	struct csv_state *state = arg;
	char *cell;

	if (state->code)
		return;
	if (state->count == ROSTER_COLUMNS_MAX) {
		state->code = tn_fail(state->err, TN_E_LIMIT,
		                      "line %zu has more than %d columns",
		                      state->row_line, ROSTER_COLUMNS_MAX);
		return;
	}
	if (len > ROSTER_CELL_MAX) {
		state->code =
		    tn_fail(state->err, TN_E_LIMIT,
		            "line %zu, column %zu is longer than "
		            "%d bytes",
		            state->row_line, state->count + 1, ROSTER_CELL_MAX);
		return;
	}
	cell = malloc(len + 1);
	if (!cell) {
		state->code =
		    tn_fail(state->err, TN_E_NO_MEMORY, "out of memory");
		return;
	}
	if (len)
		memcpy(cell, data, len);
	cell[len] = '\0';
	tn_text_trim(cell);
	state->cells[state->count++] = cell;
}

/* Excel pads a sheet with lines of nothing but commas. */
static bool
is_blank(const struct csv_state *state)
{
	size_t i;

	for (i = 0; i < state->count; i++) {
		if (state->cells[i][0])
			return false;
	}
	return true;
}

static int
count_cells(struct csv_state *state, int end)
{
	if (!state->columns)
		state->columns = state->count;
	if (state->count == state->columns)
		return TN_OK;
	if (end == -1 && state->count < state->columns)
		return tn_fail(state->err, TN_E_INVALID,
		               "the last line, %zu, stops after %zu of %zu "
		               "columns: the file is cut off",
		               state->row_line, state->count, state->columns);
	return tn_fail(state->err, TN_E_INVALID,
	               "line %zu has %zu columns, the first has %zu",
	               state->row_line, state->count, state->columns);
}

/* end  the character that ended the row, or -1: the file ended. */
static void
row_found(int end, void *arg)
{
	struct csv_state *state = arg;

	if (!state->code && !(state->columns && end != -1 && is_blank(state)))
		state->code = count_cells(state, end);
	if (!state->code && !is_blank(state))
		state->code = state->row(state->row_line,
		                         (const char *const *)state->cells,
		                         state->count, state->arg, state->err);
	/* Half a date is no date: say what it probably is. */
	if (end == -1 && state->code == TN_E_INVALID && state->err &&
	    state->row_line > 1 && !strstr(state->err->text, "cut off"))
		tn_context(state->err, "the last line has no end: the file "
		                       "may be cut off");
	drop_cells(state);
	state->ended = true;
}

int
roster_csv(const char *text, size_t len, roster_csv_row *row, void *arg,
           struct tn_err *err)
{
	struct csv_state state = {
		.row = row,
		.arg = arg,
		.err = err,
		.ended = true,
	};
	struct csv_parser parser;
	size_t at = 0;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	/* Fed line by line, so that messages know where they are. */
	while (at < len && !state.code) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - text) + 1 - at : len - at;

		state.line++;
		if (state.ended) {
			state.row_line = state.line;
			state.ended = false;
		}
		if (csv_parse(&parser, text + at, n, cell_found, row_found,
		              &state) != n &&
		    !state.code)
			state.code = tn_fail(err, TN_E_INVALID,
			                     "line %zu: a quotation mark "
			                     "stands where none may",
			                     state.line);
		/* The end of a blank line is not reported. */
		if (!state.count && !state.ended &&
		    state.row_line == state.line && n <= 2 &&
		    (text[at] == '\n' || text[at] == '\r'))
			state.ended = true;
		at += n;
	}
	if (!state.code && csv_fini(&parser, cell_found, row_found, &state) &&
	    !state.code)
		state.code = tn_fail(err, TN_E_INVALID,
		                     "the quotation mark opened in line %zu "
		                     "is never closed: the file is cut off",
		                     state.row_line);
	/* A cell may be cut as well as a line, and still be one: the only sign
	   of it is the line end that is missing. */
	if (!state.code && len && text[len - 1] != '\n' &&
	    text[len - 1] != '\r')
		state.code = tn_fail(err, TN_E_INVALID,
		                     "the last line, %zu, has no end: the file "
		                     "may be cut off; save it again from the "
		                     "spreadsheet",
		                     state.row_line);
	drop_cells(&state);
	csv_free(&parser);
	return state.code;
}
