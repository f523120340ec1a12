/* The enforcer, which answers nobody: is its process there, as its user? */
#include "doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

#define USER "tenure-enforcer"

static bool
is_tenured(DIR *proc, const char *pid, uid_t user)
{
	struct stat status;
	char path[300];
	char *name = NULL;
	size_t len;
	bool is;

	/* A folder of /proc is its process' own user's. */
	if (fstatat(dirfd(proc), pid, &status, 0) || status.st_uid != user)
		return false;
	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	if (tn_file_read(path, 64, &name, &len, NULL))
		return false;
	is = !strncmp(name, "tenured", 7);
	free(name);
	return is;
}

void
doctor_enforcer(struct doctor *doctor)
{
	const struct passwd *user = getpwnam(USER);
	const struct dirent *process;
	bool found = false;
	DIR *proc;
	uid_t uid;

	if (!user) {
		doctor_complain(doctor, USER, "is no system user");
		return;
	}
	uid = user->pw_uid;
	proc = opendir("/proc");
	if (!proc) {
		doctor_unknown(doctor, "/proc", "cannot be read");
		return;
	}
	while (!found && (process = readdir(proc)))
		found = isdigit((unsigned char)process->d_name[0]) &&
		        is_tenured(proc, process->d_name, uid);
	closedir(proc);
	if (!found)
		doctor_complain(doctor, "tenured --directory",
		                "does not run: a lock that was lost stays "
		                "lost");
}
