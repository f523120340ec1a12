#include "hash_peer.h"

#include <stddef.h>
#include <string.h>

#define IPREMOTEPORT 9 /* sasl.h: "ADDRESS;PORT" */

/* libldap's, slapd's and libsasl's, as slapd has them loaded. */
void *ldap_pvt_thread_pool_context(void) __attribute__((weak));
int ldap_pvt_thread_pool_getkey(void *context, void *key, void **ret,
                                void (**ret_free)(void *key, void *data))
    __attribute__((weak));
int slap_sasl_bind(void *op, void *reply) __attribute__((weak));
int
sasl_getprop(void *context, int number, const void **ret) __attribute__((weak));

uint64_t
tn_hash_peer(void)
{
	union {
		int (*function)(void *op, void *reply);
		void *data;
	} key = { .function = slap_sasl_bind };
	uint64_t number = UINT64_C(0xcbf29ce484222325);
	const void *value = NULL;
	const char *address;
	void *context = NULL;
	size_t len;
	size_t i;

	if (ldap_pvt_thread_pool_context == NULL ||
	    ldap_pvt_thread_pool_getkey == NULL || slap_sasl_bind == NULL ||
	    sasl_getprop == NULL ||
	    ldap_pvt_thread_pool_getkey(ldap_pvt_thread_pool_context(),
	                                key.data, &context, NULL) != 0 ||
	    context == NULL ||
	    sasl_getprop(context, IPREMOTEPORT, &value) != 0 || value == NULL)
		return 0;
	address = value;
	len = strcspn(address, ";");
	for (i = 0; i < len; i++)
		number = (number ^ (unsigned char)address[i]) *
		         UINT64_C(0x100000001b3);
	/* The last bits are what is looked at. */
	return number ^ number >> 32;
}
