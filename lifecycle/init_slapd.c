#include "init_slapd.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init_place.h"
#include "init_run.h"

#define SIGNED_RULES  "access-signed.ldif"
#define JOURNAL_RULES "access-journal.ldif"

#define SLAPADD    "/usr/sbin/slapadd"
#define SLAPMODIFY "/usr/sbin/slapmodify"
#define SLAPCAT    "/usr/sbin/slapcat"

#define DATABASE_CONFIG "0"
#define DATABASE_LOG    "1"
#define DATABASE_MAIN   "3"

const struct init_database init_databases[INIT_DATABASES] = {
	{ "1", "accesslog", NULL },
	{ "2", "hosts-journal", "hosts-journal.ldif" },
	{ "3", "accounts", "base.ldif" },
	{ "4", "journal", "journal.ldif" },
	{ "5", "reports", "reports.ldif" },
};

/* Feed a template to a tool that writes to one database. */
static int
load(const struct init_plan *plan, const char *tool, const char *database,
     const char *name, const char *config_dir, const char *data_dir,
     struct tn_err *err)
{
	const char *const argv[] = { tool, "-n",       database,
		                     "-F", config_dir, NULL };
	struct tn_buf ldif;
	int status;

	tn_buf_init(&ldif, INIT_TEMPLATE_MAX);
	status = init_render(plan, name, data_dir, &ldif, err);
	if (status == TN_OK) {
		status = init_run(argv, ldif.data, ldif.len, plan->slapd_uid,
		                  plan->slapd_gid, NULL, err);
		if (status != TN_OK)
			tn_context(err, "%s/%s", plan->ldif_dir, name);
	}
	tn_buf_done(&ldif);
	return status;
}

