/*
 * LDAP transactions (RFC 5805) taken out of slapd: 2.5.13 has no switch for
 * them, and ended by a segmentation fault in one that added an application and
 * then a number to it. We use none.
 */
#include <stddef.h>
#include "slapd_interface.h"

void
slapd_refuse_transactions(void)
{
	static char start[] = "1.3.6.1.1.21.1";
	static char end[] = "1.3.6.1.1.21.3";
	const struct berval oids[] = { { sizeof(start) - 1, start },
		                       { sizeof(end) - 1, end } };

	/* Where they are not known (slapadd) there is nothing to take. */
	(void)unload_extop(&oids[0], NULL, 0);
	(void)unload_extop(&oids[1], NULL, 0);
}
