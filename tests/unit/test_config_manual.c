/* tenure.conf(5) against the table of keys: each key, in order, with its range
   and its default, and no other. */
#include <config.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "config/config.h"

#define ITEM ".It Ic "

/* The manual page with each line break made a blank. */
static char *
manual(void)
{
	const char *top = getenv("top_srcdir");
	struct tn_err err = TN_ERR_INIT;
	char path[1024];
	char *text = NULL;
	size_t len = 0;
	size_t i;

	snprintf(path, sizeof(path), "%s/docs/man/tenure.conf.5",
	         top != NULL ? top : ".");
	cr_assert_eq(tn_file_read(path, 65536, &text, &len, &err), TN_OK, "%s",
	             err.text);
	for (i = 0; i < len; i++) {
		if (text[i] == '\n')
			text[i] = ' ';
	}
	return text;
}

/* Checks the item that begins at from, and returns where the next one does. */
static char *
check_item(char *from, const struct tn_config_about *about, bool is_text)
{
	char *next = strstr(from + 1, ITEM);
	char want[256];

	if (next != NULL)
		*next = '\0';
	snprintf(want, sizeof(want), ITEM "%s ", about->name);
	cr_expect_eq(strncmp(from, want, strlen(want)), 0, "%s: %.60s",
	             about->name, from);
	if (!is_text)
		cr_expect_not_null(strcasestr(from, about->range), "%s: %s",
		                   about->name, about->range);
	if (about->preset[0] == '\0')
		snprintf(want, sizeof(want), "No default.");
	else
		snprintf(want, sizeof(want), "Default: .Li %s ", about->preset);
	cr_expect_not_null(strstr(from, want), "%s: %s", about->name, want);
	if (next != NULL)
		*next = '.';
	return next;
}

Test(config_manual, it_tells_of_each_key_and_of_no_other)
{
	char *text = manual();
	char *at = strstr(text, ITEM);
	struct tn_config_about about;
	size_t i;

	for (i = 0; tn_config_about(i, &about); i++) {
		cr_assert_not_null(at, "nothing of %s", about.name);
		at = check_item(at, &about, strcmp(about.range, "text") == 0);
	}
	cr_expect_gt(i, 30);
	cr_expect_null(at, "a key that does not exist: %.40s", at);
	free(text);
}
