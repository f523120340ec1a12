#include "config/password_profile.h"

#include <string.h>
#include "base/attrs.h"

/* By age, the strictest first; none at the end. */
static const struct tn_password_profile profiles[] = {
	{ TN_PROFILE_SHIPPED, 30, "the regulation, CI-3.2: every month" },
	{ "pci", 90, "PCI DSS: every 90 days" },
	{ "cis", 365, "CIS: every year" },
	{ "nist", 0,
	  "NIST SP 800-63B: no password ages; a leak report or a reset forces "
	  "a change" },
};

const struct tn_password_profile *
tn_profile_at(size_t index)
{
	return index < TN_ARRAY_LEN(profiles) ? &profiles[index] : NULL;
}

const struct tn_password_profile *
tn_profile_named(const char *name)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(profiles); i++) {
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	}
	return NULL;
}

const struct tn_password_profile *
tn_profile_of_days(int max_age_days)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(profiles); i++) {
		if (max_age_days > 0 ? max_age_days <= profiles[i].max_age_days
		                     : profiles[i].max_age_days == 0)
			return &profiles[i];
	}
	return NULL;
}
