/*
 * An entry as it came from the directory: bounded, copied out of libldap,
 * hostile until checked. Values are bytes; text values also end with a NUL.
 */
#ifndef TN_DIRECTORY_ENTRY_H
#define TN_DIRECTORY_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "base/err.h"

struct tn_value {
	const char *data; /* NUL behind len */
	size_t len;
};

struct tn_entry {
	const char *dn;
	struct tn_uuid uuid; /* zeros when entryUUID was not asked for */
	size_t count;
	const struct tn_attribute {
		const char *name; /* as asked for; one with an option
				     (cn;lang-en) is left out */
		size_t count;
		const struct tn_value *values;
	} * attributes;
};

/* The only value of an attribute as text, or NULL: absent, more than one,
   holds a NUL, or is not UTF-8. Names compare without case. */
const char *tn_entry_text(const struct tn_entry *entry, const char *name);
/* The same, but of several values the one that the first part of the dn
   names: for uid and cn, which are an entry's name. */
const char *tn_entry_name(const struct tn_entry *entry, const char *name);
/* All values, or NULL and 0. */
const struct tn_value *tn_entry_values(const struct tn_entry *entry,
                                       const char *name, size_t *ret_count);
bool tn_entry_has_value(const struct tn_entry *entry, const char *name,
                        const char *text);
bool tn_entry_is(const struct tn_entry *entry, const char *object_class);
/* Absent: *ret stays and TN_E_NOT_FOUND. */
int tn_entry_u32(const struct tn_entry *entry, const char *name, uint32_t *ret);
int tn_entry_time(const struct tn_entry *entry, const char *name, int64_t *ret);
int tn_entry_bool(const struct tn_entry *entry, const char *name, bool *ret);

/* Which attributes to ask for; NULL-terminated, static. */
extern const char *const tn_account_attributes[];
extern const char *const tn_group_attributes[];
/* All three kinds and objectClass: what the watch asks for. */
extern const char *const tn_watch_attributes[];

enum tn_entry_kind {
	TN_ENTRY_OTHER = 0,
	TN_ENTRY_ACCOUNT, /* tenurePerson or tenureService */
	TN_ENTRY_GROUP,   /* posixGroup */
	TN_ENTRY_LOCK,    /* tenureLock */
	TN_ENTRY_RELEASE, /* tenureRelease: names a lock by tenureLockRef */
};
enum tn_entry_kind tn_entry_kind(const struct tn_entry *entry);

/*
 * Read a record out of an entry. The record borrows from the entry, and its
 * keys from the thread until its next call: dup it to keep it. What is missing stays at its init value for the verdict to judge;
 * TN_E_INVALID only where there is no uid, uidNumber or gidNumber at all.
 */
int tn_account_from_entry(const struct tn_entry *entry, struct tn_account *ret,
                          struct tn_err *err);
/* Never fails: a lock that is hard to read locks all the same. One without a
   readable name is called by its dn, which no release can name. */
int tn_lock_from_entry(const struct tn_entry *entry, struct tn_lock *ret,
                       struct tn_err *err);
/* The name of the lock that a tenureRelease ends, borrowed from the entry, or
   NULL; and when it was added, by the server's clock, or TN_TIME_NONE. One that
   is older than its lock ends nothing. */
const char *
tn_release_from_entry(const struct tn_entry *entry, int64_t *ret_created);
/* memberUid and member are both read; a member dn "uid=x,..." gives x. The
   group owns its list: tn_group_free. */
int tn_group_from_entry(const struct tn_entry *entry, struct tn_group **ret,
                        struct tn_err *err);

#endif
