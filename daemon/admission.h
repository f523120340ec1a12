/*
 * Who is admitted on this host (verdict row 5; CP-5): by primary group, or as a
 * listed member. Kept as groups change, so that a login asks for one name and
 * not for the members of every group. Pure data; the caller holds a lock.
 */
#ifndef TN_DAEMON_ADMISSION_H
#define TN_DAEMON_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "base/hash_table.h"

struct tn_admitted_login;
struct tn_admitted_gid;

struct tn_admission {
	char *const *names; /* of the groups, to a NULL; NULL: everybody */
	struct tn_admitted_login *logins;
	struct tn_admitted_gid *gids;
	/* Told of whoever is admitted now and was not, or the reverse. May be
	   NULL. */
	void (*login_changed)(const char *login, void *arg);
	void (*gid_changed)(uint32_t gid, void *arg);
	void *arg;
};

/* A group in place of another of the same entry; either may be NULL.
   TN_E_NO_MEMORY: all is as it was. */
int tn_admission_change(struct tn_admission *admission,
                        const struct tn_group *old_group,
                        const struct tn_group *new_group, struct tn_err *err);
/* Is the group one of those that admit? */
bool tn_admission_names(const struct tn_admission *admission,
                        const struct tn_group *group);
bool tn_admission_has(const struct tn_admission *admission,
                      const struct tn_account *account);
void tn_admission_done(struct tn_admission *admission);

#endif
