/*
 * Where a benchmark's lookups go: an NSS module as it is loaded into a process,
 * glibc as a whole (nsswitch.conf, nscd), or the floor, a mapped tinycdb file.
 */
#ifndef TN_TESTS_LOOKUP_SOURCE_H
#define TN_TESTS_LOOKUP_SOURCE_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum lookup_found { LOOKUP_FOUND, LOOKUP_MISSING, LOOKUP_FAILED };

struct lookup_source {
	enum lookup_found (*name)(const char *, struct passwd *, char *,
	                          size_t);
	enum lookup_found (*uid)(uid_t, struct passwd *, char *, size_t);
	/* NULL where the source has none. */
	enum lookup_found (*gid)(gid_t, struct group *, char *, size_t);
	enum lookup_found (*groups)(const char *, gid_t, long *ret_count);
};

/*
 * what: "glibc"; "cdb:FILE"; the file of a module, or the name of its service
 * (sss: libnss_sss.so.2). Loads it now. Returns false, with words on standard
 * error, when it is not there.
 */
bool lookup_open(const char *what, struct lookup_source *ret);

/* A cdb with keys "nLOGIN" and "uNUMBER" and a passwd line as data. */
bool lookup_open_cdb(const char *path, struct lookup_source *ret);

#endif
