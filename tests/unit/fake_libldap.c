#include "fake_libldap.h"

#include <criterion/criterion.h>
#include <lber.h>
#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "directory/connection_private.h"

struct fake_server server;

int allowed;
bool has_failed;

bool
fake_fails(void)
{
	if (allowed-- != 0)
		return false;
	has_failed = true;
	return true;
}

enum { BIND = 1, WHO_AM_I = 2, PASSWD = 3 };
static int asked;

int __wrap_ldap_sasl_bind(LDAP *ld, const char *dn, const char *mechanism,
                          struct berval *cred, LDAPControl **server_controls,
                          LDAPControl **client_controls, int *ret);
int
__wrap_ldap_sasl_bind(LDAP *ld, const char *dn, const char *mechanism,
                      struct berval *cred, LDAPControl **server_controls,
                      LDAPControl **client_controls, int *ret)
{
	(void)ld, (void)dn, (void)mechanism, (void)cred, (void)server_controls;
	(void)client_controls;
	if (fake_fails())
		return LDAP_SERVER_DOWN;
	*ret = asked = BIND;
	return LDAP_SUCCESS;
}

int
__wrap_ldap_extended_operation(LDAP *ld, const char *oid, struct berval *data,
                               LDAPControl **server_controls,
                               LDAPControl **client_controls, int *ret);
int
__wrap_ldap_extended_operation(LDAP *ld, const char *oid, struct berval *data,
                               LDAPControl **server_controls,
                               LDAPControl **client_controls, int *ret)
{
	(void)ld, (void)oid, (void)data, (void)server_controls;
	(void)client_controls;
	if (fake_fails())
		return LDAP_NO_MEMORY;
	*ret = asked = WHO_AM_I;
	return LDAP_SUCCESS;
}

static char message_place;
bool is_late;

int __wrap_ldap_result(LDAP *ld, int id, int all, struct timeval *timeout,
                       LDAPMessage **ret);
int
__wrap_ldap_result(LDAP *ld, int id, int all, struct timeval *timeout,
                   LDAPMessage **ret)
{
	void *message = &message_place;

	(void)ld, (void)id, (void)all, (void)timeout;
	if (fake_fails()) {
		*ret = NULL;
		return is_late ? 0 : -1;
	}
	*ret = message;
	return 1;
}

int __wrap_ldap_msgfree(LDAPMessage *message);
int
__wrap_ldap_msgfree(LDAPMessage *message)
{
	(void)message;
	return 0;
}

int __wrap_ldap_msgtype(LDAPMessage *message);
int
__wrap_ldap_msgtype(LDAPMessage *message)
{
	(void)message;
	return asked == BIND ? LDAP_RES_BIND : LDAP_RES_EXTENDED;
}

/* draft-behera-ldap-password-policy, 6.2; numbers below 2^31. */
static struct berval *
encode_control(void)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	struct berval *ret = NULL;

	cr_assert_not_null(ber);
	cr_assert_geq(ber_printf(ber, "{"), 0);
	if (server.expire != ANY)
		cr_assert_geq(ber_printf(ber, "t{ti}", (ber_tag_t)0xa0,
		                         (ber_tag_t)0x80,
		                         (ber_int_t)server.expire),
		              0);
	else if (server.grace != ANY)
		cr_assert_geq(ber_printf(ber, "t{ti}", (ber_tag_t)0xa0,
		                         (ber_tag_t)0x81,
		                         (ber_int_t)server.grace),
		              0);
	if (server.error != ANY)
		cr_assert_geq(ber_printf(ber, "te", (ber_tag_t)0x81,
		                         (ber_int_t)server.error),
		              0);
	cr_assert_geq(ber_printf(ber, "}"), 0);
	cr_assert_eq(ber_flatten(ber, &ret), 0);
	ber_free(ber, 1);
	return ret;
}

int
__wrap_ldap_parse_result(LDAP *ld, LDAPMessage *message, int *ret_code,
                         char **ret_dn, char **ret_words, char ***ret_referrals,
                         LDAPControl ***ret_controls, int free_it);
int
__wrap_ldap_parse_result(LDAP *ld, LDAPMessage *message, int *ret_code,
                         char **ret_dn, char **ret_words, char ***ret_referrals,
                         LDAPControl ***ret_controls, int free_it)
{
	LDAPControl **controls;
	struct berval *value;

	(void)ld, (void)message, (void)ret_dn, (void)ret_referrals;
	(void)free_it;
	if (fake_fails())
		return LDAP_DECODING_ERROR;
	*ret_words = NULL;
	*ret_controls = NULL;
	*ret_code = asked == WHO_AM_I ? server.identity_result : server.result;
	if (asked != WHO_AM_I && server.words != NULL)
		*ret_words = ber_strdup(server.words);
	if (asked == WHO_AM_I || !server.has_control)
		return LDAP_SUCCESS;
	controls = ber_memcalloc(2, sizeof(*controls));
	value = encode_control();
	cr_assert_eq(ldap_control_create(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, 0,
	                                 value, 1, &controls[0]),
	             LDAP_SUCCESS);
	ber_bvfree(value);
	*ret_controls = controls;
	return LDAP_SUCCESS;
}

