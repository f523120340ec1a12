/*
 * A client of the directory that knows nothing of Tenure: libldap, a simple
 * bind over ldapi, and that connection is kept while the test does other
 * things. Reads commands from stdin, one a line, and answers each with one
 * line, "NUMBER" being the result code of LDAP:
 *
 *   bind DN PASSWORD    a new connection, as that
 *   passwd NEW          Password Modify, for who is bound
 *   read                one's own entry
 *   key KEY             a new key for oneself
 */
#include <ldap.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#define LINE_MAX_BYTES 512

static LDAP *ld;
static char dn[LINE_MAX_BYTES];
static char secret[LINE_MAX_BYTES]; /* what it bound with */

static struct berval
berval_of(char *text)
{
	return (struct berval){ .bv_len = strlen(text), .bv_val = text };
}

static int
open_and_bind(char *arguments)
{
	struct timeval limit = { 10, 0 };
	int version = LDAP_VERSION3;
	struct berval password;
	char *blank = strchr(arguments, ' ');
	int code;

	if (blank == NULL)
		return LDAP_PARAM_ERROR;
	*blank = '\0';
	password = berval_of(blank + 1);
	(void)snprintf(secret, sizeof(secret), "%s", blank + 1);
	(void)snprintf(dn, sizeof(dn), "%s", arguments);
	if (ld != NULL)
		(void)ldap_unbind_ext_s(ld, NULL, NULL);
	ld = NULL;
	code = ldap_initialize(&ld, "ldapi:///");
	if (code != LDAP_SUCCESS)
		return code;
	(void)ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	(void)ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit);
	return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &password, NULL, NULL,
	                        NULL);
}

static int
change_password(char *word)
{
	struct berval password = berval_of(word);
	struct berval old = berval_of(secret);
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval *request = NULL;
	struct berval *answer = NULL;
	char *oid = NULL;
	int code = LDAP_NO_MEMORY;

	/* Not ldap_passwd_s(), which aborts where it is refused. */
	if (ber != NULL &&
	    ber_printf(ber, "{tOtON}", LDAP_TAG_EXOP_MODIFY_PASSWD_OLD, &old,
	               LDAP_TAG_EXOP_MODIFY_PASSWD_NEW, &password) >= 0 &&
	    ber_flatten(ber, &request) == 0)
		code = ldap_extended_operation_s(ld, LDAP_EXOP_MODIFY_PASSWD,
		                                 request, NULL, NULL, &oid,
		                                 &answer);
	ber_bvfree(request);
	ber_bvfree(answer);
	ldap_memfree(oid);
	ber_free(ber, 1);
	return code;
}

static int
read_self(void)
{
	LDAPMessage *answer = NULL;
	int code;

	code = ldap_search_ext_s(ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
	                         NULL, 0, NULL, NULL, NULL, 10, &answer);
	if (code == LDAP_SUCCESS && ldap_count_entries(ld, answer) != 1)
		code = LDAP_NO_SUCH_OBJECT;
	(void)ldap_msgfree(answer);
	return code;
}

static int
add_key(char *key)
{
	char attribute[] = "tenureSshPublicKey";
	char *values[] = { key, NULL };
	LDAPMod change = { .mod_op = LDAP_MOD_ADD,
		           .mod_type = attribute,
		           .mod_vals.modv_strvals = values };
	LDAPMod *changes[] = { &change, NULL };

	return ldap_modify_ext_s(ld, dn, changes, NULL, NULL);
}

static int
obey(char *line)
{
	if (strncmp(line, "bind ", 5) == 0)
		return open_and_bind(line + 5);
	if (ld == NULL)
		return LDAP_PARAM_ERROR;
	if (strncmp(line, "passwd ", 7) == 0)
		return change_password(line + 7);
	if (strncmp(line, "key ", 4) == 0)
		return add_key(line + 4);
	if (strcmp(line, "read") == 0)
		return read_self();
	return LDAP_PARAM_ERROR;
}

int
main(void)
{
	char line[LINE_MAX_BYTES];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		(void)printf("%d\n", obey(line));
		(void)fflush(stdout);
	}
	if (ld != NULL)
		(void)ldap_unbind_ext_s(ld, NULL, NULL);
	return 0;
}
