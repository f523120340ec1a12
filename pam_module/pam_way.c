#include <config.h>

#include "pam_way.h"

#include <string.h>
#include "wire/service_way.h"

enum tn_way
tn_pam_way(const char *service, bool password_checked)
{
	bool is_key = strcmp(service, "sshd") == 0 && !password_checked;

	return tn_service_way(service, is_key ? TN_WAY_KEY : TN_WAY_PASSWORD);
}
