#include "nss_people.h"

#include <stdint.h>
#include <string.h>

#include "account/account.h"
#include "base/err.h"

int
tn_nss_people(struct group *ret, char *buffer, size_t size)
{
	static const char name[] = TN_PEOPLE_GROUP;
	static const char password[] = "*";
	const size_t aligned = _Alignof(char *);
	size_t skip = (aligned - (uintptr_t)buffer % aligned) % aligned;
	char **members;

	if (size < skip + sizeof(*members) + sizeof(name) + sizeof(password))
		return TN_E_LIMIT;
	members = (char **)(void *)(buffer + skip);
	members[0] = NULL;
	buffer += skip + sizeof(*members);
	memcpy(buffer, name, sizeof(name));
	memcpy(buffer + sizeof(name), password, sizeof(password));
	*ret = (struct group){ .gr_name = buffer,
		               .gr_passwd = buffer + sizeof(name),
		               .gr_gid = TN_PEOPLE_GID,
		               .gr_mem = members };
	return TN_OK;
}
