#include "doctor_pam_line.h"

#include <stdio.h>
#include <string.h>

#define BLANK " \t"

/* The next word of the line, which ends at end. */
static const char *
word(const char *at, const char *end, char ret[PAM_WORD_MAX])
{
	const char *stop;
	size_t len;

	while (at < end && strchr(BLANK, *at))
		at++;
	stop = at;
	if (at < end && *at == '[') {
		while (stop < end && *stop != ']')
			stop++;
		stop += stop < end;
	} else {
		while (stop < end && !strchr(BLANK, *stop))
			stop++;
	}
	len = (size_t)(stop - at);
	if (len >= PAM_WORD_MAX)
		len = PAM_WORD_MAX - 1;
	memcpy(ret, at, len);
	ret[len] = '\0';
	return stop;
}

bool
pam_line_next(const char **at, struct pam_line *ret)
{
	const char *start = *at;
	const char *end = start + strcspn(start, "\n");
	const char *stop = start + strcspn(start, "#\n");
	char path[PAM_WORD_MAX];
	const char *name;
	size_t len;

	memset(ret, 0, sizeof(*ret));
	if (!*start)
		return false;
	*at = end + (*end == '\n');
	start = word(start, stop, ret->type);
	if (!strcmp(ret->type, "@include")) {
		word(start, stop, ret->module);
		ret->type[0] = '\0';
		return true;
	}
	if (ret->type[0] == '-')
		memmove(ret->type, ret->type + 1, strlen(ret->type));
	start = word(start, stop, ret->control);
	start = word(start, stop, path);
	name = strrchr(path, '/');
	snprintf(ret->module, sizeof(ret->module), "%s",
	         name ? name + 1 : path);
	len = (size_t)(stop - start);
	if (len >= PAM_WORD_MAX)
		len = PAM_WORD_MAX - 1;
	memcpy(ret->options, start, len);
	return true;
}

bool
pam_line_has(const struct pam_line *line, const char *option)
{
	const char *at = line->options;
	const char *end = at + strlen(at);
	char one[PAM_WORD_MAX];

	while (at < end) {
		at = word(at, end, one);
		if (!strcmp(one, option))
			return true;
	}
	return false;
}

void
pam_line_action(const struct pam_line *line, const char *result,
                char ret[PAM_WORD_MAX])
{
	const char *at = line->control;
	size_t len = strlen(result);

	ret[0] = '\0';
	while ((at = strstr(at, result))) {
		bool starts = at > line->control && strchr("[ \t", at[-1]);

		at += len;
		if (starts && *at == '=') {
			at++;
			snprintf(ret, PAM_WORD_MAX, "%.*s",
			         (int)strcspn(at, " \t]"), at);
			return;
		}
	}
}
