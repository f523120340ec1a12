/*
 * One attempt. A change of an attribute is sent together with a second one
 * that cannot be done (the removal of a value that is not there, the same
 * value added again): slapd checks the rules for all of it first, so that
 * failure means allowed, and nothing is changed.
 */
#include "acl_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Two legal values of an attribute. */
#define KEY_BEGIN "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"

static const struct {
	const char *attribute;
	const char *values[2];
} samples[] = {
	{ "cn", { "Probe Person", "Probe Nobody" } },
	{ "uid", { "probe1", "probe2" } },
	{ "uidNumber", { "2900001", "2900002" } },
	{ "gidNumber", { "2900003", "2900004" } },
	{ "loginShell", { "/bin/probe1", "/bin/probe2" } },
	{ "homeDirectory", { "/home/probe1", "/home/probe2" } },
	{ "preferredLanguage", { "en", "zh" } },
	{ "objectClass", { "extensibleObject", "simpleSecurityObject" } },
	{ "owner", { "cn=probe1", "cn=probe2" } },
	{ "member", { "cn=probe1", "cn=probe2" } },
	{ "tenureRoleSuperior", { "cn=probe1", "cn=probe2" } },
	{ "tenureRequestRole", { "cn=probe1", "cn=probe2" } },
	{ "tenureRequestWhom", { "cn=probe1", "cn=probe2" } },
	{ "tenureRequestKind", { "grant", "revoke" } },
	{ "tenureRequestLevel", { "1", "2" } },
	{ "tenureSignedSuperior", { "cn=probe1", "cn=probe2" } },
	{ "tenureSignedSecond", { "cn=probe1", "cn=probe2" } },
	{ "tenureLockedBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureJournalBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureStatus", { "departed", "suspended" } },
	{ "tenureStartDate", { "2020-01-01", "2020-01-02" } },
	{ "tenureEndDate", { "2090-01-01", "2090-01-02" } },
	{ "tenureLockUntil", { "2090-01-01", "2090-01-02" } },
	{ "tenureBirthday", { "1990-01-01", "1990-01-02" } },
	{ "tenureKeyOnly", { "TRUE", "FALSE" } },
	{ "pwdReset", { "TRUE", "FALSE" } },
	{ "tenureInitialDeadline", { "20900101000000Z", "20900102000000Z" } },
	{ "tenureCaseWhom", { "cn=probe1", "cn=probe2" } },
	{ "tenureCaseReporter", { "cn=probe1", "cn=probe2" } },
	{ "tenureCaseVerifiedBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureCaseClosedBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureCaseClosedSecond", { "cn=probe1", "cn=probe2" } },
	{ "tenureCaseVerifiedTime", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureCaseRestoredTime", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureLeakDiscovered", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureResetBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureResetTime", { "20260101000000Z", "20260102000000Z" } },
	{ "pwdEndTime", { "20910101000000Z", "20910102000000Z" } },
	{ "pwdStartTime", { "20010101000000Z", "20010102000000Z" } },
	{ "pwdAccountLockedTime", { "20010101000000Z", "20010102000000Z" } },
	{ "tenureSeenTime", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureLockedTime", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureReleasedTime", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureLockKind", { "suspension", "leak" } },
	{ "tenurePersonUUID",
	  { "00000000-0000-4000-8000-000000000001",
	    "00000000-0000-4000-8000-000000000002" } },
	{ "tenureConfirmedTime", { "20260101000000Z", "20260102000000Z" } },
	{ "tenureConfirmedBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureApprovedBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureRejectedBy", { "cn=probe1", "cn=probe2" } },
	{ "tenureApplicationDepartment", { "cn=probe1", "cn=probe2" } },
	{ "tenureDepartmentHead", { "cn=probe1", "cn=probe2" } },
	{ "tenureNextNumber", { "2900005", "2900006" } },
	{ "tenureSshPublicKey",
	  { KEY_BEGIN "IAprobe1000000000000000000000000000000000000",
	    KEY_BEGIN "IAprobe2000000000000000000000000000000000000" } },
	{ "serialNumber",
	  { "00000000000000000000000000000001",
	    "00000000000000000000000000000002" } },
	{ "pwdMaxAge", { "1", "2" } },
	{ "pwdPolicySubentry", { "cn=probe1", "cn=probe2" } },
	{ "pwdHistory", { "probe1", "probe2" } },
	{ "contextCSN",
	  { "20260101000000.000000Z#000000#001#000000",
	    "20260101000001.000000Z#000000#001#000000" } },
	{ "supportedControl", { "1.2.3.1", "1.2.3.2" } },
	{ "objectClasses",
	  { "( 1.2.3.1 NAME 'probe1' )", "( 1.2.3.2 NAME 'probe2' )" } },
	{ "olcThreads", { "8", "9" } },
	{ "pwdLockout", { "TRUE", "FALSE" } },
	{ "entryUUID",
	  { "00000000-0000-4000-8000-000000000001",
	    "00000000-0000-4000-8000-000000000002" } },
	{ "createTimestamp", { "20260101000000Z", "20260102000000Z" } },
	{ "modifyTimestamp", { "20260101000000Z", "20260102000000Z" } },
	{ "pwdChangedTime", { "20260101000000Z", "20260102000000Z" } },
	{ "creatorsName", { "cn=probe1", "cn=probe2" } },
	{ "modifiersName", { "cn=probe1", "cn=probe2" } },
	{ "entryCSN",
	  { "20260101000000.000000Z#000000#001#000000",
	    "20260101000001.000000Z#000000#001#000000" } },
};

static enum probe_result
judge(int code, int allowed)
{
	if (code == allowed)
		return PROBE_ALLOWED;
	switch (code) {
	case LDAP_INSUFFICIENT_ACCESS:
	case LDAP_NO_SUCH_OBJECT: /* not even its existence is told */
	case LDAP_CONSTRAINT_VIOLATION:
	case LDAP_UNWILLING_TO_PERFORM:
	case LDAP_STRONG_AUTH_REQUIRED:
		return PROBE_DENIED;
	default:
		return PROBE_ODD;
	}
}

/* "tenureStatus=active" names the attribute and its first value. */
static void
values_of(const char *attribute, char name[PROBE_TEXT_MAX], const char *ret[2])
{
	const char *equals = strchr(attribute, '=');
	size_t i;

	snprintf(name, PROBE_TEXT_MAX, "%.*s",
	         (int)(equals ? equals - attribute : (long)strlen(attribute)),
	         attribute);
	ret[0] = "probe-1";
	ret[1] = "probe-2";
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (!strcasecmp(samples[i].attribute, name)) {
			ret[0] = samples[i].values[0];
			ret[1] = samples[i].values[1];
		}
	}
	if (equals)
		ret[0] = equals + 1;
}

static int
modify_vainly(LDAP *ld, const char *dn, const char *attribute, char letter)
{
	char name[PROBE_TEXT_MAX];
	char first[PROBE_TEXT_MAX];
	char second[PROBE_TEXT_MAX];
	const char *values[2];
	char *firsts[] = { first, NULL };
	char *seconds[] = { second, NULL };
	LDAPMod change = { .mod_type = name };
	LDAPMod vain = { .mod_type = name };
	LDAPMod *mods[] = { &change, &vain, NULL };

	values_of(attribute, name, values);
	snprintf(first, sizeof(first), "%s", values[0]);
	snprintf(second, sizeof(second), "%s", values[1]);
	if (letter == 'a') {
		change.mod_op = vain.mod_op = LDAP_MOD_ADD;
		change.mod_values = vain.mod_values = firsts;
	} else {
		change.mod_op =
		    letter == 'w' ? LDAP_MOD_REPLACE : LDAP_MOD_DELETE;
		change.mod_values = letter == 'w' ? firsts : NULL;
		vain.mod_op = LDAP_MOD_DELETE;
		vain.mod_values = seconds;
	}
	return ldap_modify_ext_s(ld, dn, mods, NULL, NULL);
}

static bool
has(LDAP *ld, const char *dn, const char *attribute, int *ret_code)
{
	char name[PROBE_TEXT_MAX];
	const char *values[2];
	char *attributes[] = { name, NULL };
	LDAPMessage *result = NULL;
	struct berval **found = NULL;
	LDAPMessage *entry;

	values_of(attribute, name, values);
	*ret_code = ldap_search_ext_s(
	    ld, strcmp(dn, "(root)") ? dn : "", LDAP_SCOPE_BASE,
	    "(objectClass=*)", attributes, 0, NULL, NULL, NULL, 0, &result);
	entry = *ret_code ? NULL : ldap_first_entry(ld, result);
	if (entry)
		found = ldap_get_values_len(ld, entry, name);
	ldap_value_free_len(found);
	ldap_msgfree(result);
	return found != NULL;
}

bool
probe_sample_has(const struct probe_place *place, const char *dn,
                 const char *attribute)
{
	int code;

	return has(probe_connect(place, ROOT, ""), dn, attribute, &code);
}

/* A new password by RFC 3062, by the holder with the old one, which the
   policy demands; the old one is put back. */
static int
reset(const struct probe_place *place, LDAP *ld, const char *dn, bool self)
{
	static unsigned int number;
	char fresh[64];
	char user[PROBE_TEXT_MAX];
	char old[PROBE_TEXT_MAX];
	struct berval whose, before, password, none;
	char *flags[] = { NULL };
	LDAPMod unset = { .mod_op = LDAP_MOD_REPLACE,
		          .mod_type = (char[]){ "pwdReset" },
		          .mod_values = flags };
	LDAPMod *mods[] = { &unset, NULL };
	int code;

	snprintf(fresh, sizeof(fresh), "Vogel-%u-Kirsche", ++number);
	snprintf(user, sizeof(user), "%s", dn);
	snprintf(old, sizeof(old), "%s", place->password);
	whose.bv_val = user;
	whose.bv_len = strlen(user);
	before.bv_val = old;
	before.bv_len = strlen(old);
	password.bv_val = fresh;
	password.bv_len = strlen(fresh);
	code = ldap_passwd_s(ld, &whose, self ? &before : NULL, &password,
	                     &none, NULL, NULL);
	if (!code) {
		ld = probe_connect(place, ROOT, "");
		password.bv_val = old;
		password.bv_len = strlen(old);
		ldap_passwd_s(ld, &whose, NULL, &password, &none, NULL, NULL);
		ldap_modify_ext_s(ld, dn, mods, NULL, NULL);
	}
	return code;
}

/* The sample's dn in ret; its number in entries, or -1. */
static int
sample_of(const struct probe_place *place, const char *kind,
          char ret[PROBE_TEXT_MAX])
{
	size_t i;

	for (i = 0; probe_entries[i].kind; i++) {
		const struct probe_entry *entry = &probe_entries[i];
		const char *parent = entry->parent;

		if (strcmp(entry->kind, kind))
			continue;
		if (*parent == '!')
			snprintf(ret, PROBE_TEXT_MAX, "%s,%s", entry->rdn,
			         parent + 1);
		else
			snprintf(ret, PROBE_TEXT_MAX, "%s,%s%s%s", entry->rdn,
			         parent, *parent ? "," : "", place->suffix);
		return (int)i;
	}
	return -1;
}

static int
add_sample(LDAP *ld, int number, const char *dn, const char *actor)
{
	const char *const *lines = probe_entries[number].lines;
	char text[12][PROBE_TEXT_MAX];
	char *values[12][12] = { { NULL } };
	LDAPMod mod[12];
	LDAPMod *mods[13];
	size_t count = 0;
	size_t line, same, k;

	for (line = 0; line < PROBE_LINES_MAX && lines[line]; line++) {
		char *value;

		/* The one %s in these lines is the actor. */
		snprintf(text[line], PROBE_TEXT_MAX, "%s", lines[line]);
		value = strstr(text[line], ": ");
		*value = '\0';
		value += 2;
		if (!strcmp(value, "%s"))
			snprintf(value, PROBE_TEXT_MAX - 32, "%s", actor);
		for (same = 0; same < count; same++) {
			if (!strcmp(mod[same].mod_type, text[line]))
				break;
		}
		for (k = 0; values[same][k]; k++)
			;
		values[same][k] = value;
		if (same < count)
			continue;
		mod[count].mod_op = LDAP_MOD_ADD;
		mod[count].mod_type = text[line];
		mod[count].mod_values = values[count];
		mods[count] = &mod[count];
		count++;
	}
	mods[count] = NULL;
	return ldap_add_ext_s(ld, dn, mods, NULL, NULL);
}

static enum probe_result
try_entry(const struct probe_place *place, enum identity who,
          const char *row_dn, const char *kind, char letter, int *ret_code)
{
	LDAP *root = probe_connect(place, ROOT, "");
	LDAP *ld = probe_connect(place, who, row_dn);
	char dn[PROBE_TEXT_MAX];
	char actor[PROBE_TEXT_MAX];
	char renamed[PROBE_TEXT_MAX];
	char rdn[PROBE_TEXT_MAX];
	int number = sample_of(place, kind, dn);
	int code;

	*ret_code = LDAP_OTHER;
	if (number < 0)
		return PROBE_ODD;
	probe_identity_dn(place, who, row_dn, actor);
	if (letter == 'a') {
		code = add_sample(ld, number, dn, actor);
		if (!code)
			ldap_delete_ext_s(root, dn, NULL, NULL);
		*ret_code = code;
		return judge(code, LDAP_SUCCESS);
	}
	code = add_sample(root, number, dn, actor);
	if (code) {
		*ret_code = code;
		return PROBE_ODD;
	}
	if (letter == 'd') {
		code = ldap_delete_ext_s(ld, dn, NULL, NULL);
	} else {
		snprintf(rdn, sizeof(rdn), "%.*s=renamed",
		         (int)strcspn(dn, "="), dn);
		code = ldap_rename_s(ld, dn, rdn, NULL, 1, NULL, NULL);
		snprintf(renamed, sizeof(renamed), "%.100s%.400s", rdn,
		         strchr(dn, ','));
		if (!code)
			ldap_delete_ext_s(root, renamed, NULL, NULL);
	}
	if (code)
		ldap_delete_ext_s(root, dn, NULL, NULL);
	*ret_code = code;
	return judge(code, LDAP_SUCCESS);
}

enum probe_result
probe_try(const struct probe_place *place, enum identity who, const char *dn,
          const char *attribute, char letter, int *ret_code)
{
	LDAP *ld;

	if (attribute[0] == '+')
		return try_entry(place, who, dn, attribute, letter, ret_code);
	if (letter == 'x') {
		*ret_code = 0;
		return probe_authenticates(place, dn) ? PROBE_ALLOWED
		                                      : PROBE_DENIED;
	}
	ld = probe_connect(place, who, dn);
	if (letter == 'r') {
		if (has(ld, dn, attribute, ret_code))
			return PROBE_ALLOWED;
		return *ret_code ? judge(*ret_code, LDAP_SUCCESS)
		                 : PROBE_DENIED;
	}
	if (!strcmp(attribute, "userPassword")) {
		*ret_code = reset(place, ld, dn, who == SELF);
		return judge(*ret_code, LDAP_SUCCESS);
	}
	*ret_code = modify_vainly(ld, strcmp(dn, "(root)") ? dn : "", attribute,
	                          letter);
	return judge(*ret_code, letter == 'a' ? LDAP_TYPE_OR_VALUE_EXISTS
	                                      : LDAP_NO_SUCH_ATTRIBUTE);
}
