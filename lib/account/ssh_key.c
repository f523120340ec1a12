#include "account/ssh_key.h"

#include <string.h>
#include "base/attrs.h"

/* What a key of a type holds after its name (RFC 4253, 5656, 8709, and
   PROTOCOL.u2f of OpenSSH). */
enum part {
	PART_END = 0,
	PART_EXPONENT,
	PART_MODULUS,
	PART_ED25519, /* 32 bytes */
	PART_CURVE,   /* its name, then the point, whole */
	PART_APPLICATION,
};

static const struct type {
	const char *name;
	enum part parts[3];
	const char *curve;
	size_t point; /* bytes: 4, x, y */
} types[] = {
	{ "ssh-ed25519", { PART_ED25519 }, NULL, 0 },
	{ "ssh-rsa", { PART_EXPONENT, PART_MODULUS }, NULL, 0 },
	{ "ecdsa-sha2-nistp256", { PART_CURVE }, "nistp256", 65 },
	{ "ecdsa-sha2-nistp384", { PART_CURVE }, "nistp384", 97 },
	{ "ecdsa-sha2-nistp521", { PART_CURVE }, "nistp521", 133 },
	{ "sk-ssh-ed25519@openssh.com",
	  { PART_ED25519, PART_APPLICATION },
	  NULL,
	  0 },
	{ "sk-ecdsa-sha2-nistp256@openssh.com",
	  { PART_CURVE, PART_APPLICATION },
	  "nistp256",
	  65 },
};

#define APPLICATION_MAX 128

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Strict: whole groups, padding only at the end, no bit that says nothing. */
static bool
decode(const char *text, size_t len, uint8_t *ret, size_t *ret_len)
{
	size_t pad = 0;
	size_t used = 0;
	uint32_t bits = 0;
	size_t i;

	if (len == 0 || len % 4 != 0)
		return false;
	while (pad < 2 && text[len - 1 - pad] == '=')
		pad++;
	for (i = 0; i < len - pad; i++) {
		int value = base64_value(text[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 == 3) {
			ret[used++] = (uint8_t)(bits >> 16);
			ret[used++] = (uint8_t)(bits >> 8);
			ret[used++] = (uint8_t)bits;
			bits = 0;
		}
	}
	if (pad == 1) {
		if ((bits & 3) != 0)
			return false;
		ret[used++] = (uint8_t)(bits >> 10);
		ret[used++] = (uint8_t)(bits >> 2);
	} else if (pad == 2) {
		if ((bits & 15) != 0)
			return false;
		ret[used++] = (uint8_t)(bits >> 4);
	}
	*ret_len = used;
	return true;
}

struct reader {
	const uint8_t *at;
	size_t left;
};

/* A string of the protocol: four bytes of length and that many. */
static bool
take_string(struct reader *reader, const uint8_t **ret, size_t *ret_len)
{
	size_t len;

	if (reader->left < 4)
		return false;
	len = (size_t)reader->at[0] << 24 | (size_t)reader->at[1] << 16 |
	      (size_t)reader->at[2] << 8 | reader->at[3];
	if (len > reader->left - 4)
		return false;
	*ret = reader->at + 4;
	*ret_len = len;
	reader->at += 4 + len;
	reader->left -= 4 + len;
	return true;
}

static bool
take_text(struct reader *reader, const char *text)
{
	const uint8_t *data;
	size_t len;

	return take_string(reader, &data, &len) && len == strlen(text) &&
	       memcmp(data, text, len) == 0;
}

/* A positive number without a byte too many, or it could be written twice. */
static bool
take_number(struct reader *reader, const uint8_t **ret, size_t *ret_bits)
{
	const uint8_t *data;
	size_t bits;
	size_t len;

	if (!take_string(reader, &data, &len) || len == 0 ||
	    (data[0] & 0x80) != 0)
		return false;
	if (data[0] == 0) {
		if (len == 1 || (data[1] & 0x80) == 0)
			return false;
		data++;
		len--;
	}
	bits = len * 8;
	while ((data[0] >> ((bits - 1) % 8) & 1) == 0)
		bits--;
	*ret = data;
	*ret_bits = bits;
	return true;
}

static enum tn_ssh_key_fault
check_exponent(struct reader *reader)
{
	static const uint8_t usual[] = { 1, 0, 1 };
	const uint8_t *data;
	size_t bits;

	if (!take_number(reader, &data, &bits))
		return TN_SSH_KEY_BLOB;
	return bits == 17 && memcmp(data, usual, sizeof(usual)) == 0
	           ? TN_SSH_KEY_GOOD
	           : TN_SSH_KEY_RSA;
}

static enum tn_ssh_key_fault
check_modulus(struct reader *reader)
{
	const uint8_t *data;
	size_t bits;

	if (!take_number(reader, &data, &bits))
		return TN_SSH_KEY_BLOB;
	if (bits < TN_SSH_RSA_BITS_MIN)
		return TN_SSH_KEY_WEAK;
	return bits <= TN_SSH_RSA_BITS_MAX ? TN_SSH_KEY_GOOD : TN_SSH_KEY_RSA;
}

static bool
is_point(struct reader *reader, const struct type *type)
{
	const uint8_t *data;
	size_t len;

	return take_text(reader, type->curve) &&
	       take_string(reader, &data, &len) && len == type->point &&
	       data[0] == 4;
}

static bool
is_application(struct reader *reader)
{
	const uint8_t *data;
	size_t len;
	size_t i;

	if (!take_string(reader, &data, &len) || len < 4 ||
	    len > APPLICATION_MAX || memcmp(data, "ssh:", 4) != 0)
		return false;
	for (i = 0; i < len; i++)
		if (data[i] <= ' ' || data[i] > '~')
			return false;
	return true;
}

static enum tn_ssh_key_fault
check_blob(const struct type *type, const uint8_t *blob, size_t len)
{
	struct reader reader = { .at = blob, .left = len };
	enum tn_ssh_key_fault fault = TN_SSH_KEY_GOOD;
	const uint8_t *data;
	bool good = take_text(&reader, type->name);
	size_t size;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(type->parts) && good; i++) {
		switch (type->parts[i]) {
		case PART_EXPONENT:
			fault = check_exponent(&reader);
			break;
		case PART_MODULUS:
			fault = check_modulus(&reader);
			break;
		case PART_ED25519:
			good = take_string(&reader, &data, &size) && size == 32;
			break;
		case PART_CURVE:
			good = is_point(&reader, type);
			break;
		case PART_APPLICATION:
			good = is_application(&reader);
			break;
		case PART_END:
		default:
			break;
		}
		if (fault != TN_SSH_KEY_GOOD)
			return fault;
	}
	return good && reader.left == 0 ? TN_SSH_KEY_GOOD : TN_SSH_KEY_BLOB;
}