static bool
is_there(const struct init_plan *plan, const char *name)
{
	char path[INIT_PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", plan->ldif_dir, name);
	return access(path, F_OK) == 0;
}

int
init_slapd_config(const struct init_plan *plan, const char *config_dir,
                  const char *data_dir, struct tn_err *err)
{
	struct tn_buf seen;
	int status;

	status = load(plan, SLAPADD, DATABASE_CONFIG, "config.ldif", config_dir,
	              data_dir, err);
	if (status == TN_OK)
		status = load(plan, SLAPMODIFY, DATABASE_CONFIG, "access.ldif",
		              config_dir, data_dir, err);
	/* The first version had all its rules in one file. */
	if (status == TN_OK && is_there(plan, SIGNED_RULES))
		status = load(plan, SLAPMODIFY, DATABASE_CONFIG, SIGNED_RULES,
		              config_dir, data_dir, err);
	if (status == TN_OK && is_there(plan, JOURNAL_RULES))
		status = load(plan, SLAPMODIFY, DATABASE_CONFIG, JOURNAL_RULES,
		              config_dir, data_dir, err);
	if (status == TN_OK)
		status = init_slapd_replicate(plan, config_dir, err);
	/* slaptest would write slapd's pid file; this reads it all as well. */
	tn_buf_init(&seen, INIT_DUMP_MAX);
	if (status == TN_OK)
		status = init_slapd_dump(plan, config_dir, &seen, err);
	tn_buf_done(&seen);
	return status;
}

int
init_slapd_replicate(const struct init_plan *plan, const char *config_dir,
                     struct tn_err *err)
{
	const char *name = "replication-writer.ldif";

	if (!plan->peer || !*plan->peer)
		return TN_OK;
	if (init_plan_is_reader(plan))
		name = !strcmp(plan->replication, "plain")
		           ? "replication-plain.ldif"
		           : "replication-delta.ldif";
	return load(plan, SLAPMODIFY, DATABASE_CONFIG, name, config_dir,
	            plan->data_dir, err);
}

int
init_slapd_provider(const struct init_plan *plan, const char *config_dir,
                    const char *name, const char *serial,
                    struct tn_err *err)
{
	const char *const change[] = {
		SLAPMODIFY, "-w", "-S", "1", "-n", DATABASE_MAIN,
		"-F", config_dir, NULL
	};
	const char *const add[] = { SLAPADD, "-w", "-S", "1", "-n",
		                    DATABASE_MAIN, "-F", config_dir,
		                    NULL };
	char dn[INIT_SUFFIX_MAX + 64];
	char ldif[1024];
	int status;

	snprintf(dn, sizeof(dn), "cn=%s,ou=providers,ou=agents,%s", name,
	         plan->suffix);
	/* One that is made anew takes the place of the old. */
	snprintf(ldif, sizeof(ldif),
	         "dn: %s\nchangetype: modify\nreplace: serialNumber\n"
	         "serialNumber: %s\n",
	         dn, serial);
	status = init_run(change, ldif, strlen(ldif), plan->slapd_uid,
	                  plan->slapd_gid, NULL, err);
	if (status != TN_E_INVALID)
		return status;
	if (err)
		*err = (struct tn_err)TN_ERR_INIT;
	snprintf(ldif, sizeof(ldif),
	         "dn: %s\nobjectClass: device\nobjectClass: tenureProvider\n"
	         "cn: %s\nserialNumber: %s\n",
	         dn, name, serial);
	return init_run(add, ldif, strlen(ldif), plan->slapd_uid,
	                plan->slapd_gid, NULL, err);
}

bool
init_slapd_fills(const struct init_plan *plan, size_t database)
{
	return init_databases[database].first != NULL &&
	       (!init_plan_is_reader(plan) ||
	        strcmp(init_databases[database].number, DATABASE_MAIN) != 0);
}

int
init_slapd_data(const struct init_plan *plan, const char *config_dir,
                const char *data_dir, struct tn_err *err)
{
	int status = TN_OK;
	size_t i;

	status = load(plan, SLAPADD, DATABASE_LOG, "accesslog.ldif", config_dir,
	              data_dir, err);
	for (i = 0; status == TN_OK && i < INIT_DATABASES; i++) {
		if (!init_slapd_fills(plan, i))
			continue;
		status = load(plan, SLAPADD, init_databases[i].number,
		              init_databases[i].first, config_dir, data_dir,
		              err);
	}
	if (status == TN_OK && !init_plan_is_reader(plan))
		status = init_slapd_provider(plan, config_dir, "provider1",
		                             plan->serial, err);
	return status;
}

int
init_slapd_dump(const struct init_plan *plan, const char *config_dir,
                struct tn_buf *ret, struct tn_err *err)
{
	const char *const argv[] = { SLAPCAT,         "-n",
		                     DATABASE_CONFIG, "-o",
		                     "ldif-wrap=no",  "-F",
		                     config_dir,      NULL };

	return init_run(argv, NULL, 0, plan->slapd_uid, plan->slapd_gid, ret,
	                err);
}

/* Append text with every `from` as `to`. */
static void
put_replaced(const char *text, const char *from, const char *to,
             struct tn_buf *ret)
{
	const char *found;

	while ((found = strstr(text, from))) {
		tn_buf_put(ret, text, (size_t)(found - text));
		tn_buf_put_text(ret, to);
		text = found + strlen(from);
	}
	tn_buf_put_text(ret, text);
}

int
init_slapd_shipped(const struct init_plan *plan, struct tn_buf *ret,
                   struct tn_err *err)
{
	struct init_place place = { 0 };
	char folder[PLACE_PATH_MAX], data[PLACE_PATH_MAX];
	char path[PLACE_PATH_MAX + 64];
	struct tn_buf dump;
	size_t i;
	int status;

	tn_buf_init(&dump, INIT_DUMP_MAX);
	status = init_place_beside(&place, "/run", plan->slapd_uid,
	                           plan->slapd_gid, folder, err);
	if (status == TN_OK)
		status = init_place_beside(&place, "/run", plan->slapd_uid,
		                           plan->slapd_gid, data, err);
	/* slapd refuses a folder that is not there; the real ones may not be
	   yet. */
	for (i = 0; status == TN_OK && i < INIT_DATABASES; i++) {
		snprintf(path, sizeof(path), "%s/%s", data,
		         init_databases[i].folder);
		status = init_place_folder(&place, path, 0700, plan->slapd_uid,
		                           plan->slapd_gid, err);
	}
	if (status == TN_OK)
		status = init_slapd_config(plan, folder, data, err);
	if (status == TN_OK)
		status = init_slapd_dump(plan, folder, &dump, err);
	if (status == TN_OK && !tn_buf_text(&dump))
		status = tn_fail(err, dump.failed, "slapcat");
	if (status == TN_OK) {
		put_replaced(tn_buf_text(&dump), data, plan->data_dir, ret);
		if (!tn_buf_text(ret))
			status = tn_fail(err, ret->failed, "slapcat");
	}
	init_place_undo(&place);
	tn_buf_done(&dump);
	return status;
}

int
init_slapd_tools(const struct init_plan *plan, struct tn_err *err)
{
	static const char *const tools[] = { SLAPADD, SLAPMODIFY, SLAPCAT };
	static const char *const files[] = {
		"config.ldif",
		"access.ldif",
		SIGNED_RULES,
		JOURNAL_RULES,
		"accesslog.ldif",
		"tenure-schema.ldif",
		"base.ldif",
		"reports.ldif",
		"journal.ldif",
		"hosts-journal.ldif",
		"replication-delta.ldif",
		"replication-plain.ldif",
		"replication-writer.ldif",
	};
	static const char *const modules[] = {
		TENURE_SLAPD_MODULE_DIR "/tenure_argon2id.so",
		TENURE_SLAPD_MODULE_DIR "/tenure_check_password.so",
	};
	char path[INIT_PATH_MAX + 64];
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(tools); i++) {
		if (access(tools[i], X_OK))
			return tn_fail(err, TN_E_NOT_FOUND,
			               "%s is missing: apt-get install slapd",
			               tools[i]);
	}
	for (i = 0; i < TN_ARRAY_LEN(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", plan->ldif_dir, files[i]);
		if (access(path, R_OK))
			return tn_fail(err, TN_E_NOT_FOUND,
			               "%s is missing: see --ldif-dir", path);
	}
	for (i = 0; i < TN_ARRAY_LEN(modules); i++) {
		if (access(modules[i], R_OK))
			return tn_fail(err, TN_E_NOT_FOUND,
			               "slapd's module %s is missing",
			               modules[i]);
	}
	return TN_OK;
}
