#include <config.h>

#include "lookup_source.h"

#include <dlfcn.h>
#include <errno.h>
#include <nss.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_GIDS 64

typedef enum nss_status
getpwnam_fn(const char *, struct passwd *, char *, size_t, int *);
typedef enum nss_status
getpwuid_fn(uid_t, struct passwd *, char *, size_t, int *);
typedef enum nss_status
getgrgid_fn(gid_t, struct group *, char *, size_t, int *);
typedef enum nss_status
initgroups_fn(const char *, gid_t, long *, long *, gid_t **, long, int *);

static struct {
	getpwnam_fn *getpwnam;
	getpwuid_fn *getpwuid;
	getgrgid_fn *getgrgid;
	initgroups_fn *initgroups;
} module;

static enum lookup_found
found_of_status(enum nss_status status)
{
	return status == NSS_STATUS_SUCCESS    ? LOOKUP_FOUND
	       : status == NSS_STATUS_NOTFOUND ? LOOKUP_MISSING
	                                       : LOOKUP_FAILED;
}

static enum lookup_found
module_name(const char *name, struct passwd *ret, char *buffer, size_t size)
{
	int sys;

	return found_of_status(module.getpwnam(name, ret, buffer, size, &sys));
}

static enum lookup_found
module_uid(uid_t uid, struct passwd *ret, char *buffer, size_t size)
{
	int sys;

	return found_of_status(module.getpwuid(uid, ret, buffer, size, &sys));
}

static enum lookup_found
module_gid(gid_t gid, struct group *ret, char *buffer, size_t size)
{
	int sys;

	return found_of_status(module.getgrgid(gid, ret, buffer, size, &sys));
}

static enum lookup_found
module_groups(const char *name, gid_t gid, long *ret_count)
{
	static gid_t *gids;
	static long size = FIRST_GIDS;
	long start = 1;
	int sys;
	enum nss_status status;

	if (gids == NULL)
		gids = calloc((size_t)size, sizeof(*gids));
	if (gids == NULL)
		return LOOKUP_FAILED;
	gids[0] = gid;
	status = module.initgroups(name, gid, &start, &size, &gids, -1, &sys);
	*ret_count = start;
	return found_of_status(status);
}

static enum lookup_found
found_of_result(int rc, const void *found)
{
	return rc == 0 && found != NULL  ? LOOKUP_FOUND
	       : rc == 0 || rc == ENOENT ? LOOKUP_MISSING
	                                 : LOOKUP_FAILED;
}

static enum lookup_found
glibc_name(const char *name, struct passwd *ret, char *buffer, size_t size)
{
	struct passwd *found = NULL;
	int rc = getpwnam_r(name, ret, buffer, size, &found);

	return found_of_result(rc, found);
}

static enum lookup_found
glibc_uid(uid_t uid, struct passwd *ret, char *buffer, size_t size)
{
	struct passwd *found = NULL;
	int rc = getpwuid_r(uid, ret, buffer, size, &found);

	return found_of_result(rc, found);
}

static enum lookup_found
glibc_gid(gid_t gid, struct group *ret, char *buffer, size_t size)
{
	struct group *found = NULL;
	int rc = getgrgid_r(gid, ret, buffer, size, &found);

	return found_of_result(rc, found);
}

static enum lookup_found
glibc_groups(const char *name, gid_t gid, long *ret_count)
{
	static gid_t gids[65536];
	int count = sizeof(gids) / sizeof(gids[0]);

	if (getgrouplist(name, gid, gids, &count) < 0)
		return LOOKUP_FAILED;
	*ret_count = count;
	return LOOKUP_FOUND;
}

static void *
symbol(void *library, const char *service, const char *function)
{
	char name[128];

	snprintf(name, sizeof(name), "_nss_%s_%s", service, function);
	return dlsym(library, name);
}

static bool
open_module(const char *what, struct lookup_source *ret)
{
	char service[32];
	char path[64];
	const char *file = what;
	const char *start;
	void *library;

	if (strchr(what, '/') == NULL) {
		snprintf(path, sizeof(path), "libnss_%s.so.2", what);
		file = path;
	}
	start = strstr(file, "libnss_");
	if (start == NULL || sscanf(start, "libnss_%31[a-z]", service) != 1) {
		fprintf(stderr, "lookup: %s: no NSS module's name\n", file);
		return false;
	}
	library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		fprintf(stderr, "lookup: %s\n", dlerror());
		return false;
	}
	*(void **)&module.getpwnam = symbol(library, service, "getpwnam_r");
	*(void **)&module.getpwuid = symbol(library, service, "getpwuid_r");
	*(void **)&module.getgrgid = symbol(library, service, "getgrgid_r");
	*(void **)&module.initgroups =
	    symbol(library, service, "initgroups_dyn");
	if (module.getpwnam == NULL || module.getpwuid == NULL) {
		fprintf(stderr, "lookup: %s lacks a function\n", file);
		return false;
	}
	ret->name = module_name;
	ret->uid = module_uid;
	ret->gid = module.getgrgid != NULL ? module_gid : NULL;
	ret->groups = module.initgroups != NULL ? module_groups : NULL;
	return true;
}

bool
lookup_open(const char *what, struct lookup_source *ret)
{
	if (strncmp(what, "cdb:", 4) == 0)
		return lookup_open_cdb(what + 4, ret);
	if (strcmp(what, "glibc") != 0)
		return open_module(what, ret);
	*ret = (struct lookup_source){ .name = glibc_name,
		                       .uid = glibc_uid,
		                       .gid = glibc_gid,
		                       .groups = glibc_groups };
	return true;
}
