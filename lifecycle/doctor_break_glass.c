/* The local account that Tenure never touches: the way in when all else is
   the trouble. */
#include "doctor.h"

#include <pwd.h>
#include <shadow.h>
#include <string.h>

#include "directory/search.h"

static bool
find_local(const char *login, struct passwd *ret, char shell[256])
{
	const struct passwd *one;
	FILE *file = fopen("/etc/passwd", "re");
	bool found = false;

	while (file && !found && (one = fgetpwent(file))) {
		found = !strcmp(one->pw_name, login);
		if (found) {
			*ret = *one;
			snprintf(shell, 256, "%s", one->pw_shell);
		}
	}
	if (file)
		fclose(file);
	return found;
}

/* A locked password lets nobody in on a console. */
static bool
has_password(const char *login, bool *ret_known)
{
	const struct spwd *one;
	FILE *file = fopen("/etc/shadow", "re");
	bool found = false;
	bool usable = false;

	*ret_known = file != NULL;
	while (file && !found && (one = fgetspent(file))) {
		found = !strcmp(one->sp_namp, login);
		if (found)
			usable = one->sp_pwdp[0] == '$';
	}
	if (file)
		fclose(file);
	return usable;
}

static int
found_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	*(bool *)arg = true;
	return TN_OK;
}

static void
judge_directory(struct doctor *doctor, const char *login)
{
	static const char *const attributes[] = { "uid", NULL };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf filter;
	const char *text;
	bool found = false;

	if (!doctor->session.connection)
		return; /* the host's other checks say so */
	tn_buf_init(&filter, 512);
	tn_buf_put_text(&filter, "(uid=");
	tn_filter_escape(&filter, login);
	tn_buf_put_text(&filter, ")");
	text = tn_buf_text(&filter);
	if (!text || tn_search(doctor->session.connection,
	                       doctor->session.config->base, TN_SCOPE_SUB, text,
	                       attributes, found_entry, &found, &err))
		doctor_unknown(doctor, login, "%s", err.text);
	else if (found)
		doctor_complain(doctor, login,
		                "is an account of the directory too");
	tn_buf_done(&filter);
}

void
doctor_break_glass(struct doctor *doctor)
{
	const char *login = doctor->session.config->break_glass;
	struct passwd account;
	char shell[256];
	bool known;

	if (!*login) {
		doctor_complain(doctor, "break_glass",
		                "is not set in tenure.conf");
		return;
	}
	if (!find_local(login, &account, shell)) {
		doctor_complain(doctor, login, "is not in /etc/passwd");
		return;
	}
	if (strstr(shell, "nologin") || strstr(shell, "/false"))
		doctor_complain(doctor, login,
		                "has the shell %s: it cannot log in", shell);
	if (!has_password(login, &known) && known)
		doctor_complain(doctor, login, "has no password that works");
	else if (!known)
		doctor_unknown(doctor, login, "/etc/shadow cannot be read");
	judge_directory(doctor, login);
}
