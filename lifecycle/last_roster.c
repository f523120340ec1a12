#include "last_roster.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/file.h"

#define RECORD_MAX 4096

int
last_roster_read(const char *path, size_t *ret_present, struct tn_err *err)
{
	const json_t *present;
	json_t *record;
	char *text = NULL;
	size_t len = 0;
	int r;

	r = tn_file_read_trusted(path, RECORD_MAX, false, &text, &len, err);
	if (r == TN_E_NOT_FOUND) {
		*ret_present = 0;
		return TN_OK;
	}
	if (r)
		return r;
	record = json_loadb(text, len, 0, NULL);
	present = json_object_get(record, "present");
	if (json_is_integer(present) && json_integer_value(present) >= 0)
		*ret_present = (size_t)json_integer_value(present);
	else
		r = tn_fail(err, TN_E_DAMAGED,
		            "%s is damaged: the roster cannot be measured "
		            "against the last one",
		            path);
	json_decref(record);
	free(text);
	return r;
}

int
last_roster_save(const char *path, const struct roster *roster, int64_t now,
                 struct tn_err *err)
{
	char time_text[TN_RFC3339_TEXT_MAX];
	json_t *record;
	char *text;
	int r;

	tn_rfc3339_format(now, time_text);
	record = json_pack("{s:s, s:I, s:I, s:s}", "sha256", roster->sha256,
	                   "rows", (json_int_t)roster->count, "present",
	                   (json_int_t)roster->present, "accepted", time_text);
	text = json_dumps(record, JSON_INDENT(1));
	json_decref(record);
	if (!text)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	r = tn_file_save(path, text, strlen(text), 0644, (uid_t)-1, (gid_t)-1,
	                 err);
	free(text);
	return r;
}
