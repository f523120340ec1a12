/* What sshd's Match blocks say: sshd -T shows only what holds for everybody. */
#include "config.h"
#include "doctor_sshd.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The first word of text at *at, in lower case; "key=value" is two words. */
static void
take_word(const char **at, char *ret, size_t size)
{
	size_t len;
	size_t i;

	*at += strspn(*at, " \t=\"");
	len = strcspn(*at, " \t=\"\r\n");
	for (i = 0; i < len && i + 1 < size; i++) {
		char c = (*at)[i];

		ret[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	ret[i] = '\0';
	*at += len;
}

static void
judge_file(struct doctor *doctor, const char *path)
{
	FILE *file = fopen(path, "re");
	char option[64], value[64], block[96] = "";
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0;
	size_t i;

	if (!file) {
		doctor_unknown(doctor, path, "cannot be read");
		return;
	}
	while (getline(&line, &size, file) > 0) {
		const char *at = line;

		number++;
		take_word(&at, option, sizeof(option));
		if (!strcmp(option, "match")) {
			at += strspn(at, " \t");
			snprintf(block, sizeof(block), "%.*s",
			         (int)strcspn(at, "\r\n"), at);
			continue;
		}
		take_word(&at, value, sizeof(value));
		for (i = 0; *block && i < DOCTOR_SSHD_WANTED; i++) {
			if (!strcmp(option, doctor_sshd_wanted[i].option) &&
			    strcmp(value, doctor_sshd_wanted[i].value) != 0)
				doctor_complain(
				    doctor, path,
				    "line %u: %s is %s for Match %s, not %s: "
				    "%s",
				    number, option, value, block,
				    doctor_sshd_wanted[i].value,
				    doctor_sshd_wanted[i].because);
		}
	}
	free(line);
	fclose(file);
}

void
doctor_sshd_matches(struct doctor *doctor)
{
	glob_t found = { .gl_pathc = 0 };
	size_t i;

	/* A Match goes to the end of its own file. */
	if (glob("/etc/ssh/sshd_config", 0, NULL, &found) &&
	    found.gl_pathc == 0)
		return;
	glob("/etc/ssh/sshd_config.d/*.conf", GLOB_APPEND, NULL, &found);
	for (i = 0; i < found.gl_pathc; i++)
		judge_file(doctor, found.gl_pathv[i]);
	globfree(&found);
}
