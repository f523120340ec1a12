/* tenure status on the directory server. */
#include "status_part.h"

#include "audit_record.h"
#include "base/day.h"
#include "finding.h"
#include "leak_half.h"
#include "people.h"
#include "people_read.h"
#include "request_list.h"

static json_t *
time_json(int64_t time)
{
	char text[TN_RFC3339_TEXT_MAX];

	if (time == TN_TIME_NONE)
		return json_null();
	tn_rfc3339_format(time, text);
	return json_string(text);
}

/* A record from the future is as little worth as an old one. */
static void
judge_audit(json_t *part, const struct audit_record *record, int64_t age)
{
	size_t count = 0;
	size_t i;

	if (age > STATUS_AUDIT_AGE_MAX)
		status_amiss(part, "the last unattended audit is older than "
		                   "26 hours");
	else if (age < -STATUS_AUDIT_AGE_MAX)
		status_amiss(part, "the last unattended audit is from the "
		                   "future");
	for (i = 0; i < AUDIT_SEVERITIES; i++)
		count += record->findings[i];
	if (count)
		status_amiss(part, "%zu findings (%s/report.txt)", count,
		             AUDIT_DIR);
	if (record->is_braked)
		status_amiss(part, "a brake tripped: no departure was asked "
		                   "for");
	if (record->failed)
		status_amiss(part, "%zu requests were refused", record->failed);
}

static int
add_audit(json_t *part, int64_t now, struct tn_err *err)
{
	struct audit_record record = { .finished = TN_TIME_NONE };
	json_t *findings;
	size_t i;
	int r;

	r = audit_record_read(AUDIT_STATUS_PATH, &record, err);
	if (r == TN_E_NOT_FOUND) {
		json_object_set_new(part, "audit", json_null());
		status_amiss(part, "no unattended audit has ever succeeded");
		return TN_OK;
	}
	if (r)
		return r;
	findings = json_object();
	for (i = 0; i < AUDIT_SEVERITIES; i++)
		json_object_set_new(
		    findings, finding_severity_text((enum finding_severity)i),
		    json_integer((json_int_t)record.findings[i]));
	json_object_set_new(
	    part, "audit",
	    json_pack("{s:o, s:I, s:o, s:I, s:I, s:I, s:b}", "finished",
	              time_json(record.finished), "age",
	              (json_int_t)(now - record.finished), "findings", findings,
	              "new", (json_int_t)record.fresh, "requested",
	              (json_int_t)record.requested, "failed",
	              (json_int_t)record.failed, "braked", record.is_braked));
	judge_audit(part, &record, now - record.finished);
	return TN_OK;
}

static int
add_requests(json_t *part, struct session *session, struct tn_err *err)
{
	struct request_list waiting;
	int r = request_list_read(session, &waiting, err);

	if (!r) {
		json_object_set_new(part, "requests",
		                    json_pack("{s:I, s:o}", "waiting",
		                              (json_int_t)waiting.count,
		                              "oldest",
		                              time_json(waiting.oldest)));
		if (waiting.oldest != TN_TIME_NONE &&
		    session->moment.now - waiting.oldest > 3600)
			status_amiss(part, "a request waits for more than an "
			                   "hour: does the enforcer run?");
	}
	request_list_done(&waiting);
	return r;
}

static int
add_halves(json_t *part, struct session *session, struct tn_err *err)
{
	struct leak_halves halves;
	char text[512];
	size_t i;
	int r = leak_halves_read(session, &halves, err);

	for (i = 0; i < halves.count && !r; i++) {
		leak_half_text(&halves.of[i], text, sizeof(text));
		status_amiss(part, "%s", text);
	}
	leak_halves_done(&halves);
	return r;
}

/* A host that is silent here may be well there. */
static void
add_peer(json_t *part, const struct people *people)
{
	if (!*people->peer)
		return;
	json_object_set_new(part, "peer",
	                    json_pack("{s:s, s:b, s:s}", "uri", people->peer,
	                              "heard", !people->peer_is_silent, "why",
	                              people->peer_why));
	if (people->peer_is_silent)
		status_amiss(part,
		             "the other directory server was not heard, %s: %s",
		             people->peer, people->peer_why);
}

static int
add_hosts(json_t *part, struct session *session, struct tn_err *err)
{
	json_t *hosts = json_object();
	struct people *people = NULL;
	size_t i;
	int r;

	json_object_set_new(part, "hosts", hosts);
	(void)((r = people_new(&people, err)) ||
	       (r = people_read_hosts(session, people, err)) ||
	       (r = people_finish(people, err)));
	for (i = 0; i < people->host_count && !r; i++) {
		const struct host_report *host = &people->hosts[i];
		const char *here = people->peer_is_silent
		                       ? " to this directory server"
		                       : "";

		if (!host->is_registered)
			continue;
		json_object_set_new(hosts, host->host, time_json(host->seen));
		if (host->seen == TN_TIME_NONE)
			status_amiss(part, "%s has never reported%s",
			             host->host, here);
		else if (session->moment.now - host->seen >
		         FINDING_HOST_SILENCE)
			status_amiss(part,
			             "%s has been silent for more than "
			             "a day%s",
			             host->host, here);
	}
	if (!r)
		add_peer(part, people);
	people_free(people);
	return r;
}

int
status_directory(struct session *session, json_t **ret, struct tn_err *err)
{
	json_t *part = json_pack("{s:[]}", "amiss");
	int r;

	if (!part)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	(void)((r = add_audit(part, session->moment.now, err)) ||
	       (r = add_requests(part, session, err)) ||
	       (r = add_halves(part, session, err)) ||
	       (r = add_hosts(part, session, err)));
	if (r) {
		json_decref(part);
		return r;
	}
	*ret = part;
	return TN_OK;
}

static void
print_audit(FILE *out, const json_t *audit)
{
	const json_t *findings = json_object_get(audit, "findings");
	char age[64];
	size_t i;

	if (!json_is_object(audit)) {
		fputs("last audit   never\n", out);
		return;
	}
	status_age_text(json_integer_value(json_object_get(audit, "age")), age,
	                sizeof(age));
	fprintf(out, "last audit   %s, %s ago\n",
	        json_string_value(json_object_get(audit, "finished")), age);
	fputs("findings    ", out);
	for (i = 0; i < AUDIT_SEVERITIES; i++) {
		const char *name =
		    finding_severity_text((enum finding_severity)i);

		fprintf(out, " %s %" JSON_INTEGER_FORMAT, name,
		        json_integer_value(json_object_get(findings, name)));
	}
	fputc('\n', out);
}

void
status_directory_print(FILE *out, const json_t *part)
{
	const json_t *requests = json_object_get(part, "requests");
	const json_t *peer = json_object_get(part, "peer");
	const char *name;
	json_t *seen;

	fputs("The directory\n", out);
	print_audit(out, json_object_get(part, "audit"));
	fprintf(out, "requests     %" JSON_INTEGER_FORMAT " waiting\n",
	        json_integer_value(json_object_get(requests, "waiting")));
	if (peer)
		fprintf(out, "other server %s %s\n",
		        json_string_value(json_object_get(peer, "uri")),
		        json_is_true(json_object_get(peer, "heard"))
		            ? "heard"
		            : "NOT HEARD");
	json_object_foreach(json_object_get(part, "hosts"), name, seen)
	    fprintf(out, "host         %-32s last seen %s\n", name,
	            json_is_string(seen) ? json_string_value(seen) : "never");
}
