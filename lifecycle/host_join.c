/*
 * tenure host join, on a login host, in two steps. First a key and a request:
 * the key never leaves. Then the certificate that came back: everything is
 * checked, and proved by a connection, before anything is installed.
 */
#include "host_verb.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "break_glass.h"
#include "command_option.h"
#include "config/config.h"
#include "config/password_profile.h"
#include "directory/connection.h"
#include "secret/secret.h"

#define DRAFT_MAX 4096

struct join {
	const char *server; /* one, or several with blanks between */
	const char *writer;  /* or NULL */
	const char *profile; /* or NULL */
	const char *name;
	const char *base;
	const char *request_out;
	const char *certificate;
	const char *authority;
	const char *break_glass;
};

/* A key that is there from an earlier try is used again. */
static int
own_key(char key[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	const struct group *group = getgrnam("tenure");
	int status;

	if (!group)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "the system group tenure is missing: run "
		               "systemd-sysusers");
	status = host_read(HOST_KEY, HOST_FILE_KEY, key, err);
	if (status != TN_E_NOT_FOUND)
		return status;
	status = tn_certificate_key(key, err);
	if (status == TN_OK)
		status = tn_file_save(HOST_KEY, key, strlen(key), 0640, 0,
		                      group->gr_gid, err);
	return status;
}

/* What tenure.conf is going to say, as far as it is known now. */
static int
save_draft(const struct join *join, struct tn_err *err)
{
	struct tn_config *config = NULL;
	struct tn_buf text;
	const char *draft;
	int status;

	tn_buf_init(&text, DRAFT_MAX);
	tn_buf_printf(&text,
	              "servers = %s\nbase = %s\nhost_name = %s\n"
	              "certificate = " HOST_CERTIFICATE "\n"
	              "key = " HOST_KEY "\nca_file = " HOST_AUTHORITY "\n",
	              join->server, join->base, join->name);
	if (join->writer)
		tn_buf_printf(&text, "writer = %s\n", join->writer);
	if (join->profile)
		tn_buf_printf(
		    &text, "max_age_days = %d\n",
		    tn_profile_named(join->profile)->max_age_days);
	draft = tn_buf_text(&text);
	if (!draft || (join->writer && tn_text_has_control(join->writer)) ||
	    tn_text_has_control(join->server) ||
	    tn_text_has_control(join->base))
		status = tn_fail(err, TN_E_INVALID,
		                 "--server, --writer or --base: no such text");
	else
		status = tn_config_parse("options", draft, &config, err);
	if (status == TN_OK)
		status = tn_file_save(HOST_DRAFT, draft, strlen(draft), 0644,
		                      (uid_t)-1, (gid_t)-1, err);
	tn_config_free(config);
	tn_buf_done(&text);
	return status;
}

static int
request(const struct join *join, struct tn_err *err)
{
	char key[TN_CERTIFICATE_TEXT_MAX];
	char text[TN_CERTIFICATE_TEXT_MAX];
	int status;

	if (mkdir(TENURE_SYSCONFDIR, 0755) && errno != EEXIST)
		return tn_fail_errno(err, TN_E_IO, errno, TENURE_SYSCONFDIR);
	if (!access(HOST_CERTIFICATE, F_OK))
		return tn_fail(err, TN_E_EXISTS,
		               "this host has joined: " HOST_CERTIFICATE
		               " is there");
	status = save_draft(join, err);
	if (status == TN_OK)
		status = own_key(key, err);
	if (status == TN_OK)
		status = tn_certificate_request(key, join->name, text, err);
	if (status == TN_OK)
		status = tn_file_save(join->request_out, text, strlen(text),
		                      0644, (uid_t)-1, (gid_t)-1, err);
	tn_wipe(key, sizeof(key));
	return status;
}

/* A tenure.conf that is there stays; it must say what was asked for. */
static int
check_existing(const struct join *join, const struct tn_config *asked,
               struct tn_err *err)
{
	struct tn_config *config = NULL;
	const char *differs = NULL;
	size_t i;
	int status;

	if (access(TN_CONFIG_PATH, F_OK))
		return TN_OK;
	status = tn_config_read(TN_CONFIG_PATH, &config, err);
	if (status != TN_OK)
		return status;
	if (strcmp(config->break_glass, join->break_glass))
		differs = "break_glass";
	if (strcmp(config->host_name, asked->host_name))
		differs = "host_name";
	if (strcmp(config->writer, asked->writer))
		differs = "writer";
	if (strcmp(config->base, asked->base))
		differs = "base";
	for (i = 0; config->servers[i] && asked->servers[i] &&
	            !strcmp(config->servers[i], asked->servers[i]);
	     i++)
		;
	if (config->servers[i] || asked->servers[i])
		differs = "servers";
	tn_config_free(config);
	if (differs)
		return tn_fail(err, TN_E_RULE,
		               "%s is there and its %s is not what was asked "
		               "for: correct it or move it away",
		               TN_CONFIG_PATH, differs);
	return TN_OK;
}

/* The key, the certificate and the authority belong together, and to the
   name that was asked for. */
