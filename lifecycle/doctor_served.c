/*
 * What the directory would have this host serve, held against the host's own
 * files. The directory is asked, not the snapshot: what this host refuses is
 * not in it.
 */
#include "doctor.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "directory/search.h"

#define RANGES_MAX  4096
#define NEW_NUMBERS 2000000ULL /* where the counter starts, as shipped */

struct range {
	char file[16];
	char owner[40];
	unsigned long long first;
	unsigned long long last;
	bool told;
};

struct served {
	struct doctor *doctor;
	size_t count;
	struct range *ranges;
};

static int
each(struct doctor *doctor, const char *folder, const char *filter,
     tn_search_found *found, void *arg, struct tn_err *err)
{
	static const char *const attributes[] = { "uid", "cn", "uidNumber",
		                                  "gidNumber", NULL };
	char base[512];

	snprintf(base, sizeof(base), "%s%s", folder,
	         doctor->session.config->base);
	return tn_search(doctor->session.connection, base, TN_SCOPE_SUB, filter,
	                 attributes, found, arg, err);
}

/* People and services, then groups. */
static void
walk(struct doctor *doctor, tn_search_found *found, void *arg)
{
	struct tn_err err = TN_ERR_INIT;

	if (!doctor_is_heard(doctor))
		return;
	if (each(doctor, "ou=people,", "(objectClass=posixAccount)", found, arg,
	         &err) ||
	    each(doctor, "ou=services,", "(objectClass=posixAccount)", found,
	         arg, &err) ||
	    each(doctor, "ou=groups,", "(objectClass=posixGroup)", found, arg,
	         &err))
		doctor_unknown(doctor, "directory", "%s", err.text);
}

static const char *
name_of(const struct tn_entry *entry)
{
	const char *uid = tn_entry_text(entry, "uid");
	const char *cn = tn_entry_text(entry, "cn");

	return uid ? uid : cn ? cn : entry->dn;
}

/* "name:first:count", one a line. */
static void
read_ranges(struct served *served, const char *path)
{
	char *text = NULL;
	char *save = NULL;
	char *line;

	/* A host without the file gives nobody a range. */
	if (doctor_read_optional(path, &text, NULL))
		return;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct range *range = &served->ranges[served->count];
		char *first = strchr(line, ':');
		char *count = first ? strchr(first + 1, ':') : NULL;
		unsigned long long length = 0;

		if (!count || served->count == RANGES_MAX)
			continue;
		*first++ = '\0';
		*count++ = '\0';
		if (!tn_text_to_u64(first, UINT32_MAX, &range->first) ||
		    !tn_text_to_u64(count, UINT32_MAX, &length) || !length)
			continue;
		range->last = range->first + length - 1;
		snprintf(range->owner, sizeof(range->owner), "%s", line);
		snprintf(range->file, sizeof(range->file), "%s", path);
		served->count++;
	}
	free(text);
}

static void
judge_number(struct served *served, const char *name, const char *attribute,
             uint32_t number)
{
	bool is_uid = !strcmp(attribute, "uidNumber");
	size_t i;

	for (i = 0; i < served->count; i++) {
		struct range *range = &served->ranges[i];

		if (range->told || number < range->first ||
		    number > range->last ||
		    is_uid != !strcmp(range->file, "/etc/subuid"))
			continue;
		/* One line a range, whoever else is in it. */
		range->told = true;
		doctor_complain(served->doctor, range->file,
		                "%s:%llu-%llu holds %s %u of %s", range->owner,
		                range->first, range->last,
		                is_uid ? "the uid" : "the gid",
		                (unsigned int)number, name);
	}
}

static int
found_number(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	static const char *const attributes[] = { "uidNumber", "gidNumber" };
	uint32_t number;
	size_t i;

	(void)err;
	for (i = 0; i < TN_ARRAY_LEN(attributes); i++) {
		if (!tn_entry_u32(entry, attributes[i], &number))
			judge_number(arg, name_of(entry), attributes[i],
			             number);
	}
	return TN_OK;
}

