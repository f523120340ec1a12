#include "init_compare.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "directory/connection.h"
#include "directory/search.h"
#include "init_entries.h"
#include "init_slapd.h"

static const char *const all_attributes[] = { "*", NULL };

static int
read_shipped(const struct init_plan *plan, struct init_entries *ret,
             struct tn_err *err)
{
	struct tn_buf dump;
	int status;

	tn_buf_init(&dump, INIT_DUMP_MAX);
	status = init_slapd_shipped(plan, &dump, err);
	if (status == TN_OK)
		status = init_entries_parse(tn_buf_text(&dump), ret, err);
	tn_buf_done(&dump);
	return status;
}

static int
connect_here(const struct tn_config *config, struct tn_connection **ret,
             struct tn_err *err)
{
	const struct tn_server server = {
		.uri = "ldapi:///",
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	int status;

	status = tn_directory_start(err);
	if (status == TN_OK)
		status = tn_connection_open(&server, ret, err);
	if (status == TN_OK)
		status = tn_bind_external(*ret, err);
	return status;
}

/* The policy entry is data, and just as much a lock: without it ppolicy
   forgets all of its own. */
static int
compare_policy(const struct init_plan *plan, struct tn_connection *connection,
               FILE *out, size_t *findings, struct tn_err *err)
{
	struct init_entries shipped = { 0 };
	struct init_entries live = { 0 };
	const struct init_entry *policy;
	struct tn_buf base;
	char dn[INIT_SUFFIX_MAX + 64];
	int status;

	tn_buf_init(&base, INIT_TEMPLATE_MAX);
	snprintf(dn, sizeof(dn), "cn=default,ou=policies,%s", plan->suffix);
	status = init_render(plan, "base.ldif", plan->data_dir, &base, err);
	if (status == TN_OK && !tn_buf_text(&base))
		status = tn_fail(err, base.failed, "base.ldif");
	if (status == TN_OK)
		status = init_entries_parse(tn_buf_text(&base), &shipped, err);
	if (status != TN_OK)
		goto out;
	policy = init_entries_find(&shipped, dn);
	if (!policy) {
		status = tn_fail(err, TN_E_INVALID, "base.ldif: no policy");
		goto out;
	}
	status = tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
	                   all_attributes, init_entries_found, &live, err);
	if (status == TN_E_NOT_FOUND || (status == TN_OK && !live.count)) {
		status = TN_OK;
		fprintf(out, "the password policy is lost: %s\n", dn);
		++*findings;
	} else if (status == TN_OK) {
		*findings +=
		    init_entry_differences(policy, live.entries[0], out);
	}
out:
	init_entries_done(&shipped);
	init_entries_done(&live);
	tn_buf_done(&base);
	return status;
}

int
init_compare(const char *config_path, struct init_plan *plan, FILE *out,
             size_t *ret_findings, struct tn_err *err)
{
	struct tn_config *config = NULL;
	struct tn_connection *connection = NULL;
	struct init_entries shipped = { 0 };
	struct init_entries live = { 0 };
	size_t findings = 0;
	int status;

	if (geteuid())
		return tn_fail(err, TN_E_DENIED, "must be run as root");
	status = tn_config_read(config_path, &config, err);
	if (status != TN_OK)
		return status;
	init_plan_from(plan, config);
	status = init_plan_check(plan, err);
	if (status == TN_OK)
		status = init_slapd_tools(plan, err);
	if (status == TN_OK)
		status = init_plan_users(plan, err);
	if (status == TN_OK)
		status = connect_here(config, &connection, err);
	if (status == TN_OK)
		status = read_shipped(plan, &shipped, err);
	if (status == TN_OK)
		status = tn_search(connection, "cn=config", TN_SCOPE_SUB,
		                   "(objectClass=*)", all_attributes,
		                   init_entries_found, &live, err);
	if (status == TN_OK) {
		findings = init_entries_differences(&shipped, &live, out);
		status = compare_policy(plan, connection, out, &findings, err);
	}
	if (status == TN_OK)
		*ret_findings = findings;
	init_entries_done(&shipped);
	init_entries_done(&live);
	tn_connection_closep(&connection);
	*plan = (struct init_plan){ .suffix = NULL };
	tn_config_free(config);
	return status;
}