static int
check_files(const struct join *join, const struct tn_config *config,
            char certificate[TN_CERTIFICATE_TEXT_MAX],
            char authority[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	char key[TN_CERTIFICATE_TEXT_MAX];
	char name[TN_HOST_NAME_MAX + 1];
	int status;

	status = host_read(HOST_KEY, HOST_FILE_KEY, key, err);
	if (status == TN_OK)
		status = host_read(join->certificate, HOST_FILE_ANY,
		                   certificate, err);
	if (status == TN_OK)
		status =
		    host_read(join->authority, HOST_FILE_ANY, authority, err);
	if (status == TN_OK)
		status = tn_certificate_check(certificate, key, authority, err);
	tn_wipe(key, sizeof(key));
	if (status == TN_OK)
		status = tn_certificate_name(certificate, name, err);
	if (status == TN_OK && strcmp(name, config->host_name))
		status = tn_fail(err, TN_E_RULE,
		                 "%s is for the host %s, this one asked as %s",
		                 join->certificate, name, config->host_name);
	return status;
}

/* Does the server know us by this certificate? */
static int
prove(const struct join *join, const struct tn_config *config,
      struct tn_err *err)
{
	const struct tn_server server = {
		.uri = config->servers[0],
		.ca_file = join->authority,
		.certificate = join->certificate,
		.key = HOST_KEY,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	struct tn_connection *connection = NULL;
	char expected[HOST_DN_MAX];
	char *who = NULL;
	int status;

	status = host_dn(config->host_name, config->base, expected, err);
	if (status == TN_OK)
		status = tn_directory_start(err);
	if (status == TN_OK)
		status = tn_connection_open(&server, &connection, err);
	if (status == TN_OK)
		status = tn_bind_external(connection, err);
	if (status == TN_OK)
		status = tn_who_am_i(connection, &who, err);
	if (status == TN_OK &&
	    (strncmp(who, "dn:", 3) || strcasecmp(who + 3, expected)))
		status = tn_fail(err, TN_E_DENIED,
		                 "%s does not know this certificate: tenure "
		                 "host add %s there",
		                 config->servers[0], config->host_name);
	free(who);
	tn_connection_closep(&connection);
	return status;
}

static int
install(const struct join *join, const char *draft, const char *certificate,
        const char *authority, struct tn_err *err)
{
	struct tn_buf text;
	int status;

	tn_buf_init(&text, DRAFT_MAX + 256);
	tn_buf_printf(&text,
	              "# Written by tenure host join; tenure.conf(5).\n"
	              "%sbreak_glass = %s\n",
	              draft, join->break_glass);
	status = tn_buf_text(&text) ? TN_OK : text.failed;
	if (status != TN_OK)
		tn_fail(err, status, "tenure.conf");
	if (status == TN_OK)
		status = tn_file_save(HOST_AUTHORITY, authority,
		                      strlen(authority), 0644, 0, 0, err);
	if (status == TN_OK && access(TN_CONFIG_PATH, F_OK))
		status = tn_file_save(TN_CONFIG_PATH, text.data, text.len, 0644,
		                      0, 0, err);
	/* Last: this file is what says that the host has joined. */
	if (status == TN_OK)
		status = tn_file_save(HOST_CERTIFICATE, certificate,
		                      strlen(certificate), 0644, 0, 0, err);
	if (status == TN_OK)
		unlink(HOST_DRAFT);
	tn_buf_done(&text);
	return status;
}

static int
finish(const struct join *join, struct tn_err *err)
{
	char certificate[TN_CERTIFICATE_TEXT_MAX];
	char authority[TN_CERTIFICATE_TEXT_MAX];
	struct tn_config *config = NULL;
	char *draft = NULL;
	size_t len;
	int status;

	status = tn_file_read_trusted(HOST_DRAFT, DRAFT_MAX, false, &draft,
	                              &len, err);
	if (status == TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_RULE,
		               "no request was made here: tenure host join "
		               "--server ... first");
	if (status == TN_OK)
		status = break_glass_check(join->break_glass, err);
	if (status == TN_OK)
		status = tn_config_parse(HOST_DRAFT, draft, &config, err);
	if (status == TN_OK)
		status = check_existing(join, config, err);
	if (status == TN_OK)
		status = check_files(join, config, certificate, authority, err);
	if (status == TN_OK)
		status = prove(join, config, err);
	if (status == TN_OK)
		status = install(join, draft, certificate, authority, err);
	tn_config_free(config);
	free(draft);
	return status;
}

int
host_join(struct command_run *run)
{
	struct join join = { 0 };
	struct tn_err err = TN_ERR_INIT;
	const struct command_option options[] = {
		{ "--server", &join.server, NULL },
		{ "--writer", &join.writer, NULL },
		{ "--profile", &join.profile, NULL },
		{ "--name", &join.name, NULL },
		{ "--base", &join.base, NULL },
		{ "--request-out", &join.request_out, NULL },
		{ "--certificate", &join.certificate, NULL },
		{ "--ca", &join.authority, NULL },
		{ "--break-glass", &join.break_glass, NULL },
		{ NULL, NULL, NULL },
	};
	int status;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (geteuid()) {
		tn_fail(&err, TN_E_DENIED, "must be run as root");
		return command_fail(run, &err);
	}
	if (join.certificate) {
		if (!join.authority || !join.break_glass || join.server ||
		    join.writer || join.profile || join.name || join.base || join.request_out)
			return command_usage(run, "--certificate goes with "
			                          "--ca and --break-glass");
		if (finish(&join, &err))
			return command_fail(run, &err);
		puts("This host has joined. What next: start tenured.");
		return EXIT_CLEAN;
	}
	if (!join.server || !join.name || !join.base || !join.request_out ||
	    join.authority || join.break_glass)
		return command_usage(run, "--server, --name, --base and "
		                          "--request-out are needed");
	if (tn_host_name_check(join.name, &err))
		return command_usage(run, "%s", err.text);
	if (join.profile && !tn_profile_named(join.profile))
		return command_usage(run, "--profile is regulation, pci, cis "
		                          "or nist");
	if (request(&join, &err))
		return command_fail(run, &err);
	printf("Bring %s to the directory server: tenure host add %s "
	       "--request FILE\n",
	       join.request_out, join.name);
	return EXIT_CLEAN;
}
