#include <stdio.h>
#include <string.h>

#include "key_verb.h"
#include "secret/sealed_box.h"

static unsigned int
nibble(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void
key_fingerprint(const char *key, char ret[KEY_FINGERPRINT_MAX])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
	                             "opqrstuvwxyz0123456789+/";
	uint8_t blob[TN_SSH_KEY_MAX];
	size_t len = tn_ssh_key_blob(key, blob);
	unsigned int bits = 0;
	unsigned int have = 0;
	char hex[65];
	char *at = ret;
	size_t i;

	ret[0] = '\0';
	if (len == 0)
		return;
	tn_sha256_hex(blob, len, hex);
	at += snprintf(ret, KEY_FINGERPRINT_MAX, "SHA256:");
	for (i = 0; i < 64; i++) {
		bits = bits << 4 | nibble(hex[i]);
		have += 4;
		if (have >= 6) {
			have -= 6;
			*at++ = digits[bits >> have & 63];
		}
	}
	/* 256 bits are 42 digits and 4 bits more. */
	*at++ = digits[bits << (6 - have) & 63];
	*at = '\0';
}
