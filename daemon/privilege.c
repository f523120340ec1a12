#include <config.h>

#include "privilege.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/text.h"

int
tn_system_user(const char *name, uid_t *ret_uid, gid_t *ret_gid,
               struct tn_err *err)
{
	struct passwd *found = NULL;
	struct passwd pw;
	char buffer[4096];
	FILE *file = fopen("/etc/passwd", "re");

	if (file == NULL)
		return tn_fail_errno(err, TN_E_IO, errno, "/etc/passwd");
	/* cppcheck-suppress uninitvar; it is filled here */
	while (fgetpwent_r(file, &pw, buffer, sizeof(buffer), &found) == 0)
		if (strcmp(found->pw_name, name) == 0)
			break;
	(void)fclose(file);
	if (found == NULL)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "no user %s in /etc/passwd: packaging/sysusers "
		               "makes it",
		               name);
	if (found->pw_uid == 0 || found->pw_gid == 0)
		return tn_fail(err, TN_E_DENIED, "user %s is root", name);
	*ret_uid = found->pw_uid;
	*ret_gid = found->pw_gid;
	return TN_OK;
}

void
tn_system_group(const char *name, gid_t *ret)
{
	const size_t len = strlen(name);
	FILE *file = fopen("/etc/group", "re");
	unsigned long long number;
	char *line = NULL;
	size_t size = 0;
	char *at;

	if (file == NULL)
		return;
	/* NAME:x:NUMBER:MEMBERS */
	while (getline(&line, &size, file) > 0) {
		if (strncmp(line, name, len) != 0 || line[len] != ':' ||
		    (at = strchr(line + len + 1, ':')) == NULL)
			continue;
		at[1 + strcspn(at + 1, ":")] = '\0';
		if (tn_text_to_u64(at + 1, INT32_MAX, &number) && number > 0)
			*ret = (gid_t)number;
		break;
	}
	free(line);
	(void)fclose(file);
}

int
tn_privilege_start(struct tn_err *err)
{
	const struct rlimit none = { 0, 0 };
	int descriptor;

	do {
		descriptor = open("/dev/null", O_RDWR);
		if (descriptor < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "/dev/null");
	} while (descriptor <= 2);
	(void)close(descriptor);
	(void)umask(022);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet */
	if (clearenv() != 0 || setenv("PATH", "/usr/sbin:/usr/bin", 1) != 0)
		return tn_fail(err, TN_E_NO_MEMORY, "the environment");
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "no core dumps");
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return tn_fail_errno(err, TN_E_IO, errno, "SIGPIPE");
	return TN_OK;
}

static int
set_capabilities(uid_t uid, gid_t gid, unsigned int capabilities,
                 struct tn_err *err)
{
	const capng_type_t both =
	    (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED);
	unsigned int capability;
	int rc;

	capng_clear(CAPNG_SELECT_ALL);
	for (capability = 0; capability < 32; capability++)
		if ((capabilities & (1u << capability)) != 0 &&
		    capng_update(CAPNG_ADD, both, capability) != 0)
			return tn_fail(err, TN_E_BUG, "capability %u",
			               capability);
	if (uid == 0) {
		if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0)
			return tn_fail_errno(err, TN_E_DENIED, errno,
			                     "dropping groups");
		rc = capng_apply(CAPNG_SELECT_ALL);
	} else {
		rc = capng_change_id((int)uid, (int)gid,
		                     (capng_flags_t)(CAPNG_DROP_SUPP_GRP |
		                                     CAPNG_CLEAR_BOUNDING |
		                                     CAPNG_CLEAR_AMBIENT));
	}
	return rc == 0 ? TN_OK
	               : tn_fail(err, TN_E_DENIED,
	                         "dropping privileges: step %d", rc);
}

/* Looks instead of trusting: is there a way back? */
static int
check(uid_t uid, gid_t gid, unsigned int capabilities, struct tn_err *err)
{
	uid_t uids[3];
	gid_t gids[3];
	int last = CAP_LAST_CAP;
	int i;

	if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) != 0)
		return tn_fail_errno(err, TN_E_DENIED, errno, "who are we");
	for (i = 0; i < 3; i++)
		if (uids[i] != uid || gids[i] != gid)
			return tn_fail(err, TN_E_DENIED,
			               "not who we should be");
	if (getgroups(0, NULL) != 0)
		return tn_fail(err, TN_E_DENIED, "groups are left");
	if (uid != 0 && setresuid(0, 0, 0) == 0)
		return tn_fail(err, TN_E_DENIED, "root can be had back");
	if (capng_get_caps_process() != 0)
		return tn_fail(err, TN_E_DENIED, "capabilities unknown");
	for (i = 0; i <= last; i++) {
		bool wanted =
		    i < 32 && (capabilities & (1u << (unsigned int)i)) != 0;

		if ((capng_have_capability(CAPNG_PERMITTED, (unsigned int)i) !=
		     0) != wanted)
			return tn_fail(err, TN_E_DENIED,
			               "capability %d is not as told", i);
	}
	return TN_OK;
}

int
tn_privilege_drop(uid_t uid, gid_t gid, unsigned int capabilities, pid_t parent,
                  struct tn_err *err)
{
	int rc = set_capabilities(uid, gid, capabilities, err);

	if (rc == TN_OK)
		rc = check(uid, gid, capabilities, err);
	if (rc != TN_OK)
		return rc;
	/* Changing identity resets both: they come last. */
	if (prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return tn_fail_errno(err, TN_E_DENIED, errno, "prctl");
	if (getppid() != parent)
		return tn_fail(err, TN_E_UNREACHABLE, "the parent is gone");
	return TN_OK;
}
