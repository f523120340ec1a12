/* The file of leaked passwords, where one is configured: without a complaint
   here nobody would notice that it is not asked (tenure-leaked(5)). */
#include "doctor.h"

#include <sys/stat.h>

#include "leaked/leaked.h"

void
doctor_leaked(struct doctor *doctor)
{
	const char *path = doctor->session.config->leaked_passwords;
	char built[TN_DAY_TEXT_MAX];
	struct tn_leaked_about about;
	struct tn_err err = TN_ERR_INIT;
	struct stat status;

	if (!*path)
		return;
	if (tn_leaked_about(path, &about, &err)) {
		doctor_complain(doctor, "leaked_passwords", "%s", err.text);
	} else if (!stat(path, &status) && !(status.st_mode & S_IROTH)) {
		/* slapd and tenured are not root. */
		doctor_complain(doctor, path,
		                "has mode %04o: slapd and tenured cannot read "
		                "it",
		                (unsigned int)status.st_mode & 07777);
	} else {
		tn_day_format(tn_day_of(about.built, 0), built);
		doctor_note(doctor, path, "%llu leaked passwords, built %s",
		            (unsigned long long)about.count, built);
	}
}
