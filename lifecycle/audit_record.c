#include "audit_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/file.h"

#define RECORD_MAX  4096
#define REPORT_TEXT AUDIT_DIR "/report.txt"
#define REPORT_JSON AUDIT_DIR "/report.json"
#define FILE_MODE   0640 /* names of people */

static int
no_memory(struct tn_err *err)
{
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

static int
save(const char *path, const char *text, struct tn_err *err)
{
	return tn_file_save(path, text, strlen(text), FILE_MODE, (uid_t)-1,
	                    (gid_t)-1, err);
}

static bool
read_size(const json_t *object, const char *name, size_t *ret)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret = (size_t)json_integer_value(value);
	return true;
}

int
audit_record_read(const char *path, struct audit_record *ret,
                  struct tn_err *err)
{
	struct audit_record record = { .finished = TN_TIME_NONE };
	const char *finished;
	json_t *findings;
	bool is_sound;
	char *text = NULL;
	size_t len = 0;
	json_t *root;
	size_t i;
	int r;

	r = tn_file_read(path, RECORD_MAX, &text, &len, err);
	if (r)
		return r;
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	findings = json_object_get(root, "findings");
	finished = json_string_value(json_object_get(root, "finished"));
	record.is_braked = json_is_true(json_object_get(root, "braked"));
	is_sound = finished &&
	           !tn_rfc3339_parse(finished, &record.finished, NULL) &&
	           read_size(root, "new", &record.fresh) &&
	           read_size(root, "resolved", &record.resolved) &&
	           read_size(root, "present", &record.present) &&
	           read_size(root, "requested", &record.requested) &&
	           read_size(root, "failed", &record.failed);
	for (i = 0; i < AUDIT_SEVERITIES && is_sound; i++)
		is_sound = read_size(
		    findings, finding_severity_text((enum finding_severity)i),
		    &record.findings[i]);
	json_decref(root);
	if (!is_sound)
		return tn_fail(err, TN_E_DAMAGED, "%s is damaged", path);
	*ret = record;
	return TN_OK;
}

int
audit_record_save(const char *path, const struct audit_record *record,
                  struct tn_err *err)
{
	char finished[TN_RFC3339_TEXT_MAX];
	json_t *findings = json_object();
	char *text = NULL;
	json_t *root;
	size_t i;
	int r;

	tn_rfc3339_format(record->finished, finished);
	for (i = 0; i < AUDIT_SEVERITIES; i++)
		(void)json_object_set_new(
		    findings, finding_severity_text((enum finding_severity)i),
		    json_integer((json_int_t)record->findings[i]));
	root = json_pack(
	    "{s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:b}", "finished", finished,
	    "findings", findings, "new", (json_int_t)record->fresh, "resolved",
	    (json_int_t)record->resolved, "present",
	    (json_int_t)record->present, "requested",
	    (json_int_t)record->requested, "failed", (json_int_t)record->failed,
	    "braked", record->is_braked);
	if (root)
		text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	r = text ? save(path, text, err) : no_memory(err);
	free(text);
	return r;
}

struct audit_record
audit_record_of(const struct audit *audit, int64_t now)
{
	struct audit_record record = {
		.finished = now,
		.resolved = json_array_size(audit->resolved),
		.failed = audit->failed,
		.is_braked = plan_is_braked(audit->plan),
	};
	size_t i;

	/* A roster that tripped a brake is no measure for the next. */
	record.present =
	    record.is_braked ? audit->present_before : audit->roster->present;
	for (i = 0; i < audit->findings->count; i++) {
		const struct finding *finding = &audit->findings->of[i];

		record.findings[finding->severity]++;
		record.fresh += finding->state == FINDING_NEW;
	}
	for (i = 0; i < audit->result_count; i++)
		record.requested +=
		    !strcmp(audit->results[i].outcome, "requested");
	return record;
}

static void
print_results(FILE *out, const struct audit *audit)
{
	size_t i;

	for (i = 0; i < audit->result_count; i++) {
		const struct audit_result *result = &audit->results[i];

		fprintf(out, "%-16s %s (%s)%s%s\n", result->outcome,
		        result->item->person->account->login,
		        result->item->person->account->real_name,
		        *result->why ? ": " : "", result->why);
	}
}

static int
save_text(const struct audit *audit, struct tn_err *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return no_memory(err);
	audit_print_plan(out, audit->plan, audit->roster);
	print_results(out, audit);
	audit_print_findings(out, audit->findings, audit->resolved,
	                     finding_memory_is_kept(audit->memory), false);
	r = fclose(out) ? no_memory(err) : save(REPORT_TEXT, text, err);
	free(text);
	return r;
}

static int
save_json(const struct audit *audit, struct tn_err *err)
{
	json_t *root = audit_json(audit, false);
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	int r;

	json_decref(root);
	r = text ? save(REPORT_JSON, text, err) : no_memory(err);
	free(text);
	return r;
}

static int
save_memory(const struct audit *audit, struct tn_err *err)
{
	char *text = finding_memory_text(audit->findings);
	int r = text ? save(AUDIT_MEMORY_PATH, text, err) : no_memory(err);

	free(text);
	return r;
}

int
audit_record_report(const struct audit *audit, struct tn_err *err)
{
	int r;

	(void)((r = save_text(audit, err)) || (r = save_json(audit, err)) ||
	       (r = save_memory(audit, err)));
	return r;
}
