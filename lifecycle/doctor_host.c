/* A login host and its directory: servers, certificate, clock. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/day.h"
#include "directory/search.h"
#include "host_verb.h"
#include "secret/secret.h"

#define MONTH     (30 * (int64_t)TN_DAY_SECONDS)
#define CLOCK_MAX 60 /* seconds */

static void
try_server(struct doctor *doctor, const char *uri)
{
	const struct tn_config *config = doctor->session.config;
	const struct tn_server server = {
		.uri = uri,
		.ca_file = config->ca_file,
		.certificate = config->certificate,
		.key = config->key,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	char expected[HOST_DN_MAX];
	char *who = NULL;

	if (host_dn(config->host_name, config->base, expected, &err) ||
	    tn_connection_open(&server, &connection, &err) ||
	    tn_bind_external(connection, &err) ||
	    tn_who_am_i(connection, &who, &err))
		doctor_complain(doctor, uri, "%s", err.text);
	else if (strncmp(who, "dn:", 3) || strcasecmp(who + 3, expected))
		doctor_complain(doctor, uri, "takes this host for %s", who);
	free(who);
	tn_connection_closep(&connection);
}

void
doctor_servers(struct doctor *doctor)
{
	struct tn_err err = TN_ERR_INIT;
	size_t i;

	if (!doctor->session.config->servers[0])
		doctor_complain(doctor, TN_CONFIG_PATH, "names no server");
	if (tn_directory_start(&err)) {
		doctor_unknown(doctor, "directory", "%s", err.text);
		return;
	}
	for (i = 0; doctor->session.config->servers[i]; i++)
		try_server(doctor, doctor->session.config->servers[i]);
}

void
doctor_host_certificate(struct doctor *doctor)
{
	const struct tn_config *config = doctor->session.config;
	char certificate[TN_CERTIFICATE_TEXT_MAX];
	char authority[TN_CERTIFICATE_TEXT_MAX];
	char key[TN_CERTIFICATE_TEXT_MAX] = "";
	char name[TN_HOST_NAME_MAX + 1];
	struct tn_err err = TN_ERR_INIT;
	int64_t until;

	/* The key's owner and mode have a check of their own. */
	if (host_read(config->certificate, HOST_FILE_TRUSTED, certificate,
	              &err) ||
	    host_read(config->ca_file, HOST_FILE_TRUSTED, authority, &err) ||
	    host_read(config->key, HOST_FILE_ANY, key, &err) ||
	    tn_certificate_check(certificate, key, authority, &err) ||
	    tn_certificate_name(certificate, name, &err) ||
	    tn_certificate_until(certificate, &until, &err))
		doctor_complain(doctor, config->certificate, "%s", err.text);
	else if (strcmp(name, config->host_name))
		doctor_complain(doctor, config->certificate,
		                "is for %s, and host_name is %s", name,
		                config->host_name);
	else if (until - doctor->session.moment.now < MONTH)
		doctor_complain(
		    doctor, config->certificate, "is valid for %lld days only",
		    (long long)((until - doctor->session.moment.now) /
		                TN_DAY_SECONDS));
	tn_wipe(key, sizeof(key));
}

static int
found_late(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	int64_t *newest = arg;
	int64_t changed;

	(void)err;
	if (!tn_entry_time(entry, "modifyTimestamp", &changed) &&
	    changed > *newest)
		*newest = changed;
	return TN_OK;
}

/* What was changed in our future says that our clock is behind. */
void
doctor_clock(struct doctor *doctor)
{
	static const char *const attributes[] = { "modifyTimestamp", NULL };
	int64_t now = doctor->session.moment.now;
	struct tn_err err = TN_ERR_INIT;
	char time[TN_GTIME_TEXT_MAX];
	int64_t newest = now;
	char filter[96];

	if (!doctor_is_heard(doctor))
		return;
	tn_gtime_format(now + CLOCK_MAX, time);
	snprintf(filter, sizeof(filter), "(modifyTimestamp>=%s)", time);
	if (tn_search(doctor->session.connection, doctor->session.config->base,
	              TN_SCOPE_SUB, filter, attributes, found_late, &newest,
	              &err))
		doctor_unknown(doctor, "clock", "%s", err.text);
	else if (newest > now)
		doctor_complain(doctor, "clock",
		                "is %lld s or more behind the directory's",
		                (long long)(newest - now));
}
