#include <config.h>

#include "sessions.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "account/serve_rule.h"
#include "base/attrs.h"
#include "base/log.h"
#include "channel.h"
#include "lingering.h"
#include "server_rotation.h"
#include "snapshot/snapshot_reader.h"
#include "system_bus.h"
#include "wire/message.h"

#define CALL_MS     2000
#define USER_BUFFER 4096
#define TOLD_MAX    64

static int
ask_logind(const char *member, const char *signature, const uint32_t *arguments,
           struct tn_err *err)
{
	const struct tn_bus_call call = {
		.destination = "org.freedesktop.login1",
		.path = "/org/freedesktop/login1",
		.interface = "org.freedesktop.login1.Manager",
		.member = member,
		.signature = signature,
		.arguments = arguments,
	};

	return tn_bus_call(TN_SYSTEM_BUS, &call, tn_now_ms() + CALL_MS, err);
}

/* Logged once for each person, since it is tried at every look. */
static bool
is_told(uint32_t uid)
{
	static struct {
		uint32_t uids[TOLD_MAX];
		size_t next;
	} told; /* one thread */
	size_t i;

	for (i = 0; i < TOLD_MAX; i++)
		if (told.uids[i] == uid)
			return true;
	told.uids[told.next] = uid;
	told.next = (told.next + 1) % TOLD_MAX;
	return false;
}

/* By logind, which forgets it too; and where it is not there, or would not, by
   the file alone. */
static void
end_lingering(const char *login, uint32_t uid)
{
	const uint32_t arguments[] = { uid, 0, 0 };
	struct tn_err err = TN_ERR_INIT;
	int folder = open(TN_LINGER_FOLDER,
	                  O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (folder < 0 || faccessat(folder, login, F_OK, 0) != 0)
		goto out;
	if (ask_logind("SetUserLinger", "ubb", arguments, &err) != TN_OK)
		tn_log_debug("%s: logind, lingering: %s", login, err.text);
	if (unlinkat(folder, login, 0) == 0 || errno == ENOENT)
		tn_log_info("%s is dead and lingers no more", login);
	else if (!is_told(uid))
		tn_log_warning("%s is dead and lingers: " TN_LINGER_FOLDER
		               "/%s cannot be removed: error %d; remove it",
		               login, login, errno);
out:
	if (folder >= 0)
		(void)close(folder);
}

static void
end_user(const struct tn_sessions_setup *setup, uint32_t uid)
{
	const struct tn_snapshot *snapshot = NULL;
	struct tn_err err = TN_ERR_INIT;
	char buffer[USER_BUFFER];
	struct passwd pw;
	bool is_dead = false;
	int rc;

	if (!tn_id_is_allowed(uid, setup->config->min_uid) ||
	    tn_snapshot_take(setup->snapshot_directory, &snapshot) != TN_OK)
		return;
	/* The snapshot says who is dead, not the reaper. */
	rc = tn_snapshot_user_by_uid(snapshot, uid, &pw, buffer, sizeof(buffer),
	                             &is_dead);
	tn_snapshot_drop(snapshot);
	if (rc != TN_OK || !is_dead)
		return;
	rc = ask_logind("TerminateUser", "u", &uid, &err);
	if (rc == TN_OK)
		tn_log_info("logind has ended the sessions of %s", pw.pw_name);
	else
		/* Mostly: nobody of that number is logged in any more. */
		tn_log_debug("%s: logind: %s", pw.pw_name, err.text);
	end_lingering(pw.pw_name, uid);
}

int
tn_sessions_run(const struct tn_sessions_setup *setup)
{
	uint8_t data[TN_WIRE_HEADER + 64];
	struct tn_message message;
	uint32_t uid;
	size_t len;
	int rc;

	for (;;) {
		rc = tn_channel_receive(setup->reaper, data, sizeof(data), &len,
		                        NULL);
		if (rc == TN_E_UNREACHABLE)
			break;
		if (rc == TN_OK &&
		    tn_message_parse(data, len, &message, NULL) == TN_OK &&
		    message.what == TN_WIRE_END_USER &&
		    tn_message_u32(&message, TN_TAG_UID, &uid) == TN_OK)
			end_user(setup, uid);
	}
	tn_log_info("the reaper is gone");
	return EXIT_FAILURE;
}