int __wrap_ldap_parse_extended_result(LDAP *ld, LDAPMessage *message,
                                      char **ret_oid, struct berval **ret_data,
                                      int free_it);
int
__wrap_ldap_parse_extended_result(LDAP *ld, LDAPMessage *message,
                                  char **ret_oid, struct berval **ret_data,
                                  int free_it)
{
	(void)ld, (void)message, (void)ret_oid, (void)free_it;
	if (fake_fails())
		return LDAP_DECODING_ERROR;
	*ret_data = NULL;
	if (asked == WHO_AM_I && server.identity != NULL) {
		struct berval lent = { strlen(server.identity),
			               ber_strdup(server.identity) };

		*ret_data = ber_bvdup(&lent);
		ber_memfree(lent.bv_val);
	}
	return LDAP_SUCCESS;
}

int
__real_ldap_parse_passwordpolicy_control(LDAP *ld, LDAPControl *control,
                                         ber_int_t *expire, ber_int_t *grace,
                                         LDAPPasswordPolicyError *error);
int
__wrap_ldap_parse_passwordpolicy_control(LDAP *ld, LDAPControl *control,
                                         ber_int_t *expire, ber_int_t *grace,
                                         LDAPPasswordPolicyError *error);
int
__wrap_ldap_parse_passwordpolicy_control(LDAP *ld, LDAPControl *control,
                                         ber_int_t *expire, ber_int_t *grace,
                                         LDAPPasswordPolicyError *error)
{
	return fake_fails() ? LDAP_DECODING_ERROR
	                   : __real_ldap_parse_passwordpolicy_control(
	                         ld, control, expire, grace, error);
}

int __real_ldap_dn_normalize(const char *in, unsigned int in_flags, char **out,
                             unsigned int out_flags);
int __wrap_ldap_dn_normalize(const char *in, unsigned int in_flags, char **out,
                             unsigned int out_flags);
int
__wrap_ldap_dn_normalize(const char *in, unsigned int in_flags, char **out,
                         unsigned int out_flags)
{
	return fake_fails()
	           ? LDAP_NO_MEMORY
	           : __real_ldap_dn_normalize(in, in_flags, out, out_flags);
}

char *__real_strndup(const char *text, size_t len);
char *__wrap_strndup(const char *text, size_t len);
char *
__wrap_strndup(const char *text, size_t len)
{
	return fake_fails() ? NULL : __real_strndup(text, len);
}

int __wrap_ldap_passwd(LDAP *ld, struct berval *user, struct berval *old,
                       struct berval *new_password, LDAPControl **controls,
                       LDAPControl **client_controls, int *ret);
int
__wrap_ldap_passwd(LDAP *ld, struct berval *user, struct berval *old,
                   struct berval *new_password, LDAPControl **controls,
                   LDAPControl **client_controls, int *ret)
{
	(void)ld, (void)user, (void)old, (void)new_password, (void)controls;
	(void)client_controls;
	if (fake_fails())
		return LDAP_SERVER_DOWN;
	*ret = asked = PASSWD;
	return LDAP_SUCCESS;
}

void
fake_answer(int result, int expire, int grace, int error)
{
	server = (struct fake_server){ .result = result,
		                       .expire = expire,
		                       .grace = grace,
		                       .error = error,
		                       .has_control = true,
		                       .identity_result = LDAP_SUCCESS,
		                       .identity = "dn:" FAKE_DN };
	allowed = ANY;
	has_failed = false;
}

void
fake_connection(struct tn_connection *ret)
{
	static char uri[] = "ldaps://example";

	*ret = (struct tn_connection){ .descriptor = -1,
		                       .pid = getpid(),
		                       .operation_timeout = 1000,
		                       .uri = uri };
	cr_assert_eq(ldap_create(&ret->ld), LDAP_SUCCESS);
}

struct tn_connection *
fake_connection_new(const char *uri)
{
	const int kept = allowed;
	struct tn_connection *made;

	allowed = ANY;
	made = calloc(1, sizeof(*made));
	cr_assert_not_null(made);
	fake_connection(made);
	made->uri = strdup(uri);
	allowed = kept;
	return made;
}
