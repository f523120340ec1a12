/*
 * Whose SSH keys open this host: those of the directory, by tenure-keys, and
 * for people none out of a file of their own; for root and the break-glass
 * account the files that sshd always read.
 */
#include "doctor.h"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "doctor_sshd.h"
#include "init_run.h"
#include "snapshot/snapshot_keys.h"
#include "snapshot/snapshot_reader.h"

#define SSHD        "/usr/sbin/sshd"
#define SAID_MAX    ((size_t)256 * 1024)
#define GROUPS_MAX  16 /* of which somebody is asked about */
#define USER_BUFFER 4096
#define KEYS_USER   "tenure-keys"

/* What sshd does with an option: for everybody, or for one login. */
static bool
ask_sshd(struct doctor *doctor, const char *login, const char *option,
         char ret[PATH_MAX])
{
	char about[160];
	const char *const argv[] = { SSHD, "-T", login ? "-C" : NULL, about,
		                     NULL };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf said;
	const char *text;
	bool is_told;

	snprintf(about, sizeof(about),
	         "user=%.64s,host=localhost,addr=127.0.0.1",
	         login ? login : "");
	tn_buf_init(&said, SAID_MAX);
	is_told = !init_run(argv, NULL, 0, 0, 0, &said, &err) &&
	          (text = tn_buf_text(&said)) != NULL;
	if (!is_told)
		doctor_unknown(doctor, SSHD, "%s", err.text);
	else if (!doctor_sshd_value(text, option, ret, PATH_MAX))
		snprintf(ret, PATH_MAX, "none");
	tn_buf_done(&said);
	return is_told;
}

/* sshd runs only what nobody but root could have changed. */
static void
judge_program(struct doctor *doctor, char *command)
{
	struct stat st;

	command[strcspn(command, " ")] = '\0';
	if (strlen(command) < 12 ||
	    strcmp(command + strlen(command) - 12, "/tenure-keys") != 0)
		doctor_complain(doctor, SSHD,
		                "authorizedkeyscommand is %s, not tenure-keys: "
		                "keys of the directory open nothing",
		                command);
	else if (stat(command, &st) || !S_ISREG(st.st_mode) || st.st_uid != 0 ||
	         (st.st_mode & 022) != 0 || (st.st_mode & 0111) != 0111)
		doctor_complain(doctor, command,
		                "is not a program of root's that nobody else "
		                "writes: sshd does not run it");
}

/* What publish writes and tenure-keys alone reads. */
static void
judge_files(struct doctor *doctor)
{
	static const struct {
		const char *path;
		mode_t mode;
	} files[] = { { TN_KEYS_DIRECTORY, 02750 },
		      { TN_KEYS_DIRECTORY "/" TN_KEYS_FILE, 0640 } };
	const struct group *group = getgrnam(KEYS_USER);
	struct tn_keys_map map;
	struct stat st;
	size_t i;
	int r;

	if (!getpwnam(KEYS_USER) || !group) {
		doctor_complain(doctor, KEYS_USER, "there is no such user");
		return;
	}
	for (i = 0; i < TN_ARRAY_LEN(files); i++) {
		if (lstat(files[i].path, &st)) {
			doctor_complain(doctor, files[i].path, "is missing");
			return;
		}
		if (st.st_uid != 0 || st.st_gid != group->gr_gid ||
		    (st.st_mode & 07777) != files[i].mode)
			doctor_complain(doctor, files[i].path,
			                "is not root's with group " KEYS_USER
			                " and mode %o",
			                (unsigned int)files[i].mode);
	}
	r = tn_keys_open(TN_KEYS_DIRECTORY, 0, &map);
	if (r)
		doctor_complain(doctor, files[1].path,
		                "fails its checks: %s", tn_code_words(r));
	else
		tn_keys_close(&map);
}

void
doctor_ssh_keys(struct doctor *doctor)
{
	char value[PATH_MAX];

	if (access(SSHD, X_OK)) {
		doctor_note(doctor, SSHD, "is not installed: no way in");
		return;
	}
	if (!ask_sshd(doctor, NULL, "authorizedkeyscommand", value))
		return;
	judge_program(doctor, value);
	if (ask_sshd(doctor, NULL, "authorizedkeyscommanduser", value) &&
	    strcmp(value, KEYS_USER) != 0)
		doctor_complain(doctor, SSHD,
		                "authorizedkeyscommanduser is %s, not "
		                KEYS_USER, value);
	judge_files(doctor);
}

/* Somebody of a primary group of the directory's: no file of their own. */
static void
judge_person(struct doctor *doctor, const char *login)
{
	char value[PATH_MAX];

	if (ask_sshd(doctor, login, "authorizedkeysfile", value) &&
	    strcmp(value, "none") != 0)
		doctor_complain(doctor, login,
		                "logs in by keys of an own file (%s), which "
		                "nobody withdraws",
		                value);
}

static void
judge_people(struct doctor *doctor)
{
	const struct tn_snapshot *snapshot = NULL;
	gid_t seen[GROUPS_MAX];
	char buffer[USER_BUFFER];
	const struct passwd *local;
	struct passwd user;
	uint32_t index = 0;
	size_t count = 0;
	bool dead = false;
	size_t i;

	if (tn_snapshot_take(NULL, &snapshot)) {
		doctor_unknown(doctor, "snapshot", "there is none to read");
		return;
	}
	while (count < GROUPS_MAX &&
	       tn_snapshot_user_next(snapshot, &index, &user, buffer,
	                             sizeof(buffer), &dead) == TN_OK) {
		for (i = 0; i < count && seen[i] != user.pw_gid; i++)
			;
		local = getpwnam(user.pw_name);
		/* Somebody of this host's own has the name: its own finding. */
		if (i < count || !local || local->pw_uid != user.pw_uid)
			continue;
		seen[count++] = user.pw_gid;
		judge_person(doctor, user.pw_name);
	}
	tn_snapshot_drop(snapshot);
}

/* Who must get in when nothing of ours works. */
static void
judge_local(struct doctor *doctor, const char *login)
{
	char value[PATH_MAX];

	if (login && getpwnam(login) &&
	    ask_sshd(doctor, login, "authorizedkeysfile", value) &&
	    !strcmp(value, "none"))
		doctor_complain(doctor, login,
		                "has no file of keys any more: a Match block "
		                "of sshd's takes it away");
}

void
doctor_home_keys(struct doctor *doctor)
{
	if (access(SSHD, X_OK))
		return;
	judge_people(doctor);
	judge_local(doctor, "root");
	judge_local(doctor, doctor->session.config
	                        ? doctor->session.config->break_glass
	                        : NULL);
}
