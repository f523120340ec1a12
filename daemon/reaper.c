#include <config.h>

#include "reaper.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "base/log.h"
#include "channel.h"
#include "farewell.h"
#include "lingering.h"
#include "local_files.h"
#include "process_scan.h"
#include "server_rotation.h"
#include "snapshot/snapshot_reader.h"
#include "wire/message.h"

/* After a publication: a login that was under way when the lock came is found
   by the second and third look. */
static const int64_t looks_ms[] = { 0, 1000, 5000, 30000 };
#define LOOKS   (sizeof(looks_ms) / sizeof(looks_ms[0]))
#define SAY_MS  1000
#define MORE_MS 100

static int
add_uid(struct tn_dead_set *set, uint32_t uid, size_t *room)
{
	size_t wanted = *room != 0 ? *room * 2 : 64;
	uint32_t *grown;

	if (set->count == *room) {
		grown = reallocarray(set->uids, wanted, sizeof(*grown));
		if (grown == NULL)
			return TN_E_NO_MEMORY;
		set->uids = grown;
		*room = wanted;
	}
	set->uids[set->count++] = uid;
	return TN_OK;
}

/* Who is dead though no file says so: publish could not write it. */
struct unsaved {
	uint32_t uids[TN_UNSAVED_MAX];
	size_t count;
};

static void
take_unsaved(struct unsaved *unsaved, const struct tn_message *message)
{
	uint32_t uid = 0;

	if (tn_message_u32(message, TN_TAG_UID, &uid) != TN_OK)
		unsaved->count = 0;
	else if (unsaved->count < TN_UNSAVED_MAX)
		unsaved->uids[unsaved->count++] = uid;
}

struct dead {
	struct tn_dead_set set; /* .uids is the owner's to free */
	uint32_t lingering[TN_LINGER_MAX];
	size_t lingering_count;
};

/* The dead of the snapshot and those, without numbers that this host's own files
   give to somebody by now. */
static int
read_dead(const struct tn_reaper_setup *setup, const struct unsaved *unsaved,
          struct dead *ret, struct tn_err *err)
{
	struct tn_local_files *files = NULL;
	struct tn_local_names local;
	const struct tn_snapshot *snapshot = NULL;
	struct tn_dead_set set = { 0 };
	uint32_t i = 0;
	size_t room = 0;
	size_t n;
	uid_t uid;
	int rc;

	rc = tn_local_files_read("/etc", &files, err);
	if (rc != TN_OK)
		return rc;
	local = tn_local_files_names(files);
	rc = tn_snapshot_take(setup->snapshot_directory, &snapshot);
	if (rc != TN_OK) {
		tn_local_files_free(files);
		return tn_fail(err, rc, "no snapshot");
	}
	for (;;) {
		rc = tn_snapshot_dead_next(snapshot, &i, &uid);
		if (rc != TN_OK)
			break;
		if (local.has_uid(local.context, uid))
			continue;
		rc = add_uid(&set, uid, &room);
		if (rc != TN_OK)
			break;
	}
	for (n = 0; rc == TN_E_NOT_FOUND && n < unsaved->count; n++)
		if (!local.has_uid(local.context, unsaved->uids[n]) &&
		    add_uid(&set, unsaved->uids[n], &room) != TN_OK)
			rc = TN_E_NO_MEMORY;
	if (rc == TN_E_NOT_FOUND) {
		tn_dead_set_make(&set, setup->config->min_uid);
		ret->set = set;
		ret->lingering_count = tn_lingering_find(
		    TN_LINGER_FOLDER, snapshot, &set, ret->lingering);
		rc = TN_OK;
	} else {
		/* Half a list is no list: nobody is ended on a guess. */
		free(set.uids);
		rc = tn_fail(err, rc, "the snapshot");
	}
	tn_snapshot_drop(snapshot);
	tn_local_files_free(files);
	return rc;
}

