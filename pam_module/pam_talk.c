#include <config.h>

#include "pam_talk.h"

#include <security/pam_ext.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

#define LINE_MAX_BYTES 2048

/*
 * Copies text so that no terminal is steered by it: line feeds stay, other
 * control characters and what is no UTF-8 become '?'. Cut at a whole
 * character.
 */
static void
copy_clean(char *dst, size_t size, const char *text)
{
	size_t left = strlen(text);
	uint32_t point = 0;
	size_t len = 0;
	size_t n;

	for (; left > 0; text += n, left -= n) {
		n = tn_text_next(text, left, &point);
		if (n == 0 || (tn_point_is_control(point) && point != '\n')) {
			if (len + 1 >= size)
				break;
			dst[len++] = '?';
			n = n == 0 ? 1 : n;
			continue;
		}
		if (n >= size - len)
			break;
		memcpy(dst + len, text, n);
		len += n;
	}
	dst[len] = '\0';
}

void
tn_pam_tell(pam_handle_t *pamh, int flags, int style, const char *english,
            const char *local)
{
	char first[LINE_MAX_BYTES] = "";
	char second[LINE_MAX_BYTES] = "";
	char *reply = NULL;

	if (((unsigned int)flags & PAM_SILENT) != 0)
		return;
	if (english != NULL)
		copy_clean(first, sizeof(first), english);
	if (local != NULL && (english == NULL || strcmp(english, local) != 0))
		copy_clean(second, sizeof(second), local);
	if (first[0] == '\0' && second[0] == '\0')
		return;
	(void)pam_prompt(pamh, style, &reply, "%s%s%s", first,
	                 first[0] != '\0' && second[0] != '\0' ? "\n" : "",
	                 second);
	/* No reply belongs to a text, but a program may send one. */
	if (reply != NULL)
		explicit_bzero(reply, strlen(reply));
	free(reply);
}

void
tn_pam_tell_words(pam_handle_t *pamh, int flags, int style, enum tn_words words)
{
	const struct tn_words_values values = { .when = TN_TIME_NONE };
	struct tn_said said;

	tn_words_say(words, &values, &said);
	tn_pam_tell(pamh, flags, style, said.english, said.local);
}
