/* The daemon of this host, asked over its socket; and what it published. */
#include "doctor.h"

#include <jansson.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/attrs.h"

#include "base/day.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/snapshot_sum.h"
#include "wire/client.h"

#define TIMEOUT_MS 3000
#define QUIET_MAX  300 /* seconds without a sound; a heartbeat is due before */

/* STATUS; the caller's json_decref. NULL: said why. */
static json_t *
ask(struct tn_err *err)
{
	struct tn_message answer;
	struct tn_buf request;
	struct tn_buf buffer;
	json_t *root = NULL;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&buffer, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_STATUS);
	r = tn_message_finish(&request);
	if (!r)
		r = tn_ask(TN_WIRE_SOCKET, &request, TIMEOUT_MS, &buffer,
		           &answer, err);
	if (!r && answer.field[TN_TAG_JSON])
		root = json_loadb((const char *)answer.field[TN_TAG_JSON],
		                  answer.len[TN_TAG_JSON],
		                  JSON_REJECT_DUPLICATES, NULL);
	if (!r && !root)
		tn_fail(err, TN_E_PROTOCOL, "tenured answered nonsense");
	tn_buf_done(&buffer);
	tn_buf_done(&request);
	return root;
}

void
doctor_tenured(struct doctor *doctor)
{
	struct tn_err err = TN_ERR_INIT;
	json_t *status = ask(&err);

	if (!status)
		doctor_complain(doctor, "tenured", "%s", err.text);
	else if (json_is_true(json_object_get(status, "locks_lost")))
		doctor_complain(doctor, "tenured",
		                "lets nobody in: /var/lib/tenure/kept/locks is "
		                "damaged; tenured(8), FILES, has the way out");
	else if (json_is_true(json_object_get(status, "brake_held")))
		doctor_complain(doctor, "tenured",
		                "holds back a mass disappearance: names that "
		                "the directory lost are still served");
	json_decref(status);
}

void
doctor_heard(struct doctor *doctor)
{
	struct tn_err err = TN_ERR_INIT;
	json_t *status = ask(&err);
	const json_t *age;

	if (!status) {
		doctor_unknown(doctor, "tenured", "does not answer");
		return;
	}
	age = json_object_get(status, "heard_age");
	if (!json_is_integer(age))
		doctor_complain(doctor, "tenured", "never heard the directory");
	else if (json_integer_value(age) > QUIET_MAX)
		doctor_complain(doctor, "tenured",
		                "heard the directory %" JSON_INTEGER_FORMAT
		                " s ago for the last time",
		                json_integer_value(age));
	else if (!json_is_true(json_object_get(status, "connected")))
		doctor_complain(doctor, "tenured",
		                "is not connected to a directory now");
	json_decref(status);
}

void
doctor_snapshot_file(struct doctor *doctor)
{
	static const char folder[] = TN_SNAPSHOT_DIRECTORY;
	/* One base at least is there; the overlay says which. */
	static const char *const files[] = {
		TN_SNAPSHOT_DIRECTORY "/overlay",
		TN_SNAPSHOT_DIRECTORY "/generation",
		TN_SNAPSHOT_DIRECTORY "/base.0",
		TN_SNAPSHOT_DIRECTORY "/base.1",
	};
	const struct tn_snapshot *snapshot = NULL;
	struct tn_err err = TN_ERR_INIT;
	int r;

	if (!doctor_file(doctor, folder, 0, 022))
		return;
	for (size_t i = 0; i < TN_ARRAY_LEN(files); i++)
		if ((access(files[i], F_OK) == 0 || i < 2) &&
		    !doctor_file(doctor, files[i], 0, 022))
			return;
	r = tn_snapshot_take(NULL, &snapshot);
	if (r)
		doctor_complain(doctor, TN_SNAPSHOT_DIRECTORY "/overlay",
		                "fails its checks, or is of another version: "
		                "%s",
		                tn_code_words(r));
	else if (tn_snapshot_check(folder, &err) == TN_E_DAMAGED)
		doctor_complain(doctor, TN_SNAPSHOT_DIRECTORY "/overlay", "%s",
		                err.text);
	if (!r)
		tn_snapshot_drop(snapshot);
}

void
doctor_snapshot_age(struct doctor *doctor)
{
	const struct tn_snapshot *snapshot = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct tn_snapshot_info info;
	json_t *status = ask(&err);
	int64_t age;
	int r;

	r = tn_snapshot_take(NULL, &snapshot);
	if (r || tn_snapshot_info(snapshot, &info)) {
		doctor_unknown(doctor, TN_SNAPSHOT_DIRECTORY "/overlay", "%s",
		               tn_code_words(r));
		goto out;
	}
	age = (int64_t)time(NULL) - info.published;
	if (age < -QUIET_MAX)
		doctor_complain(doctor, TN_SNAPSHOT_DIRECTORY "/overlay",
		                "was written in the future: a wrong clock");
	else if (!status && age > doctor->session.config->max_silence)
		doctor_complain(doctor, TN_SNAPSHOT_DIRECTORY "/overlay",
		                "is %lld hours old", (long long)(age / 3600));
	else if (status && (uint64_t)json_integer_value(json_object_get(
	                       status, "generation")) != info.generation)
		doctor_complain(doctor, TN_SNAPSHOT_DIRECTORY "/overlay",
		                "is not what tenured published last");
out:
	if (snapshot)
		tn_snapshot_drop(snapshot);
	json_decref(status);
}
