#include "wire/service_way.h"

#include <stddef.h>
#include <string.h>
#include "base/attrs.h"

/* These say by themselves what they are for, password or not. */
static const struct {
	const char *service;
	enum tn_way way;
} ways[] = {
	{ "sudo", TN_WAY_SUDO },
	{ "sudo-i", TN_WAY_SUDO },
	{ "su", TN_WAY_SUDO },
	{ "su-l", TN_WAY_SUDO },
	{ "doas", TN_WAY_SUDO },
	{ "polkit-1", TN_WAY_SUDO },
	{ "cron", TN_WAY_CRON },
	{ "crond", TN_WAY_CRON },
	{ "atd", TN_WAY_CRON },
	{ "at", TN_WAY_CRON },
	/* The manager beside a login, or a lingering one: nobody to ask. */
	{ "systemd-user", TN_WAY_CRON },
};

enum tn_way
tn_service_way(const char *service, enum tn_way other)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(ways); i++) {
		if (strcmp(service, ways[i].service) == 0)
			return ways[i].way;
	}
	return other;
}

bool
tn_service_asks_self(const char *service)
{
	return strcmp(service, "sudo") == 0 || strcmp(service, "sudo-i") == 0 ||
	       strcmp(service, "doas") == 0;
}
