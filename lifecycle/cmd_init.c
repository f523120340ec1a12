/* tenure init: a fresh directory server, made offline, whole or not at all. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "command_option.h"
#include "config/password_profile.h"
#include "init_build.h"
#include "init_compare.h"
#include "init_provider.h"
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

struct provider_options {
	const char *number; /* --provider: the second's own steps */
	const char *added;  /* --add-provider: the writer's */
	const char *request;
	const char *request_out;
	const char *out;
	const char *bundle;
};

/* The writer signs, and opens the link on its side. */
static int
add_provider(struct command_run *run, struct init_plan *plan,
             const struct provider_options *options)
{
	struct tn_err err = TN_ERR_INIT;

	if (init_provider_add(run->config_path, plan, options->request,
	                      options->out, &err))
		return command_fail(run, &err);
	printf("Provider 2 is expected. What next:\n"
	       "\n"
	       "1. Here: systemctl start slapd\n"
	       "2. Bring %s to provider 2; there:\n"
	       "     tenure init --provider 2 --bundle FILE\n"
	       "3. On every login host: servers = both, and the line\n"
	       "     writer = the URI that the bundle names\n",
	       options->out);
	return EXIT_CLEAN;
}

static int
ask(struct command_run *run, struct init_plan *plan,
    const struct provider_options *options)
{
	struct tn_err err = TN_ERR_INIT;

	/* What a writer would be asked is not known yet. */
	plan->writer = "ldaps://writer";
	plan->suffix = "dc=unknown";
	plan->organisation = "unknown";
	if (init_require(plan, &err) ||
	    init_provider_ask(plan, options->request_out, &err))
		return command_fail(run, &err);
	printf("The key stays here. Bring %s to the writer; there, with slapd "
	       "stopped:\n"
	       "  tenure init --add-provider 2 --request FILE \\\n"
	       "    --server-names NAMES-OF-THIS-SERVER --out FILE\n",
	       options->request_out);
	return EXIT_CLEAN;
}

static int
build_second(struct command_run *run, struct init_plan *plan,
             const struct provider_options *options)
{
	struct init_bundle bundle;
	struct tn_err err = TN_ERR_INIT;

	memset(&bundle, 0, sizeof(bundle));
	if (init_provider_read(plan, options->bundle, &bundle, &err) ||
	    init_require(plan, &err) || init_build(plan, &bundle, &err))
		return command_fail(run, &err);
	printf("Provider 2 of %s is made. What next:\n"
	       "\n"
	       "1. Start slapd on two doors: in /etc/default/slapd\n"
	       "     SLAPD_CONF=%s\n"
	       "     SLAPD_SERVICES=\"ldapi:/// ldaps:///\"\n"
	       "   then: systemctl restart slapd; tenure init --check\n"
	       "2. It fetches the accounts from %s: tenure doctor\n"
	       "   says when they are the same.\n"
	       "3. Start the enforcer: systemctl start tenured-directory\n",
	       plan->suffix, plan->config_dir, plan->writer);
	return EXIT_CLEAN;
}

/* COMMAND_GO_ON: it is the first directory server that is asked for. */
static int
provider(struct command_run *run, struct init_plan *plan,
         const struct provider_options *options)
{
	const char *number =
	    options->number ? options->number : options->added;

	if (!number) {
		if (options->request || options->request_out || options->out ||
		    options->bundle || plan->replication)
			return command_usage(run, "that goes with --provider "
			                          "or --add-provider");
		plan->replication = "delta";
		return COMMAND_GO_ON;
	}
	if (strcmp(number, "2") || (options->number && options->added))
		return command_usage(run, "there are two providers: the first "
		                          "and --provider 2");
	if (!plan->replication)
		plan->replication = "delta";
	else if (strcmp(plan->replication, "delta") &&
	         strcmp(plan->replication, "plain"))
		return command_usage(run, "--replication is delta or plain");
	plan->provider = 2;
	if (plan->suffix || plan->organisation)
		return command_usage(run, "provider 2 has the suffix and the "
		                          "organisation of the first");
	if (options->added) {
		if (!options->request || !plan->server_names || !options->out ||
		    options->request_out || options->bundle)
			return command_usage(run, "--request, --server-names "
			                          "and --out are needed");
		return add_provider(run, plan, options);
	}
	if (!options->request_out == !options->bundle || options->request ||
	    options->out || plan->server_names)
		return command_usage(run, "--provider goes with --request-out, "
		                          "and then with --bundle");
	return options->bundle ? build_second(run, plan, options)
	                       : ask(run, plan, options);
}

/* The age of passwords: that of the profile, or of the one that is shipped. */
static bool
take_profile(const char *name, struct init_plan *plan)
{
	const struct tn_password_profile *profile =
	    tn_profile_named(name ? name : TN_PROFILE_SHIPPED);

	if (profile)
		plan->max_age_days = profile->max_age_days;
	return profile != NULL;
}

int
cmd_init(struct command_run *run)
{
	struct upgrade_options upgrading = { 0 };
	bool only_upgrade = false;
	struct init_plan plan = { .provider = 1 };
	const char *profile = NULL;
	struct provider_options second = { .number = NULL };
	struct tn_err err = TN_ERR_INIT;
	bool only_check = false;
	const struct command_option options[] = {
		{ "--suffix", &plan.suffix, NULL },
		{ "--organisation", &plan.organisation, NULL },
		{ "--server-names", &plan.server_names, NULL },
		{ "--break-glass", &plan.break_glass, NULL },
		{ "--profile", &profile, NULL },
		{ "--ldif-dir", &plan.ldif_dir, NULL },
		{ "--config-dir", &plan.config_dir, NULL },
		{ "--data-dir", &plan.data_dir, NULL },
		{ "--check", NULL, &only_check },
		{ "--upgrade", NULL, &only_upgrade },
		{ "--dry-run", NULL, &upgrading.only_show },
		{ "--replace-local", NULL, &upgrading.take_shipped },
		{ "--restore", &upgrading.backup, NULL },
		{ "--provider", &second.number, NULL },
		{ "--add-provider", &second.added, NULL },
		{ "--request", &second.request, NULL },
		{ "--request-out", &second.request_out, NULL },
		{ "--out", &second.out, NULL },
		{ "--bundle", &second.bundle, NULL },
		{ "--replication", &plan.replication, NULL },
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
	if (profile && (only_upgrade || upgrading.backup || only_check))
		return command_usage(run, "--profile is for a new directory; "
		                          "later it is max_age_days in "
		                          "tenure.conf, and --upgrade");
	if (!take_profile(profile, &plan))
		return command_usage(run, "--profile is regulation, pci, cis "
		                          "or nist");
	if (only_upgrade || upgrading.backup)
		return upgrade(run, &plan, &upgrading);
	if (only_check) {
		if (plan.suffix || plan.organisation || plan.server_names ||
		    second.number || second.added)
			return command_usage(run, "--check takes the suffix "
			                          "from tenure.conf");
		return check(run, &plan);
	}
	status = provider(run, &plan, &second);
	if (status != COMMAND_GO_ON)
		return status;
	if (!plan.suffix || !plan.organisation || !plan.server_names)
		return command_usage(run, "--suffix, --organisation and "
		                          "--server-names are needed");
	if (init_plan_check(&plan, &err))
		return command_usage(run, "%s", err.text);
	if (init_require(&plan, &err) || init_build(&plan, NULL, &err))
		return command_fail(run, &err);
	say_what_next(&plan);
	return EXIT_CLEAN;
}
