/* tenure init: a fresh directory server, made offline, whole or not at all. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "command_option.h"
#include "init_build.h"
#include "init_compare.h"
#include "upgrade.h"

static void
say_what_next(const struct init_plan *plan)
{
	const char *name = plan->server_names;
	int len = (int)strcspn(name, ",");

	printf("The directory %s is made. What next:\n"
	       "\n"
	       "1. Start slapd on two doors: in /etc/default/slapd\n"
	       "     SLAPD_CONF=%s\n"
	       "     SLAPD_SERVICES=\"ldapi:/// ldaps:///\"\n"
	       "   then: systemctl restart slapd; tenure init --check\n"
	       "2. Keep a copy of " TENURE_SYSCONFDIR "/ca/ca.key and of\n"
	       "   " TENURE_STATEDIR "/slip.key off this machine.\n"
	       "3. Add a login host. On the host:\n"
	       "     tenure host join --server ldaps://%.*s \\\n"
	       "       --name HOST --base %s \\\n"
	       "       --request-out HOST.csr\n"
	       "   here, with its request brought over:\n"
	       "     tenure host add HOST --request HOST.csr --out HOST.crt\n"
	       "   on the host, with HOST.crt and " TENURE_SYSCONFDIR
	       "/ca/ca.crt\n"
	       "   brought back:\n"
	       "     tenure host join --certificate HOST.crt --ca ca.crt \\\n"
	       "       --break-glass LOCAL-LOGIN\n"
	       "4. Issue the accounts: tenure issue --roster FILE\n",
	       plan->suffix, plan->config_dir, len, name, plan->suffix);
	if (!plan->break_glass)
		puts("5. Keep a local account here that Tenure never touches, "
		     "and name it in\n"
		     "   " TENURE_SYSCONFDIR "/tenure.conf: break_glass = "
		     "LOCAL-LOGIN");
}

static int
check(struct command_run *run, struct init_plan *plan)
{
	struct tn_err err = TN_ERR_INIT;
	size_t findings = 0;

	if (init_compare(run->config_path, plan, stdout, &findings, &err))
		return command_fail(run, &err);
	if (!findings)
		puts("slapd is as Tenure ships it.");
	else
		puts("What is lost, or of an earlier version: stop slapd, then "
		     "tenure init --upgrade.");
	return findings ? EXIT_FINDINGS : EXIT_CLEAN;
}

static int
upgrade(struct command_run *run, const struct init_plan *plan,
        const struct upgrade_options *options)
{
	struct tn_err err = TN_ERR_INIT;
	int status = EXIT_UNKNOWN;

	if (plan->suffix || plan->organisation || plan->server_names)
		return command_usage(run, "--upgrade and --restore take the "
		                          "suffix from tenure.conf");
	if (upgrade_run(run, plan, options, &status, &err))
		return command_fail(run, &err);
	return status;
}

int
cmd_init(struct command_run *run)
{
	struct upgrade_options upgrading = { 0 };
	bool only_upgrade = false;
	struct init_plan plan = { 0 };
	struct tn_err err = TN_ERR_INIT;
	bool only_check = false;
	const struct command_option options[] = {
		{ "--suffix", &plan.suffix, NULL },
		{ "--organisation", &plan.organisation, NULL },
		{ "--server-names", &plan.server_names, NULL },
		{ "--break-glass", &plan.break_glass, NULL },
		{ "--ldif-dir", &plan.ldif_dir, NULL },
		{ "--config-dir", &plan.config_dir, NULL },
		{ "--data-dir", &plan.data_dir, NULL },
		{ "--check", NULL, &only_check },
		{ "--upgrade", NULL, &only_upgrade },
		{ "--dry-run", NULL, &upgrading.only_show },
		{ "--replace-local", NULL, &upgrading.take_shipped },
		{ "--restore", &upgrading.backup, NULL },
		{ NULL, NULL, NULL },
	};
	int status;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (!plan.ldif_dir)
		plan.ldif_dir = INIT_LDIF_DIR;
	if (!plan.config_dir)
		plan.config_dir = INIT_CONFIG_DIR;
	if (!plan.data_dir)
		plan.data_dir = INIT_DATA_DIR;
	if (only_check + only_upgrade + !!upgrading.backup > 1)
		return command_usage(run, "one of --check, --upgrade and "
		                          "--restore");
	if ((upgrading.only_show || upgrading.take_shipped) && !only_upgrade)
		return command_usage(run, "--dry-run and --replace-local go "
		                          "with --upgrade");
	if (plan.break_glass && (only_upgrade || upgrading.backup ||
	                         only_check))
		return command_usage(run, "--break-glass is for a new "
		                          "directory; later it stands in "
		                          "tenure.conf");
	if (only_upgrade || upgrading.backup)
		return upgrade(run, &plan, &upgrading);
	if (only_check) {
		if (plan.suffix || plan.organisation || plan.server_names)
			return command_usage(run, "--check takes the suffix "
			                          "from tenure.conf");
		return check(run, &plan);
	}
	if (!plan.suffix || !plan.organisation || !plan.server_names)
		return command_usage(run, "--suffix, --organisation and "
		                          "--server-names are needed");
	if (init_plan_check(&plan, &err))
		return command_usage(run, "%s", err.text);
	if (init_require(&plan, &err) || init_build(&plan, &err))
		return command_fail(run, &err);
	say_what_next(&plan);
	return EXIT_CLEAN;
}