void
doctor_subid(struct doctor *doctor)
{
	struct served served = { .doctor = doctor };

	served.ranges = calloc(RANGES_MAX + 1, sizeof(*served.ranges));
	if (!served.ranges) {
		doctor_unknown(doctor, "/etc/subuid", "no memory");
		return;
	}
	read_ranges(&served, "/etc/subuid");
	read_ranges(&served, "/etc/subgid");
	walk(doctor, found_number, &served);
	free(served.ranges);
}

static int
found_low(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct doctor *doctor = arg;
	uint32_t number;

	(void)err;
	if (!tn_entry_u32(entry, "uidNumber", &number) &&
	    number < doctor->session.config->min_uid)
		doctor_complain(doctor, name_of(entry),
		                "has the uid %u, below min_uid %u: not served",
		                (unsigned int)number,
		                (unsigned int)doctor->session.config->min_uid);
	return TN_OK;
}

/* useradd takes numbers up to UID_MAX: a local one could become a person's. */
static void
judge_login_defs(struct doctor *doctor)
{
	char *text = NULL;
	const char *at;
	unsigned long long most;
	char number[32];

	if (doctor_read_optional("/etc/login.defs", &text, NULL))
		return;
	for (at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		if (strncmp(at, "UID_MAX", 7) || !strchr(" \t", at[7]))
			continue;
		at += 7 + strspn(at + 7, " \t");
		snprintf(number, sizeof(number), "%.*s",
		         (int)strcspn(at, " \t\n"), at);
		if (tn_text_to_u64(number, UINT32_MAX, &most) &&
		    most >= NEW_NUMBERS)
			doctor_complain(doctor, "/etc/login.defs",
			                "UID_MAX %llu: useradd may take a "
			                "person's number (from %llu)",
			                most, NEW_NUMBERS);
	}
	free(text);
}

void
doctor_min_uid(struct doctor *doctor)
{
	judge_login_defs(doctor);
	walk(doctor, found_low, doctor);
}

/* The local files themselves, never NSS, which would ask the directory. */
static bool
local_user(const char *name, const uint32_t *uid, char ret[64])
{
	const struct passwd *one;
	FILE *file = fopen("/etc/passwd", "re");
	bool found = false;

	while (file && !found && (one = fgetpwent(file))) {
		found =
		    !strcmp(one->pw_name, name) || (uid && one->pw_uid == *uid);
		if (found)
			snprintf(ret, 64, "%s (uid %u)", one->pw_name,
			         (unsigned int)one->pw_uid);
	}
	if (file)
		fclose(file);
	return found;
}

static bool
local_group(const char *name, const uint32_t *gid, char ret[64])
{
	const struct group *one;
	FILE *file = fopen("/etc/group", "re");
	bool found = false;

	while (file && !found && (one = fgetgrent(file))) {
		found =
		    !strcmp(one->gr_name, name) || (gid && one->gr_gid == *gid);
		if (found)
			snprintf(ret, 64, "%s (gid %u)", one->gr_name,
			         (unsigned int)one->gr_gid);
	}
	if (file)
		fclose(file);
	return found;
}

static int
found_name(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *uid = tn_entry_text(entry, "uid");
	const char *name = name_of(entry);
	uint32_t number;
	char local[64];
	bool has_number;

	(void)err;
	has_number =
	    !tn_entry_u32(entry, uid ? "uidNumber" : "gidNumber", &number);
	if (uid && local_user(name, has_number ? &number : NULL, local))
		doctor_complain(arg, "/etc/passwd",
		                "%s is also %s of the directory", local, name);
	if (!uid && local_group(name, has_number ? &number : NULL, local))
		doctor_complain(arg, "/etc/group",
		                "%s is also the group %s of the directory",
		                local, name);
	return TN_OK;
}

void
doctor_local_names(struct doctor *doctor)
{
	walk(doctor, found_name, doctor);
}
