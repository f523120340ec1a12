/*
 * The profiles that say how old a password may become: one name for
 * max_age_days in tenure.conf and pwdMaxAge in the policy entry.
 * Rule    CI-3.2, UM-13.3.
 */
#ifndef TN_CONFIG_PASSWORD_PROFILE_H
#define TN_CONFIG_PASSWORD_PROFILE_H

#include <stddef.h>

struct tn_password_profile {
	const char *name;  /* "regulation" */
	int max_age_days;  /* 0: no password ages; a leak forces a change */
	const char *words; /* whose it is, one line */
};

/* As shipped. */
#define TN_PROFILE_SHIPPED "regulation"

/* The profile number index, from 0 on; NULL past the last. */
const struct tn_password_profile *tn_profile_at(size_t index);
/* By its name; NULL where there is none. */
const struct tn_password_profile *tn_profile_named(const char *name);
/* The strictest one that allows this age; NULL where none does. */
const struct tn_password_profile *tn_profile_of_days(int max_age_days);

#endif