/* publish has a queue: it is waited for, and not for long. */
static bool
say(int publish, const struct tn_buf *message)
{
	struct pollfd poller = { .fd = publish, .events = POLLOUT };

	while (send(publish, message->data, message->len,
	            MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		if ((errno != EAGAIN && errno != EINTR) ||
		    poll(&poller, 1, SAY_MS) <= 0)
			return false;
	return true;
}

/* What was done, for who keeps account of it. The end of it is said only behind
   all of it: publish takes who was not named for gone. */
static void
tell(int publish, const struct tn_scan_result *result, uint64_t generation)
{
	const struct tn_reaped *at;
	struct tn_buf buf;
	size_t i;

	tn_buf_init(&buf, TN_WIRE_MAX);
	for (i = 0; i <= result->people_count; i++) {
		if (i == result->people_count && result->is_partial)
			break;
		at = i < result->people_count ? &result->people[i] : NULL;
		tn_message_start(&buf, at != NULL ? TN_WIRE_REAPED
		                                  : TN_WIRE_REAPED_END);
		if (at != NULL) {
			tn_message_put_u32(&buf, TN_TAG_UID, at->uid);
			tn_message_put_u32(&buf, TN_TAG_ENDED, at->ended);
			tn_message_put_u32(&buf, TN_TAG_SESSIONS, at->sessions);
			tn_message_put_u32(&buf, TN_TAG_REPORTED, at->reported);
			tn_message_put_u32(&buf, TN_TAG_LEFT, at->left);
			tn_message_put_u32(&buf, TN_TAG_LINGERED, at->lingers);
		} else {
			tn_message_put_u64(&buf, TN_TAG_GENERATION, generation);
		}
		if (tn_message_finish(&buf) != TN_OK || !say(publish, &buf))
			break;
	}
	tn_buf_done(&buf);
}

/* What logind keeps of them: nobody is waited for. */
static void
end_at_logind(int sessions, const struct tn_scan_result *result)
{
	struct tn_buf buf;
	size_t i;

	tn_buf_init(&buf, TN_WIRE_MAX);
	for (i = 0; i < result->people_count; i++) {
		if (result->people[i].ended == 0 && !result->people[i].lingers)
			continue;
		tn_message_start(&buf, TN_WIRE_END_USER);
		tn_message_put_u32(&buf, TN_TAG_UID, result->people[i].uid);
		if (tn_message_finish(&buf) == TN_OK)
			(void)send(sessions, buf.data, buf.len,
			           MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	tn_buf_done(&buf);
}

struct reaper {
	const struct tn_reaper_setup *setup;
	struct unsaved unsaved;
	struct tn_reported reported;
	struct tn_farewell farewell;
	uint64_t generation;
	int told;
};

static void
reap(struct reaper *reaper)
{
	static struct tn_scan_result result; /* large; one thread */
	const struct tn_reaper_setup *setup = reaper->setup;
	struct tn_err err = TN_ERR_INIT;
	struct dead dead = { .lingering_count = 0 };
	struct tn_reaped *person;
	size_t i;
	int rc;

	rc = read_dead(setup, &reaper->unsaved, &dead, &err);
	if (rc == TN_OK)
		rc = tn_process_scan(&dead.set, &reaper->farewell,
		                     &reaper->reported, &result, &err);
	free(dead.set.uids);
	if (rc == TN_OK && result.ended > 0)
		tn_log_info("ended %zu processes of the dead", result.ended);
	for (i = 0; rc == TN_OK && i < dead.lingering_count; i++) {
		person = tn_scan_person(&result, dead.lingering[i]);
		if (person != NULL)
			person->lingers = true;
	}
	if (rc == TN_OK) {
		end_at_logind(setup->sessions, &result);
		tell(setup->publish, &result, reaper->generation);
	}
	if (rc != TN_OK && rc != TN_E_NOT_FOUND && rc != reaper->told)
		tn_log_err("nothing was ended", &err);
	reaper->told = rc;
}

/*
 * One datagram of publish's. TN_OK: something was published, or is to be looked
 * at; TN_E_NOT_FOUND: there is more to come; TN_E_UNREACHABLE: publish is gone.
 */
static int
hear(struct reaper *reaper)
{
	uint8_t data[TN_WIRE_HEADER + 64];
	struct tn_message message;
	uint64_t published = reaper->generation;
	size_t len;
	int rc;

	rc = tn_channel_receive(reaper->setup->publish, data, sizeof(data),
	                        &len, NULL);
	if (rc == TN_E_UNREACHABLE)
		return rc;
	if (rc != TN_OK || tn_message_parse(data, len, &message, NULL) != TN_OK)
		return TN_OK;
	if (message.what == TN_WIRE_REASON) {
		tn_farewell_take(&reaper->farewell, &message);
		return TN_E_NOT_FOUND;
	}
	if (message.what == TN_WIRE_DEAD) {
		take_unsaved(&reaper->unsaved, &message);
		return TN_E_NOT_FOUND;
	}
	(void)tn_message_u64(&message, TN_TAG_GENERATION, &published);
	/* The file says so by now. */
	if (published != reaper->generation)
		reaper->unsaved.count = 0;
	reaper->generation = published;
	return TN_OK;
}

int
tn_reaper_run(const struct tn_reaper_setup *setup)
{
	static struct reaper reaper; /* large; one thread */
	struct pollfd poller = { .fd = setup->publish, .events = POLLIN };
	int64_t published_at = tn_now_ms();
	int64_t wait_until = 0;
	int64_t rest;
	bool looks = true;
	size_t look = 0;
	int rc;

	reaper = (struct reaper){ .setup = setup,
		                  .farewell = { .contact =
		                                    setup->config->contact } };
	for (;;) {
		if (looks) {
			reap(&reaper);
			look++;
			wait_until = look < LOOKS
			                 ? published_at + looks_ms[look]
			                 : tn_now_ms() + looks_ms[LOOKS - 1];
		}
		rest = wait_until - tn_now_ms();
		looks = poll(&poller, 1, rest > 0 ? (int)rest : 0) <= 0;
		if (looks)
			continue;
		rc = hear(&reaper);
		if (rc == TN_E_UNREACHABLE)
			break;
		looks = rc != TN_E_NOT_FOUND;
		if (!looks) {
			/* PUBLISHED follows; one that got lost does not. */
			if (wait_until > tn_now_ms() + MORE_MS)
				wait_until = tn_now_ms() + MORE_MS;
			continue;
		}
		published_at = tn_now_ms();
		look = 0;
	}
	tn_log_info("publish is gone");
	return EXIT_FAILURE;
}
