#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upgrade.h"

/* Does this process have a file of one of the databases mapped? */
static bool
has_mapped(const char *pid, const struct upgrade *upgrade)
{
	char path[300], file[PLACE_PATH_MAX + 16];
	char *line = NULL;
	size_t size = 0;
	bool found = false;
	FILE *maps;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "re");
	if (!maps)
		return false;
	while (!found && getline(&line, &size, maps) > 0) {
		/* Nothing known of them yet: any. */
		if (!upgrade || !upgrade->count)
			found = strstr(line, "/data.mdb") != NULL;
		for (i = 0; !found && upgrade && i < upgrade->count; i++) {
			snprintf(file, sizeof(file), " %s/data.mdb",
			         upgrade->databases[i].folder);
			found = strstr(line, file) != NULL;
		}
	}
	free(line);
	fclose(maps);
	return found;
}

int
upgrade_require_offline(const struct upgrade *upgrade, struct tn_err *err)
{
	struct dirent *entry;
	DIR *proc = opendir("/proc");
	int status = TN_OK;

	if (!proc)
		return tn_fail_errno(err, TN_E_IO, errno, "/proc");
	while (status == TN_OK && (entry = readdir(proc))) {
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    has_mapped(entry->d_name, upgrade))
			status = tn_fail(err, TN_E_RULE,
			                 "process %s has a database open: stop "
			                 "slapd first (systemctl stop "
			                 "tenured-directory slapd)",
			                 entry->d_name);
	}
	closedir(proc);
	return status;
}
