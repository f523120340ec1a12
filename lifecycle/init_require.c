#include "init_build.h"

#include <stdio.h>
#include <unistd.h>

#include "break_glass.h"
#include "init_place.h"
#include "init_slapd.h"

/* A second `tenure init` must find one of these, whatever was removed. */
static int
require_free(const struct init_plan *plan, struct tn_err *err)
{
	static const char *const ours[] = {
		TENURE_SYSCONFDIR "/tenure.conf",
		TENURE_SYSCONFDIR "/ca",
		TENURE_SYSCONFDIR "/server.crt",
		TENURE_STATEDIR "/slip.key",
		TENURE_STATEDIR "/slips",
		TENURE_STATEDIR "/shipped",
	};
	char path[PLACE_PATH_MAX];
	size_t i;
	int status;

	status = init_place_is_free(plan->config_dir, err);
	for (i = 0; status == TN_OK && i < INIT_DATABASES; i++) {
		snprintf(path, sizeof(path), "%s/%s", plan->data_dir,
		         init_databases[i].folder);
		status = init_place_is_free(path, err);
	}
	for (i = 0; status == TN_OK && i < TN_ARRAY_LEN(ours); i++)
		status = init_place_is_free(ours[i], err);
	/* The second provider's first step made its key. */
	if (status == TN_OK && !init_plan_is_reader(plan))
		status = init_place_is_free(TENURE_SYSCONFDIR "/server.key",
		                            err);
	if (status == TN_E_EXISTS)
		return tn_fail(err, TN_E_EXISTS,
		               "%s; nothing was changed, since init never "
		               "overwrites",
		               err->text);
	return status;
}

int
init_require(struct init_plan *plan, struct tn_err *err)
{
	int status;

	if (geteuid())
		return tn_fail(err, TN_E_DENIED, "must be run as root");
	status = init_plan_check(plan, err);
	if (status == TN_OK && plan->break_glass)
		status = break_glass_check(plan->break_glass, err);
	if (status == TN_OK)
		status = require_free(plan, err);
	if (status == TN_OK)
		status = init_slapd_tools(plan, err);
	if (status == TN_OK)
		status = init_plan_users(plan, err);
	return status;
}
