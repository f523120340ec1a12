#include "acl_probe.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT_MAX 64

static struct {
	char name[PROBE_TEXT_MAX];
	LDAP *ld;
} kept[KEPT_MAX];
static size_t kept_count;

static void
give_up(const char *what, int code)
{
	fprintf(stderr, "acl_probe: %s: %s\n", what, ldap_err2string(code));
	exit(3);
}

static LDAP *
open_handle(const char *uri)
{
	int version = LDAP_VERSION3;
	struct timeval limit = { 10, 0 };
	LDAP *ld = NULL;
	int code = ldap_initialize(&ld, uri);

	if (code)
		give_up(uri, code);
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit);
	ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	return ld;
}

static int
bind_external(LDAP *ld)
{
	char nothing[] = ""; /* NULL would mean: not sent */
	struct berval none = { 0, nothing };

	return ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &none, NULL, NULL, NULL);
}

static int
bind_simple(LDAP *ld, const char *dn, const char *password)
{
	struct berval secret;
	char copy[PROBE_TEXT_MAX];

	snprintf(copy, sizeof(copy), "%s", password);
	secret.bv_val = copy;
	secret.bv_len = strlen(copy);
	return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL,
	                        NULL);
}

/* Over ldapi as a system user: the kernel's word at connect(2) counts. */
static LDAP *
connect_as_user(const char *login)
{
	const struct passwd *user = getpwnam(login);
	LDAP *ld = open_handle("ldapi:///");
	int code;

	if (!user)
		give_up(login, LDAP_NO_SUCH_OBJECT);
	if (setegid(user->pw_gid) || seteuid(user->pw_uid))
		give_up("seteuid", LDAP_OTHER);
	code = bind_external(ld);
	if (seteuid(0) || setegid(0))
		give_up("seteuid back", LDAP_OTHER);
	if (code)
		give_up(login, code);
	return ld;
}

static LDAP *
connect_as_host(const struct probe_place *place, const char *name)
{
	char path[PROBE_TEXT_MAX];
	int never = 0;
	LDAP *ld = open_handle("ldaps://127.0.0.1");
	int code;

	snprintf(path, sizeof(path), "%s/ca.crt", place->certificates);
	ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, path);
	snprintf(path, sizeof(path), "%s/%s.crt", place->certificates, name);
	ldap_set_option(ld, LDAP_OPT_X_TLS_CERTFILE, path);
	snprintf(path, sizeof(path), "%s/%s.key", place->certificates, name);
	ldap_set_option(ld, LDAP_OPT_X_TLS_KEYFILE, path);
	code = ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &never);
	if (!code)
		code = bind_external(ld);
	if (code)
		give_up(name, code);
	return ld;
}

void
probe_identity_dn(const struct probe_place *place, enum identity who,
                  const char *dn, char ret[PROBE_TEXT_MAX])
{
	static const char *const names[] = {
		[ANONYMOUS] = NULL,
		[HOST] = "cn=host1,ou=hosts",
		[OTHERHOST] = "cn=host2,ou=hosts",
		[PERSON] = "uid=alice,ou=people",
		[SCHEDULER] = "cn=scheduler,ou=agents",
		[ENFORCER] = "cn=enforcer,ou=agents",
		[SYSTEM] = "uid=sysadm,ou=people",
		[SECURITY] = "uid=secadm,ou=people",
		[AUDIT] = "uid=auditor,ou=people",
		[BOOTSTRAP] = "cn=bootstrap,ou=agents",
		[HR] = "uid=hrlead,ou=people",
		[IT_MANAGER] = "uid=itlead,ou=people",
		[PROVIDER] = "cn=provider1,ou=providers,ou=agents",
		[ROOT] = NULL,
	};

	if (who == SELF)
		snprintf(ret, PROBE_TEXT_MAX, "%s", dn);
	else if (who == ROOT || who == ANONYMOUS)
		snprintf(ret, PROBE_TEXT_MAX, "cn=nobody,%s", place->suffix);
	else
		snprintf(ret, PROBE_TEXT_MAX, "%s,%s", names[who],
		         place->suffix);
}

static LDAP *
connect_new(const struct probe_place *place, enum identity who, const char *dn)
{
	LDAP *ld;
	int code;

	switch (who) {
	case ANONYMOUS:
		return open_handle("ldapi:///");
	case HOST:
		return connect_as_host(place, "host1");
	case OTHERHOST:
		return connect_as_host(place, "host2");
	case PROVIDER:
		return connect_as_host(place, "provider1");
	case SCHEDULER:
		return connect_as_user("tenure-scheduler");
	case ENFORCER:
		return connect_as_user("tenure-enforcer");
	case BOOTSTRAP:
		return connect_as_user("root");
	case ROOT:
		return connect_as_user("nobody");
	default:
		if (!strncmp(dn, "cn=host1,ou=hosts,", 18))
			return connect_as_host(place, "host1");
		ld = open_handle("ldapi:///");
		code = bind_simple(ld, dn, place->password);
		if (code)
			give_up(dn, code);
		return ld;
	}
}

LDAP *
probe_connect(const struct probe_place *place, enum identity who,
              const char *dn)
{
	char acting[PROBE_TEXT_MAX];
	char name[PROBE_TEXT_MAX + 16];
	size_t i;

	probe_identity_dn(place, who, dn, acting);
	snprintf(name, sizeof(name), "%d %s", (int)who, acting);
	for (i = 0; i < kept_count; i++) {
		if (!strcmp(kept[i].name, name))
			return kept[i].ld;
	}
	if (kept_count == KEPT_MAX || strlen(name) >= PROBE_TEXT_MAX)
		give_up("too many identities", LDAP_OTHER);
	memcpy(kept[kept_count].name, name, strlen(name) + 1);
	kept[kept_count].ld = connect_new(place, who, acting);
	return kept[kept_count++].ld;
}

bool
probe_authenticates(const struct probe_place *place, const char *dn)
{
	LDAP *ld = open_handle("ldapi:///");
	int code = bind_simple(ld, dn, place->password);

	ldap_unbind_ext_s(ld, NULL, NULL);
	return !code;
}
