/* One of two directory servers: is it who it says, and does the other answer? */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/search.h"
#include "doctor_peer.h"
#include "host_verb.h"
#include "init_certificate.h"

bool
doctor_has_peer(const struct doctor *doctor)
{
	return *doctor->session.config->peer;
}

int
doctor_peer_open(const struct doctor *doctor, struct tn_connection **ret,
                 struct tn_err *err)
{
	const struct tn_config *config = doctor->session.config;
	const struct tn_server server = {
		.uri = config->peer,
		.ca_file = HOST_CA,
		.certificate = INIT_SERVER,
		.key = INIT_SERVER_KEY,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	int status;

	status = tn_connection_open(&server, ret, err);
	if (status == TN_OK)
		status = tn_bind_external(*ret, err);
	if (status != TN_OK)
		tn_connection_closep(ret);
	return status;
}

static void
own_name(const struct doctor *doctor, char ret[16])
{
	snprintf(ret, 16, INIT_PROVIDER_CN, doctor->session.config->provider);
}

void
doctor_provider_certificate(struct doctor *doctor)
{
	struct tn_err err = TN_ERR_INIT;
	char text[TN_CERTIFICATE_TEXT_MAX];
	char name[TN_HOST_NAME_MAX + 1];
	char wanted[16];

	if (!doctor_has_peer(doctor))
		return;
	own_name(doctor, wanted);
	if (host_read(INIT_SERVER, HOST_FILE_ANY, text, &err) ||
	    tn_certificate_name(text, name, &err))
		doctor_complain(doctor, INIT_SERVER, "%s", err.text);
	else if (strcmp(name, wanted) != 0)
		doctor_complain(doctor, INIT_SERVER,
		                "is for %s, not for %s: the other server does "
		                "not let it in",
		                name, wanted);
}

void
doctor_provider_link(struct doctor *doctor)
{
	const struct tn_config *config = doctor->session.config;
	struct tn_connection *peer = NULL;
	struct tn_err err = TN_ERR_INIT;
	char wanted[TN_DN_MAX + 1];
	char name[16];
	char *who = NULL;

	if (!doctor_has_peer(doctor))
		return;
	own_name(doctor, name);
	snprintf(wanted, sizeof(wanted), "dn:cn=%s,ou=providers,ou=agents,%s",
	         name, config->base);
	if (doctor_peer_open(doctor, &peer, &err) ||
	    tn_who_am_i(peer, &who, &err))
		doctor_complain(doctor, config->peer, "%s", err.text);
	else if (strcasecmp(who, wanted) != 0)
		doctor_complain(doctor, config->peer,
		                "takes this server for %s, not for %s", who,
		                wanted);
	free(who);
	tn_connection_closep(&peer);
}

/* The first value of one entry, or "". */
struct wanted {
	const char *attribute;
	char value[128];
};

static int
found_value(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct wanted *wanted = arg;
	const struct tn_value *values;
	size_t count;

	(void)err;
	values = tn_entry_values(entry, wanted->attribute, &count);
	if (count)
		snprintf(wanted->value, sizeof(wanted->value), "%s",
		         values[0].data);
	return TN_OK;
}

/* False when it could not be read, and that was said. */
static bool
read_here(struct doctor *doctor, const char *dn, struct wanted *ret)
{
	const char *const attributes[] = { ret->attribute, NULL };
	struct tn_err err = TN_ERR_INIT;
	int status;

	if (!doctor_is_heard(doctor))
		return false;
	status = tn_search(doctor->session.connection, dn, TN_SCOPE_BASE,
	                   "(objectClass=*)", attributes, found_value, ret,
	                   &err);
	if (status == TN_OK || status == TN_E_NOT_FOUND)
		return true;
	doctor_unknown(doctor, dn, "%s", err.text);
	return false;
}

/* Two certificates cannot have one name, for each has its entry; so that two
   servers whose numbers are those of their certificates have two. */
void
doctor_server_id(struct doctor *doctor)
{
	struct wanted id = { .attribute = "olcServerID" };
	struct tn_err err = TN_ERR_INIT;
	char text[TN_CERTIFICATE_TEXT_MAX];
	char name[TN_HOST_NAME_MAX + 1];
	char wanted[160];

	if (!doctor_has_peer(doctor) || !read_here(doctor, "cn=config", &id))
		return;
	snprintf(wanted, sizeof(wanted), "provider%s", id.value);
	if (host_read(INIT_SERVER, HOST_FILE_ANY, text, &err) ||
	    tn_certificate_name(text, name, &err))
		doctor_unknown(doctor, INIT_SERVER, "%s", err.text);
	else if (!strncmp(name, "provider", 8) && strcmp(name, wanted) != 0)
		doctor_complain(doctor, "cn=config",
		                "olcServerID is %s, but the certificate is "
		                "for %s: the other server may have this number",
		                *id.value ? id.value : "missing", name);
}

void
doctor_access_log(struct doctor *doctor)
{
	struct wanted start = { .attribute = "minCSN" };

	if (doctor_has_peer(doctor) &&
	    read_here(doctor, "cn=accesslog", &start) && !*start.value)
		doctor_complain(doctor, "cn=accesslog",
		                "has no minCSN: the first server that follows "
		                "this log ends slapd");
}
