/* tenure doctor: is this machine set up as Tenure needs it? */
#include "command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_option.h"
#include "doctor.h"
#include "doctor_canary.h"

/* The directory server talks to slapd over its local socket, a login host
   never does. */
static enum doctor_where
where_are_we(const struct tn_config *config)
{
	const char *server = config->servers[0];

	return server && !strncmp(server, "ldapi:", 6) ? DOCTOR_DIRECTORY
	                                               : DOCTOR_HOST;
}

static int
examine(struct command_run *run)
{
	const struct doctor_check *check;
	struct tn_err err = TN_ERR_INIT;
	struct doctor *doctor;
	int status;

	doctor = calloc(1, sizeof(*doctor));
	if (!doctor) {
		tn_fail(&err, TN_E_NO_MEMORY, "doctor");
		return command_fail(run, &err);
	}
	doctor->config_path = run->config_path;
	if (session_config(run, &doctor->session, &err)) {
		status = command_fail(run, &err);
		goto out;
	}
	doctor->where = where_are_we(doctor->session.config);
	session_close(&doctor->session);
	/* Without the directory most of a host can still be looked at. */
	if (session_open(run, &doctor->session, &doctor->connect_error) &&
	    !doctor->session.config) {
		status = command_fail(run, &doctor->connect_error);
		goto out;
	}
	for (check = doctor_checks; check->id; check++) {
		if (!(check->where & doctor->where))
			continue;
		doctor->check = check;
		check->run(doctor);
	}
	status = doctor_report(doctor, run);
out:
	if (doctor->comparison)
		tn_buf_done(doctor->comparison);
	free(doctor->comparison);
	session_close(&doctor->session);
	free(doctor);
	return status;
}

int
cmd_doctor(struct command_run *run)
{
	const char *canary_host = NULL;
	bool canary = false;
	const struct command_option options[] = {
		{ .name = "--canary", .flag = &canary },
		{ .name = "--canary-host", .value = &canary_host },
		{ .name = NULL },
	};
	int status;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (run->as)
		return command_usage(run, "the doctor is root, not a person");
	if (canary && canary_host)
		return command_usage(run, "--canary or --canary-host, not "
		                          "both");
	if (geteuid()) {
		command_refuse(run, "must be run as root");
		return EXIT_UNKNOWN;
	}
	if (canary)
		return doctor_canary(run);
	if (canary_host)
		return doctor_canary_host(run, canary_host);
	return examine(run);
}
