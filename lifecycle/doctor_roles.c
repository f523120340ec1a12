/* Are there two people who can sign for system, and two for security? */
#include "doctor.h"

#include "directory/signed_request.h"

void
doctor_roles(struct doctor *doctor)
{
	static const enum tn_role roles[] = { TN_ROLE_SYSTEM,
		                              TN_ROLE_SECURITY };
	static const struct tn_uuid nobody;
	struct tn_err err = TN_ERR_INIT;
	size_t count;
	size_t i;

	if (!doctor_is_heard(doctor))
		return;
	for (i = 0; i < TN_ARRAY_LEN(roles); i++) {
		const char *name = tn_role_text(roles[i]);

		if (tn_superiors_count(doctor->session.connection,
		                       doctor->session.config->base, roles[i],
		                       &nobody, &count, &err))
			doctor_unknown(doctor, name, "%s", err.text);
		else if (count < TN_SUPERIORS_MIN)
			doctor_complain(doctor, name,
			                "%zu active people hold its first "
			                "level, of %d at least",
			                count, TN_SUPERIORS_MIN);
	}
}
