#include <config.h>

#include "enforcer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "confine.h"
#include "host_rules.h"
#include "net.h"
#include "notify.h"
#include "privilege.h"

#define NAME         "tenured[enforcer]"
#define USER         "tenure-enforcer"
#define LOCAL_SERVER "ldapi:///"
#define BESIDE       "cn=enforcer,ou=agents,"

/* Become tenure-enforcer where root started it, as in a lab. */
static int
become(struct tn_err *err)
{
	uid_t uid;
	gid_t gid;
	int rc;

	if (geteuid() == 0) {
		rc = tn_system_user(USER, &uid, &gid, err);
		if (rc == TN_OK)
			rc = tn_privilege_drop(uid, gid, 0, getppid(), err);
		if (rc != TN_OK)
			return rc;
	}
	return tn_confine_net(err);
}

/* The kernel's word counts there, so it is the server beside us or none. */
static const char *
local_uri(const struct tn_config *config)
{
	size_t i;

	for (i = 0; config->servers[i] != NULL; i++)
		if (strncmp(config->servers[i], "ldapi://", 8) == 0)
			return config->servers[i];
	return LOCAL_SERVER;
}

static int
connect_local(const struct tn_enforcer *enforcer, struct tn_connection **ret,
              struct tn_err *err)
{
	const struct tn_server server = {
		.uri = local_uri(enforcer->config),
		.connect_timeout = enforcer->config->connect_timeout,
		.operation_timeout = enforcer->config->operation_timeout,
	};
	int rc = tn_connection_open(&server, ret, err);

	if (rc == TN_OK)
		rc = tn_bind_external(*ret, err);
	return rc;
}

/* A lock is added in the name of who adds it: know that name, and that it is
   the enforcer's, before anything is done. */
static int
learn_name(struct tn_enforcer *enforcer, struct tn_err *err)
{
	const char *dn;
	char *who = NULL;
	int rc = tn_who_am_i(enforcer->work, &who, err);

	if (rc != TN_OK)
		return rc;
	dn = strncmp(who, "dn:", 3) == 0 ? who + 3 : who;
	if (strncmp(dn, BESIDE, strlen(BESIDE)) != 0) {
		rc = tn_fail(err, TN_E_DENIED,
		             "to the directory this is %.200s, not the "
		             "enforcer: start it as user " USER,
		             dn);
		free(who);
		return rc;
	}
	free(enforcer->dn);
	enforcer->dn = strdup(dn);
	free(who);
	return enforcer->dn != NULL ? TN_OK
	                            : tn_fail(err, TN_E_NO_MEMORY, "a dn");
}

static int
enforce_once(struct tn_enforcer *enforcer, struct tn_err *err)
{
	struct tn_connection *watch = NULL;
	int rc;

	enforcer->is_refreshed = false;
	rc = connect_local(enforcer, &enforcer->work, err);
	if (rc == TN_OK)
		rc = learn_name(enforcer, err);
	if (rc == TN_OK)
		rc = connect_local(enforcer, &watch, err);
	if (rc == TN_OK)
		rc = tn_enforcer_watch(enforcer, watch, err);
	tn_connection_closep(&watch);
	tn_connection_closep(&enforcer->work);
	return rc;
}

static void
enforce_for_good(struct tn_enforcer *enforcer)
{
	unsigned int failures = 0;
	struct timespec wait;
	struct tn_err err;
	int ms;

	for (;;) {
		err = (struct tn_err)TN_ERR_INIT;
		(void)enforce_once(enforcer, &err);
		if (enforcer->is_refreshed)
			failures = 0;
		if (failures == 0)
			tn_log_warning("the directory is out of reach: %s",
			               err.text);
		tn_notify(enforcer->notify_socket,
		          "STATUS=Waiting for slapd: locks are not enforced");
		ms = tn_backoff_ms(failures++);
		/* slapd is beside us: no herd to spread, and locks wait. */
		if (ms > 2000)
			ms = 2000;
		wait = (struct timespec){ .tv_sec = ms / 1000,
			                  .tv_nsec = (ms % 1000) * 1000000L };
		(void)nanosleep(&wait, NULL);
	}
}

int
tn_enforcer_run(const struct tn_enforcer_setup *setup)
{
	struct tn_enforcer enforcer = { .notify_socket = setup->notify_socket };
	struct tn_err err = TN_ERR_INIT;
	int rc;

	tn_log_open(NAME, true, setup->debug);
	rc = tn_privilege_start(&err);
	if (rc == TN_OK)
		rc = tn_config_read(setup->config, &enforcer.config, &err);
	if (rc == TN_OK)
		rc = become(&err);
	if (rc == TN_OK)
		rc = tn_directory_start(&err);
	if (rc != TN_OK) {
		tn_log_err("not started", &err);
		tn_config_free(enforcer.config);
		return EXIT_FAILURE;
	}
	tn_log_open(NAME, setup->foreground, setup->debug);
	enforcer.is_writer = enforcer.config->writer[0] == '\0';
	enforcer.brake = tn_host_rules(enforcer.config).brake;
	tn_table_init(&enforcer.table);
	/* A key that comes back changes no record, and is to go again. */
	enforcer.table.tells_all = true;
	enforce_for_good(&enforcer);
	return EXIT_FAILURE;
}
