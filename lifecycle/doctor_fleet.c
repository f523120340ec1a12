/*
 * What keeps a directory server answering when many hosts watch it; each value
 * was measured to end, or to stall, a server that lacks it.
 */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/text.h"
#include "directory/search.h"
#include "doctor_listen.h"

/* One reader that is stuck holds a thread for so long. */
#define WRITE_TIMEOUT_MAX 60
/* A host holds two connections, a login one for a moment. */
#define FILES_MIN 8192

struct settings {
	unsigned long long write_timeout; /* 0: none */
	bool has_source; /* of the session log: the one that hosts watch */
};

static int
note_settings(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct settings *settings = arg;
	const char *text;

	(void)err;
	if (tn_entry_text(entry, "olcSpSessionlogSource"))
		settings->has_source = true;
	text = tn_entry_text(entry, "olcWriteTimeout");
	if (text)
		(void)tn_text_to_u64(text, UINT32_MAX,
		                     &settings->write_timeout);
	return TN_OK;
}

static void
check_settings(struct doctor *doctor)
{
	static const char *const attributes[] = { "objectClass",
		                                  "olcSpSessionlogSource",
		                                  "olcWriteTimeout", NULL };
	struct settings settings = { 0 };
	struct tn_err err = TN_ERR_INIT;
	int r;

	if (!doctor_is_heard(doctor))
		return;
	r = tn_search(doctor->session.connection, "cn=config", TN_SCOPE_SUB,
	              "(|(objectClass=olcGlobal)"
	              "(objectClass=olcSyncProvConfig))",
	              attributes, note_settings, &settings, &err);
	if (r) {
		doctor_unknown(doctor, "cn=config", "%s", err.text);
		return;
	}
	if (settings.write_timeout == 0 ||
	    settings.write_timeout > WRITE_TIMEOUT_MAX)
		doctor_complain(doctor, "cn=config",
		                "olcWriteTimeout is %llu: hosts that stop "
		                "reading stop the server; 5 is shipped",
		                settings.write_timeout);
	if (!settings.has_source)
		doctor_complain(doctor, "olcOverlay=syncprov",
		                "olcSpSessionlogSource is missing: after each "
		                "restart of slapd every host is told of every "
		                "entry");
}

/* "Max open files            1024                 524288               files" */
static void
check_files(struct doctor *doctor)
{
	static const char words[] = "Max open files";
	unsigned long long files = 0;
	struct tn_err err = TN_ERR_INIT;
	char path[64];
	char pid[16];
	char *text = NULL;
	char *at = NULL;
	size_t len;
	int r = doctor_slapd_pid(pid, &err);

	snprintf(path, sizeof(path), "/proc/%s/limits", r ? "" : pid);
	if (!r)
		r = tn_file_read(path, 65536, &text, &len, &err);
	if (!r)
		at = strstr(text, words);
	if (at) {
		at += strlen(words);
		at += strspn(at, " ");
		at[strcspn(at, " \n")] = '\0';
	}
	if (r)
		doctor_unknown(doctor, "slapd", "%s", err.text);
	else if (at && strcmp(at, "unlimited") != 0 &&
	         tn_text_to_u64(at, UINT64_MAX, &files) && files < FILES_MIN)
		doctor_complain(doctor, "slapd",
		                "it may open %llu files: more connections than "
		                "that hang, for every host; LimitNOFILE=65536",
		                files);
	free(text);
}

void
doctor_fleet(struct doctor *doctor)
{
	check_settings(doctor);
	check_files(doctor);
}
