/* Where names come from: nsswitch.conf, and no cache in front. */
#include "doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define SWITCH "/etc/nsswitch.conf"

/* The sources of one database as a text, or NULL; to be freed. */
static char *
sources_of(const char *text, const char *database)
{
	size_t len = strlen(database);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		text += strspn(text, " \t");
		if (!strncmp(text, database, len) && text[len] == ':')
			return strndup(text + len + 1,
			               strcspn(text + len + 1, "#\n"));
	}
	return NULL;
}

/* How many words come before this one, or -1. */
static int
place_of(const char *sources, const char *wanted)
{
	size_t wanted_len = strlen(wanted);
	int place = 0;

	while (*(sources += strspn(sources, " \t"))) {
		size_t len = strcspn(sources, " \t");

		if (len == wanted_len && !strncmp(sources, wanted, len))
			return place;
		sources += len;
		place++;
	}
	return -1;
}

static void
judge(struct doctor *doctor, const char *text, const char *database,
      bool must_be)
{
	char *sources = sources_of(text, database);
	int files = sources ? place_of(sources, "files") : -1;
	int ours = sources ? place_of(sources, "tenure") : -1;

	if (!sources && !must_be)
		return;
	if (ours < 0)
		doctor_complain(doctor, SWITCH, "%s does not ask tenure",
		                database);
	else if (files < 0 || files > ours)
		doctor_complain(doctor, SWITCH,
		                "%s asks tenure before files: \"%s\"", database,
		                sources + strspn(sources, " \t"));
	else if (strchr(sources, '['))
		doctor_complain(doctor, SWITCH, "%s stops half way: \"%s\"",
		                database, sources + strspn(sources, " \t"));
	free(sources);
}

void
doctor_nsswitch(struct doctor *doctor)
{
	char *text = doctor_read(doctor, SWITCH);
	char *shadow;

	if (!text)
		return;
	judge(doctor, text, "passwd", true);
	judge(doctor, text, "group", true);
	judge(doctor, text, "initgroups", false);
	shadow = sources_of(text, "shadow");
	if (shadow && place_of(shadow, "tenure") >= 0)
		doctor_complain(doctor, SWITCH,
		                "shadow asks tenure, which has none");
	free(shadow);
	free(text);
}

void
doctor_nscd(struct doctor *doctor)
{
	const struct dirent *process;
	DIR *proc = opendir("/proc");
	char path[300];
	char *name = NULL;
	size_t len;

	if (!proc) {
		doctor_unknown(doctor, "/proc", "cannot be read");
		return;
	}
	while ((process = readdir(proc))) {
		if (!isdigit((unsigned char)process->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", process->d_name);
		/* One that ended meanwhile is none. */
		if (tn_file_read(path, 64, &name, &len, NULL))
			continue;
		name[strcspn(name, "\n")] = '\0';
		if (!strcmp(name, "nscd") || !strcmp(name, "unscd"))
			doctor_complain(doctor, name,
			                "runs (process %s): it keeps names "
			                "alive that are gone",
			                process->d_name);
		free(name);
		name = NULL;
	}
	closedir(proc);
}
