/* What sshd does in effect, all its files and its own defaults together. */
#include "doctor_sshd.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "init_run.h"

#define SSHD     "/usr/sbin/sshd"
#define SAID_MAX ((size_t)256 * 1024)

const struct doctor_sshd_option doctor_sshd_wanted[DOCTOR_SSHD_WANTED] = {
	{ "usepam", "yes", "a login by key passes by every lock" },
	{ "kbdinteractiveauthentication", "yes",
	  "a password that must be changed cannot be" },
	{ "passwordauthentication", "no",
	  "the older way cannot ask for a new password" },
	{ "permitemptypasswords", "no", "an empty password is none" },
	{ "permituserenvironment", "no",
	  "people choose what their shell starts with, LD_PRELOAD too" },
};

bool
doctor_sshd_value(const char *text, const char *option, char *ret, size_t size)
{
	size_t len = strlen(option);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (!strncmp(text, option, len) && text[len] == ' ') {
			snprintf(ret, size, "%.*s",
			         (int)strcspn(text + len + 1, "\n"),
			         text + len + 1);
			return true;
		}
	}
	return false;
}

/* Is there a line "option value"? found: the value that there is. */
static bool
has_line(const char *text, const char *option, const char *value,
         char found[64])
{
	snprintf(found, 64, "not said");
	return doctor_sshd_value(text, option, found, 64) &&
	       !strcmp(found, value);
}

void
doctor_sshd(struct doctor *doctor)
{
	const char *const argv[] = { SSHD, "-T", NULL };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf said;
	const char *text;
	char found[64];
	size_t i;

	if (access(SSHD, X_OK)) {
		doctor_note(doctor, SSHD, "is not installed: no way in");
		return;
	}
	tn_buf_init(&said, SAID_MAX);
	if (init_run(argv, NULL, 0, 0, 0, &said, &err) ||
	    !(text = tn_buf_text(&said))) {
		doctor_unknown(doctor, SSHD, "%s", err.text);
		tn_buf_done(&said);
		return;
	}
	for (i = 0; i < DOCTOR_SSHD_WANTED; i++) {
		if (!has_line(text, doctor_sshd_wanted[i].option,
		              doctor_sshd_wanted[i].value, found))
			doctor_complain(doctor, SSHD, "%s is %s, not %s: %s",
			                doctor_sshd_wanted[i].option, found,
			                doctor_sshd_wanted[i].value,
			                doctor_sshd_wanted[i].because);
	}
	tn_buf_done(&said);
	doctor_sshd_matches(doctor);
}
