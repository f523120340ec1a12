/* How old a password may become, by which profile: here, and in the directory. */
#include "doctor.h"

#include <stdio.h>

#include "base/day.h"
#include "config/password_profile.h"
#include "directory/search.h"

#define POLICY "cn=default,ou=policies"

static void
note_profile(struct doctor *doctor, const char *object, int days)
{
	const struct tn_password_profile *profile = tn_profile_of_days(days);

	if (!profile)
		doctor_complain(doctor, object, "%d: weaker than every profile",
		                days);
	else
		doctor_note(doctor, object, "%d: the profile %s%s (%s)", days,
		            profile->name,
		            days < profile->max_age_days ? ", and stricter"
		                                         : "",
		            profile->words);
}

static int
found_age(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	int *days = arg;
	uint32_t seconds;

	(void)err;
	if (!tn_entry_u32(entry, "pwdMaxAge", &seconds))
		*days = (int)(seconds / TN_DAY_SECONDS);
	return TN_OK;
}

/* 0 days: no password ages. */
static bool
is_weaker(int days, int than)
{
	return than > 0 && (days == 0 || days > than);
}

/* What the directory says to a host: the policy itself is nobody's to read. */
static void
compare_with_directory(struct doctor *doctor, int days)
{
	static const char *const attributes[] = { "pwdMaxAge", NULL };
	struct tn_err err = TN_ERR_INIT;
	int directory = -1;
	char dn[512];
	int rc;

	if (!doctor_is_heard(doctor))
		return;
	snprintf(dn, sizeof(dn), "%s,%s", POLICY, doctor->session.config->base);
	rc = tn_search(doctor->session.connection, dn, TN_SCOPE_BASE,
	               "(objectClass=*)", attributes, found_age, &directory,
	               &err);
	if (rc && rc != TN_E_NOT_FOUND)
		doctor_unknown(doctor, "the directory", "%s", err.text);
	else if (directory < 0)
		doctor_unknown(doctor, "the directory",
		               "says no age to hosts: its access rules are "
		               "older (tenure init --upgrade there)");
	else if (is_weaker(days, directory))
		doctor_complain(doctor, "max_age_days",
		                "%d: weaker than the directory's %d", days,
		                directory);
	else
		note_profile(doctor, "the directory", directory);
}

/* On the directory server the policy entry is held against it, too
   (password-policy). */
void
doctor_profile(struct doctor *doctor)
{
	int days = doctor->session.config->max_age_days;

	note_profile(doctor, "max_age_days", days);
	if (doctor->where == DOCTOR_HOST)
		compare_with_directory(doctor, days);
}
