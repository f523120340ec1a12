#include "account/account.h"

#include <stdbool.h>

#define TEXT_LEN 36

/* RFC 4122: a hyphen stands before the bytes 4, 6, 8 and 10. */
static bool
hyphen_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void
tn_uuid_format(const struct tn_uuid *uuid, char text[TN_UUID_TEXT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	char *at = text;
	size_t i;

	for (i = 0; i < TN_UUID_LEN; i++) {
		if (hyphen_before(i))
			*at++ = '-';
		*at++ = digits[uuid->byte[i] >> 4];
		*at++ = digits[uuid->byte[i] & 15];
	}
	*at = '\0';
}

/* The value of a hexadecimal digit, or -1. */
static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
tn_uuid_parse(const char *text, struct tn_uuid *ret, struct tn_err *err)
{
	struct tn_uuid uuid = { { 0 } };
	const char *at = text;
	size_t i;

	for (i = 0; i < TN_UUID_LEN; i++) {
		int high;
		int low;

		if (hyphen_before(i) && *at++ != '-')
			goto invalid;
		/* A NUL is no digit, so nothing behind it is read. */
		high = digit_value(*at++);
		if (high < 0)
			goto invalid;
		low = digit_value(*at++);
		if (low < 0)
			goto invalid;
		uuid.byte[i] = (uint8_t)(high << 4 | low);
	}
	if (*at != '\0')
		goto invalid;
	*ret = uuid;
	return TN_OK;
invalid:
	return tn_fail(err, TN_E_INVALID, "\"%.*s\" is not a UUID", TEXT_LEN,
	               text);
}
