/* Owners and modes of what must be one person's alone. */
#include "doctor.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "config/config.h"
#include "host_verb.h"

#define TEXT_MAX ((size_t)1024 * 1024)

bool
doctor_file(struct doctor *doctor, const char *path, uid_t owner,
            mode_t forbidden)
{
	struct stat status;

	if (lstat(path, &status)) {
		if (errno == ENOENT || errno == ENOTDIR)
			doctor_complain(doctor, path, "is not there");
		else
			doctor_unknown(doctor, path, "%s", strerror(errno));
		return false;
	}
	if (S_ISLNK(status.st_mode) && stat(path, &status)) {
		doctor_complain(doctor, path, "is a link to nothing");
		return false;
	}
	if (owner != (uid_t)-1 && status.st_uid != owner) {
		doctor_complain(doctor, path, "belongs to uid %u, not %u",
		                (unsigned int)status.st_uid,
		                (unsigned int)owner);
		return false;
	}
	if (status.st_mode & forbidden) {
		doctor_complain(doctor, path,
		                "has mode %04o: %04o of it must not be",
		                (unsigned int)(status.st_mode & 07777),
		                (unsigned int)(status.st_mode & forbidden));
		return false;
	}
	return true;
}

int
doctor_read_optional(const char *path, char **ret, struct tn_err *err)
{
	size_t len;

	return tn_file_read(path, TEXT_MAX, ret, &len, err);
}

char *
doctor_read(struct doctor *doctor, const char *path)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	int r;

	r = doctor_read_optional(path, &text, &err);
	if (r == TN_E_NOT_FOUND)
		doctor_complain(doctor, path, "is not there");
	else if (r)
		doctor_unknown(doctor, path, "%s", err.text);
	return r ? NULL : text;
}

void
doctor_slapd_modules(struct doctor *doctor)
{
	doctor_file(doctor, TENURE_SLAPD_MODULE_DIR "/tenure_argon2id.so", 0,
	            022);
	doctor_file(doctor, TENURE_SLAPD_MODULE_DIR "/tenure_check_password.so",
	            0, 022);
}

void
doctor_server_keys(struct doctor *doctor)
{
	const struct passwd *slapd = getpwnam("openldap");

	if (!slapd) {
		doctor_complain(doctor, "openldap", "is no system user");
		return;
	}
	doctor_file(doctor, TENURE_SYSCONFDIR "/server.key", slapd->pw_uid,
	            077);
}

/* What only the writer must have; a copy at the second is as secret. */
static void
writers_file(struct doctor *doctor, const char *path)
{
	struct stat status;

	if (!*doctor->session.config->writer || !lstat(path, &status) ||
	    errno != ENOENT)
		doctor_file(doctor, path, 0, 077);
}

void
doctor_authority_key(struct doctor *doctor)
{
	writers_file(doctor, HOST_CA_KEY);
}

void
doctor_slip_key(struct doctor *doctor)
{
	writers_file(doctor, TENURE_STATEDIR "/slip.key");
	writers_file(doctor, TENURE_STATEDIR "/slips");
}

void
doctor_modules(struct doctor *doctor)
{
	doctor_file(doctor, TENURE_PAM_DIR "/pam_tenure.so", 0, 022);
	doctor_file(doctor, TENURE_NSS_DIR "/libnss_tenure.so.2", 0, 022);
}

void
doctor_host_key(struct doctor *doctor)
{
	doctor_file(doctor, doctor->session.config->key, 0, 037);
}

void
doctor_home_roots(struct doctor *doctor)
{
	size_t i;

	for (i = 0; doctor->session.config->home_roots[i]; i++)
		doctor_file(doctor, doctor->session.config->home_roots[i], 0,
		            022);
}
