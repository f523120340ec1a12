/* tenure host list: the hosts, and when each last reported. */
#include "host_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "command_option.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "session.h"

struct listing {
	struct session session;
	json_t *hosts; /* name -> { serial, seen } */
};

static int
found_host(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct listing *listing = arg;
	const char *name = tn_entry_text(entry, "cn");
	const char *serial = tn_entry_text(entry, "serialNumber");
	json_t *host;

	if (!name || !serial)
		return TN_OK;
	host = json_pack("{s:s, s:n}", "serial", serial, "seen");
	if (json_object_set_new(listing->hosts, name, host))
		return tn_fail(err, TN_E_NO_MEMORY, "list of hosts");
	return TN_OK;
}

static int
found_report(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct listing *listing = arg;
	const char *name = tn_entry_text(entry, "cn");
	json_t *host = name ? json_object_get(listing->hosts, name) : NULL;
	char text[TN_RFC3339_TEXT_MAX];
	int64_t seen;

	if (!host || tn_entry_time(entry, "tenureSeenTime", &seen))
		return TN_OK;
	tn_rfc3339_format(seen, text);
	if (json_object_set_new(host, "seen", json_string(text)))
		return tn_fail(err, TN_E_NO_MEMORY, "list of hosts");
	return TN_OK;
}

static int
gather(struct listing *listing, struct tn_err *err)
{
	static const char *const host_attributes[] = { "cn", "serialNumber",
		                                       NULL };
	static const char *const report_attributes[] = { "cn", "tenureSeenTime",
		                                         NULL };
	char base[HOST_DN_MAX];

	snprintf(base, sizeof(base), "ou=hosts,%s",
	         listing->session.config->base);
	if (tn_search(listing->session.connection, base, TN_SCOPE_ONE,
	              "(objectClass=tenureHost)", host_attributes, found_host,
	              listing, err))
		return err->code;
	return tn_search(listing->session.connection, HOST_REPORTS,
	                 TN_SCOPE_ONE, "(objectClass=tenureReport)",
	                 report_attributes, found_report, listing, err);
}

static void
print(const struct listing *listing)
{
	const char *name;
	json_t *host;

	if (!json_object_size(listing->hosts))
		puts("no host has been added");
	json_object_foreach(listing->hosts, name, host)
	{
		const char *seen =
		    json_string_value(json_object_get(host, "seen"));

		printf("%-32s last seen %s\n", name, seen ? seen : "never");
	}
}

int
host_list(struct command_run *run)
{
	const struct command_option options[] = { { NULL, NULL, NULL } };
	struct listing listing = { .hosts = NULL };
	struct tn_err err = TN_ERR_INIT;
	int status;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	listing.hosts = json_object();
	if (!listing.hosts)
		status = tn_fail(&err, TN_E_NO_MEMORY, "list of hosts");
	else
		status = session_open(run, &listing.session, &err);
	if (status == TN_OK)
		status = gather(&listing, &err);
	if (status == TN_OK && run->json) {
		json_dumpf(listing.hosts, stdout,
		           JSON_INDENT(2) | JSON_SORT_KEYS);
		putchar('\n');
	} else if (status == TN_OK) {
		print(&listing);
	}
	session_close(&listing.session);
	json_decref(listing.hosts);
	return status == TN_OK ? EXIT_CLEAN : command_fail(run, &err);
}
