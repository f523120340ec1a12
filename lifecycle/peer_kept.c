#include "peer_kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/file.h"
#include "peer_reports.h"

#define FILE_MAX       ((size_t)256 << 20)
#define ATTRIBUTES_MAX 8

static int
no_memory(struct tn_err *err)
{
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

int
peer_kept_read(const char *path, const char *uri, struct peer_kept *ret,
               struct tn_err *err)
{
	char *text = NULL;
	size_t len = 0;
	const char *server;
	const char *heard;
	const char *why;
	int r;

	*ret = (struct peer_kept){ .heard = TN_TIME_NONE, .why = "" };
	r = tn_file_read(path, FILE_MAX, &text, &len, err);
	if (r == TN_E_NOT_FOUND)
		return TN_OK;
	if (r)
		return r;
	ret->root = json_loadb(text, len, 0, NULL);
	free(text);
	server = json_string_value(json_object_get(ret->root, "server"));
	heard = json_string_value(json_object_get(ret->root, "heard"));
	why = json_string_value(json_object_get(ret->root, "why"));
	if (!server || !why ||
	    (heard && tn_rfc3339_parse(heard, &ret->heard, NULL))) {
		peer_kept_done(ret);
		return tn_fail(err, TN_E_DAMAGED, "%s is damaged", path);
	}
	if (strcmp(server, uri)) {
		peer_kept_done(ret);
		return TN_OK;
	}
	ret->why = why;
	return TN_OK;
}

void
peer_kept_done(struct peer_kept *kept)
{
	json_decref(kept->root);
	*kept = (struct peer_kept){ .heard = TN_TIME_NONE, .why = "" };
}

static int
hand_out(json_t *report, tn_search_found *found, void *arg, struct tn_err *err)
{
	struct tn_attribute attributes[ATTRIBUTES_MAX];
	struct tn_value *values[ATTRIBUTES_MAX] = { NULL };
	struct tn_entry entry = { .dn = "", .attributes = attributes };
	const char *name;
	json_t *array;
	size_t i;
	int r = TN_OK;

	json_object_foreach(report, name, array)
	{
		const size_t count = json_array_size(array);
		struct tn_value *of;

		if (!strcmp(name, "dn") && json_string_value(array)) {
			entry.dn = json_string_value(array);
			continue;
		}
		if (!count || entry.count == ATTRIBUTES_MAX)
			continue;
		of = calloc(count, sizeof(*of));
		if (!of) {
			r = no_memory(err);
			break;
		}
		for (i = 0; i < count; i++) {
			const json_t *value = json_array_get(array, i);

			of[i].data = json_is_string(value)
			                 ? json_string_value(value)
			                 : "";
			of[i].len = strlen(of[i].data);
		}
		values[entry.count] = of;
		attributes[entry.count++] =
		    (struct tn_attribute){ name, count, of };
	}
	if (!r && entry.count)
		r = found(&entry, arg, err);
	for (i = 0; i < entry.count; i++)
		free(values[i]);
	return r;
}

int
peer_kept_each(const struct peer_kept *kept, tn_search_found *found, void *arg,
               struct tn_err *err)
{
	const json_t *reports = json_object_get(kept->root, "reports");
	size_t i;
	int r = TN_OK;

	for (i = 0; i < json_array_size(reports) && !r; i++)
		r = hand_out(json_array_get(reports, i), found, arg, err);
	return r;
}

/* A host may have written bytes that are no text: those are left out, as every
   reader passes over them. */
int
peer_kept_add(const struct tn_entry *entry, void *array, struct tn_err *err)
{
	const struct tn_value *values;
	json_t *report = json_pack("{s:s}", "dn", entry->dn);
	size_t count;
	size_t i;
	size_t k;

	for (i = 0; report && peer_report_attributes[i]; i++) {
		json_t *list = json_array();

		values =
		    tn_entry_values(entry, peer_report_attributes[i], &count);
		for (k = 0; k < count; k++) {
			json_t *text =
			    json_stringn(values[k].data, values[k].len);

			if (text && strlen(values[k].data) == values[k].len)
				json_array_append(list, text);
			json_decref(text);
		}
		if (json_object_set_new(report, peer_report_attributes[i],
		                        list)) {
			json_decref(report);
			report = NULL;
		}
	}
	if (!report || json_array_append_new(array, report))
		return no_memory(err);
	return TN_OK;
}

int
peer_kept_save(const char *path, const char *uri, int64_t heard,
               const char *why, json_t *reports, gid_t gid, struct tn_err *err)
{
	char time_text[TN_RFC3339_TEXT_MAX];
	json_t *root;
	char *text;
	int r;

	tn_rfc3339_format(heard, time_text);
	root = json_pack("{s:s, s:o, s:s, s:O}", "server", uri, "heard",
	                 heard == TN_TIME_NONE ? json_null()
	                                       : json_string(time_text),
	                 "why", why, "reports", reports);
	text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	if (!text)
		return no_memory(err);
	r = tn_file_save(path, text, strlen(text), 0640, (uid_t)-1, gid, err);
	free(text);
	return r;
}
