/*
 * tenure host add, remove: on the directory server. The certificate names a
 * random number which the host's entry holds: removing the entry revokes it.
 */
#include "host_verb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "command_option.h"
#include "directory/write.h"
#include "journal_write.h"
#include "secret/secret.h"
#include "session.h"

static int
sign(const char *name, const char *request_path, const char *serial,
     char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	char request[TN_CERTIFICATE_TEXT_MAX];
	char authority[TN_CERTIFICATE_TEXT_MAX];
	char key[TN_CERTIFICATE_TEXT_MAX];
	int status;

	status = host_read(request_path, HOST_FILE_ANY, request, err);
	if (status == TN_OK)
		status = host_read(HOST_CA, HOST_FILE_TRUSTED, authority, err);
	if (status == TN_OK)
		status = host_read(HOST_CA_KEY, HOST_FILE_KEY, key, err);
	if (status == TN_OK) {
		status = tn_certificate_sign(request, name, serial, authority,
		                             key, ret, err);
		if (status != TN_OK)
			tn_context(err, "%s", request_path);
	}
	tn_wipe(key, sizeof(key));
	return status;
}

/* One name, one machine: with a host's certificate of its own name the
   directory server would be taken for one. */
static int
check_not_own(const char *name, struct tn_err *err)
{
	char own[256];

	if (gethostname(own, sizeof(own)))
		return tn_fail_errno(err, TN_E_IO, errno, "gethostname");
	own[sizeof(own) - 1] = '\0';
	if (!strcasecmp(name, "localhost") || !strcasecmp(name, own) ||
	    (own[strcspn(own, ".")] && strlen(name) == strcspn(own, ".") &&
	     !strncasecmp(name, own, strlen(name))))
		return tn_fail(err, TN_E_RULE,
		               "%s is a name of this directory server", name);
	return TN_OK;
}

/* A report entry outlives its host only if a removal was cut short; it is
   then as good as a new one. */
static int
add_report(struct tn_connection *connection, const char *name,
           struct tn_err *err)
{
	static const char *const classes[] = { "tenureReport", NULL };
	const char *const cn[] = { name, NULL };
	const struct tn_modification entry[] = {
		{ TN_MODIFY_ADD, "objectClass", classes },
		{ TN_MODIFY_ADD, "cn", cn },
	};
	char dn[HOST_DN_MAX];
	int status;

	host_report_dn(name, dn);
	status = tn_add(connection, dn, entry, TN_ARRAY_LEN(entry), err);
	return status == TN_E_EXISTS ? TN_OK : status;
}

static int
add_entries(const struct session *session, const char *name, const char *serial,
            struct tn_err *err)
{
	static const char *const classes[] = { "device", "tenureHost", NULL };
	const char *const cn[] = { name, NULL };
	const char *const number[] = { serial, NULL };
	const struct tn_modification entry[] = {
		{ TN_MODIFY_ADD, "objectClass", classes },
		{ TN_MODIFY_ADD, "cn", cn },
		{ TN_MODIFY_ADD, "serialNumber", number },
	};
	char dn[HOST_DN_MAX];
	int status;

	status = host_dn(name, session->config->base, dn, err);
	if (status != TN_OK)
		return status;
	/* The entry that lets the host in comes last. */
	status = add_report(session->connection, name, err);
	if (status != TN_OK)
		return status;
	status =
	    tn_add(session->connection, dn, entry, TN_ARRAY_LEN(entry), err);
	if (status == TN_E_EXISTS)
		return tn_fail(err, TN_E_EXISTS,
		               "%s is a host already: tenure host remove it "
		               "first",
		               name);
	return status;
}

static int
hand_out(const char *path, const char *certificate, struct tn_err *err)
{
	if (path)
		return tn_file_save(path, certificate, strlen(certificate),
		                    0644, (uid_t)-1, (gid_t)-1, err);
	fputs(certificate, stdout);
	return TN_OK;
}

int
host_add(struct command_run *run)
{
	char certificate[TN_CERTIFICATE_TEXT_MAX];
	char serial[TN_SERIAL_TEXT_MAX];
	const char *name = NULL;
	const char *request = NULL;
	const char *out = NULL;
	const struct journal_matter nobody = { .people = NULL };
	struct session session = { 0 };
	struct tn_err err = TN_ERR_INIT;
	const struct command_option options[] = {
		{ "--request", &request, NULL },
		{ "--out", &out, NULL },
		{ NULL, NULL, NULL },
	};
	int status;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (!request)
		return command_usage(run, "--request is needed");
	if (tn_host_name_check(name, &err))
		return command_usage(run, "%s", err.text);

	status = check_not_own(name, &err);
	if (status == TN_OK)
		status = tn_secret_start(&err);
	if (status == TN_OK) {
		tn_random_hex(16, serial);
		status = sign(name, request, serial, certificate, &err);
	}
	if (status == TN_OK)
		status = session_open(run, &session, &err);
	if (status == TN_OK)
		status = journal_change(run, &session, &nobody, &err);
	if (status == TN_OK)
		status = add_entries(&session, name, serial, &err);
	/* Losing the certificate now costs a removal and a new request. */
	if (status == TN_OK)
		status = hand_out(out, certificate, &err);
	if (status != TN_OK) {
		status = command_fail(run, &err);
		journal_outcome(run, &session, status, err.text);
	}
	session_close(&session);
	if (status != TN_OK)
		return status;
	if (out)
		printf("%s may join: %s is its certificate.\n", name, out);
	return EXIT_CLEAN;
}

int
host_remove(struct command_run *run)
{
	const char *name = NULL;
	const struct command_option options[] = { { NULL, NULL, NULL } };
	const struct journal_matter nobody = { .people = NULL };
	struct session session = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_err report = TN_ERR_INIT;
	char dn[HOST_DN_MAX];
	int status;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (tn_host_name_check(name, &err))
		return command_usage(run, "%s", err.text);
	status = session_open(run, &session, &err);
	if (status == TN_OK)
		status = host_dn(name, session.config->base, dn, &err);
	if (status == TN_OK)
		status = journal_change(run, &session, &nobody, &err);
	if (status == TN_OK)
		status = tn_delete(session.connection, dn, NULL, &err);
	if (status == TN_E_NOT_FOUND)
		status = tn_fail(&err, TN_E_RULE, "there is no host %s", name);
	if (status != TN_OK) {
		status = command_fail(run, &err);
		journal_outcome(run, &session, status, err.text);
		session_close(&session);
		return status;
	}
	host_report_dn(name, dn);
	if (tn_delete(session.connection, dn, NULL, &report))
		fprintf(stderr, "tenure: host: the report of %s stays: %s\n",
		        name, report.text);
	session_close(&session);
	printf("%s is removed: its certificate opens no new connection.\n"
	       "One that is open now ends with slapd: restart it if the host "
	       "is in wrong hands.\n",
	       name);
	return EXIT_CLEAN;
}