static const struct type *
type_of(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(types); i++)
		if (strlen(types[i].name) == len &&
		    memcmp(types[i].name, text, len) == 0)
			return &types[i];
	return NULL;
}

static bool
begins(const char *text, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

/* blob: room for TN_SSH_KEY_MAX. */
static enum tn_ssh_key_fault
read_key(const char *text, size_t len, uint8_t *blob, size_t *ret_len)
{
	const struct type *type;
	const char *blank;
	const char *base64;
	size_t left;
	size_t i;

	if (len == 0)
		return TN_SSH_KEY_EMPTY;
	if (begins(text, len, "-----BEGIN ") ||
	    begins(text, len, "PuTTY-User-Key"))
		return TN_SSH_KEY_PRIVATE;
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return TN_SSH_KEY_LINES;
	if (begins(text, len, "ssh-dss "))
		return TN_SSH_KEY_DSA;
	blank = memchr(text, ' ', len);
	type = type_of(text, blank != NULL ? (size_t)(blank - text) : len);
	if (type == NULL)
		return TN_SSH_KEY_TYPE;
	if (blank == NULL)
		return TN_SSH_KEY_BASE64;
	base64 = blank + 1;
	left = len - (size_t)(base64 - text);
	if (left == 0)
		return TN_SSH_KEY_BASE64;
	if (base64[0] == ' ')
		return TN_SSH_KEY_BLANK;
	if (memchr(base64, ' ', left) != NULL)
		return TN_SSH_KEY_COMMENT;
	if (len > TN_SSH_KEY_MAX)
		return TN_SSH_KEY_TOO_LONG;
	if (!decode(base64, left, blob, ret_len))
		return TN_SSH_KEY_BASE64;
	return check_blob(type, blob, *ret_len);
}

enum tn_ssh_key_fault
tn_ssh_key_check(const char *text, size_t len)
{
	uint8_t blob[TN_SSH_KEY_MAX];
	size_t blob_len = 0;

	return read_key(text, len, blob, &blob_len);
}

size_t
tn_ssh_key_blob(const char *key, uint8_t *ret)
{
	size_t len = 0;

	return read_key(key, strlen(key), ret, &len) == TN_SSH_KEY_GOOD ? len
	                                                                : 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

enum tn_ssh_key_fault
tn_ssh_key_of_file(char *text, size_t len, char ret[TN_SSH_KEY_MAX + 1],
                   const char **ret_comment)
{
	enum tn_ssh_key_fault fault;
	const char *comment = "";
	char *blank;

	while (len > 0 && is_blank(text[len - 1]))
		len--;
	while (len > 0 && is_blank(text[0])) {
		text++;
		len--;
	}
	text[len] = '\0';
	fault = tn_ssh_key_check(text, len);
	if (fault == TN_SSH_KEY_COMMENT) {
		/* There is a blank behind the type, and one behind base64. */
		blank = memchr(text, ' ', len);
		blank = strchr(blank + 1, ' ');
		*blank = '\0';
		comment = blank + 1;
		len = (size_t)(blank - text);
		fault = tn_ssh_key_check(text, len);
	}
	if (fault != TN_SSH_KEY_GOOD)
		return fault;
	memcpy(ret, text, len + 1);
	if (ret_comment != NULL)
		*ret_comment = comment;
	return TN_SSH_KEY_GOOD;
}
