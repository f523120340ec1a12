/* What sshd must say, for everybody and in every Match block. */
#ifndef TN_LIFECYCLE_DOCTOR_SSHD_H
#define TN_LIFECYCLE_DOCTOR_SSHD_H

#include "doctor.h"

struct doctor_sshd_option {
	const char *option; /* as sshd -T writes it: in lower case */
	const char *value;
	const char *because;
};

#define DOCTOR_SSHD_WANTED 5
extern const struct doctor_sshd_option doctor_sshd_wanted[DOCTOR_SSHD_WANTED];

/* What sshd -T said of an option; false where it said nothing. */
bool doctor_sshd_value(const char *text, const char *option, char *ret,
                       size_t size);
/* Complain of each Match block that says otherwise. */
void doctor_sshd_matches(struct doctor *doctor);

#endif
