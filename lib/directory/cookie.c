#include "directory/cookie.h"

#include <string.h>
#include "base/day.h"

/* "20261130120000.123456Z#000000#001#000000": d is a decimal digit, x a
   hexadecimal one. */
static const char csn_shape[] = "dddddddddddddd.ddddddZ#xxxxxx#xxx#xxxxxx";

/* Returns what follows a change sequence number, or NULL. */
static const char *
skip_csn(const char *text)
{
	const char *shape;
	bool fits;

	for (shape = csn_shape; *shape != '\0'; shape++, text++) {
		if (*shape == 'd')
			fits = *text >= '0' && *text <= '9';
		else if (*shape == 'x')
			fits = *text != '\0' &&
			       strchr("0123456789abcdef", *text) != NULL;
		else
			fits = *text == *shape;
		if (!fits)
			return NULL;
	}
	return text;
}

bool
tn_cookie_is_sound(const char *cookie)
{
	const char *at = strstr(cookie, "csn=");

	if (at == NULL || strncmp(cookie, "rid=", 4) != 0)
		return false;
	at += 3;
	do {
		at = skip_csn(at + 1);
	} while (at != NULL && *at == ';');
	return at != NULL && (*at == '\0' || *at == ',');
}

#define CSN_LEN (sizeof(csn_shape) - 1)
#define SID_AT  (CSN_LEN - sizeof("xxx#xxxxxx") + 1)

/* One server's changes go by their numbers, which sort as text. */
static bool
csn_is_seen(const char *csn, const struct tn_value *csns, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (csns[i].len == CSN_LEN && skip_csn(csns[i].data) != NULL &&
		    memcmp(csns[i].data + SID_AT, csn + SID_AT, 3) == 0)
			return memcmp(csns[i].data, csn, CSN_LEN) >= 0;
	return false;
}

bool
tn_cookie_is_covered(const char *cookie, const struct tn_value *csns,
                     size_t count)
{
	const char *at = strstr(cookie, "csn=");
	const char *end;

	if (at == NULL || !tn_cookie_is_sound(cookie))
		return false;
	for (at += 4; csn_is_seen(at, csns, count); at = end + 1) {
		end = skip_csn(at);
		if (end == NULL || *end != ';')
			return true;
	}
	return false;
}

int64_t
tn_cookie_ms(const char *cookie)
{
	const char *at = strstr(cookie, "csn=");
	int64_t newest = 0;
	int64_t ms;

	if (!tn_cookie_is_sound(cookie))
		return 0;
	for (at += 3; at != NULL; at = strchr(at + 1, ';'))
		if (tn_gtime_parse_ms(at + 1, strcspn(at + 1, "#"), &ms,
		                      NULL) == TN_OK &&
		    ms > newest)
			newest = ms;
	return newest;
}
