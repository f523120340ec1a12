/* tenure host: which machines may ask the directory, and how they join. */
#include "host_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "secret/secret.h"

int
host_dn(const char *name, const char *base, char ret[HOST_DN_MAX],
        struct tn_err *err)
{
	int len;

	if (!base || !*base)
		return tn_fail(err, TN_E_INVALID, "tenure.conf: no base");
	len = snprintf(ret, HOST_DN_MAX, "cn=%s,ou=hosts,%s", name, base);
	if (len < 0 || len >= HOST_DN_MAX)
		return tn_fail(err, TN_E_LIMIT, "%s: too long", base);
	return TN_OK;
}

void
host_report_dn(const char *name, char ret[HOST_DN_MAX])
{
	snprintf(ret, HOST_DN_MAX, "cn=%.*s," HOST_REPORTS, TN_HOST_NAME_MAX,
	         name);
}

int
host_read(const char *path, enum host_file kind,
          char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	const size_t max = TN_CERTIFICATE_TEXT_MAX - 1;
	char *text = NULL;
	size_t len = 0;
	int status;

	if (kind == HOST_FILE_ANY)
		status = tn_file_read(path, max, &text, &len, err);
	else
		status = tn_file_read_trusted(path, max, kind == HOST_FILE_KEY,
		                              &text, &len, err);
	if (status != TN_OK)
		return status;
	memcpy(ret, text, len);
	ret[len] = '\0';
	tn_wipe(text, len);
	free(text);
	return TN_OK;
}

int
cmd_host(struct command_run *run)
{
	static const struct {
		const char *name;
		int (*run)(struct command_run *run);
	} verbs[] = {
		{ "add", host_add },
		{ "list", host_list },
		{ "remove", host_remove },
		{ "join", host_join },
	};
	struct command_run part = *run;
	size_t i;

	if (run->argc < 2)
		return command_usage(run, "add, list, remove or join is "
		                          "missing");
	part.argc--;
	part.argv++;
	for (i = 0; i < TN_ARRAY_LEN(verbs); i++) {
		if (!strcmp(part.argv[0], verbs[i].name))
			return verbs[i].run(&part);
	}
	return command_usage(run,
	                     "add, list, remove or join is meant, not "
	                     "%.64s",
	                     part.argv[0]);
}
