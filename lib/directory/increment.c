/* A counter: raised by the server (RFC 4525), and read in the same operation
   (RFC 4527), so that two callers never get one number. */
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "directory/connection_private.h"
#include "directory/result.h"
#include "directory/write.h"

#define NUMBER_MAX 16 /* bytes of a number as text */

static int
send_increment(LDAP *ld, const char *dn, const char *attribute,
               unsigned int count, int *ret_id)
{
	char number[NUMBER_MAX];
	char *values[] = { number, NULL };
	union {
		const char *lent;
		char *name;
	} name = { .lent = attribute };
	LDAPMod mod = { .mod_op = LDAP_MOD_INCREMENT,
		        .mod_type = name.name,
		        .mod_values = values };
	LDAPMod *mods[] = { &mod, NULL };
	char oid[] = LDAP_CONTROL_POST_READ;
	LDAPControl control = { oid, { 0, NULL }, 1 };
	LDAPControl *controls[] = { &control, NULL };
	BerElement *ber;
	int result;

	snprintf(number, sizeof(number), "%u", count);
	ber = ber_alloc_t(LBER_USE_DER);
	if (ber == NULL)
		return LDAP_NO_MEMORY;
	if (ber_printf(ber, "{s}", attribute) < 0 ||
	    ber_flatten2(ber, &control.ldctl_value, 0) < 0)
		result = LDAP_ENCODING_ERROR;
	else
		result = ldap_modify_ext(ld, dn, mods, controls, NULL, ret_id);
	ber_free(ber, 1);
	return result;
}

/* The control's value is an entry: dn, then attributes with their values. The
   first value of the first attribute is what was asked for. */
static int
read_number(LDAPControl **controls, const char *dn, unsigned int count,
            uint32_t *ret, struct tn_err *err)
{
	char text[NUMBER_MAX];
	unsigned long long number = 0;
	struct berval entry_dn;
	struct berval name;
	struct berval value = { 0, NULL };
	LDAPControl *control;
	BerElement *ber = NULL;
	bool is_good = false;

	control = ldap_control_find(LDAP_CONTROL_POST_READ, controls, NULL);
	/* An empty value makes liblber 2.5 follow a NULL pointer. */
	if (control != NULL && control->ldctl_value.bv_len > 0)
		ber = ber_init(&control->ldctl_value);
	if (ber == NULL)
		return tn_fail(err, TN_E_PROTOCOL, "%s: no post-read", dn);
	if (ber_scanf(ber, "{m{{m[m", &entry_dn, &name, &value) != LBER_ERROR &&
	    value.bv_val != NULL && value.bv_len < sizeof(text)) {
		memcpy(text, value.bv_val, value.bv_len);
		text[value.bv_len] = '\0';
		is_good = strlen(text) == value.bv_len &&
		          tn_text_to_u64(text, UINT32_MAX, &number) &&
		          number >= count;
	}
	ber_free(ber, 1);
	if (!is_good)
		return tn_fail(err, TN_E_PROTOCOL, "%s: no number", dn);
	*ret = (uint32_t)(number - count);
	return TN_OK;
}

int
tn_increment(struct tn_connection *connection, const char *dn,
             const char *attribute, unsigned int count, uint32_t *ret,
             struct tn_err *err)
{
	struct tn_answer answer;
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	result =
	    send_increment(connection->ld, dn, attribute, count, &message_id);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result,
		                                 "increment", err);
	code = tn_connection_answer(connection, message_id, &answer, err);
	if (code != TN_OK)
		return code;
	if (answer.result != LDAP_SUCCESS)
		code = tn_result_fail(err, answer.result, answer.words, dn);
	else
		code = read_number(answer.controls, dn, count, ret, err);
	tn_answer_done(&answer);
	return code;
}
