/* Keys as ssh-keygen wrote them, and what is none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account/ssh_key.h"

static const char ed25519[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGNT+h6XRUBAGLvWX4H1rJsS"
    "13LKS7wpFf7EuoVSUPoV";

static const char rsa2048[] =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCqVaTZRqx9vcwUmaTlpLqK"
    "DmSDMMZC3m1w4wtt6x7ltTIkAFJh74jmREg1wfn9z9zD14N1h49QHmVzdlMr"
    "A/2veJkhV/toYchNFEIlnqrkQLodnKSK/zLA+WnJ5OgpaOzKwImL3lN9FxCk"
    "IyLRvfexx6TBA7UoI4J32KGM9Vl5ApXreRMjcpyTf1hFqVY82a4uYMXRofad"
    "IFA6WIM6n/fy7IFNRdbXvkxds3Ph/5fmlP0DECX1XpTgN5Nx3ah8NoWw+OlA"
    "voUt/5sfivspFuEdVAfUt502RLmV7LSTsm0y1CTDNAxKmkk9Wle1t6Fcg/Yc"
    "0xfalYjpvznbuNbYSt9Z";

static const char rsa1024[] =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDAU5FyRFqATM1vJ49nF1X/"
    "Tn0fqfeKwQSv2FzPxFY0MYs3hGbOZeWj2rHtZ0QkX8P6+GKPH8Kf5lb+K7Ua"
    "1sctGxMaBHcz+S/k7BJeCB29gMvTX6fYM8kEv0RRDoEqU14vVLmISxalhShL"
    "+yJ/urQF0ye8iclJIhhKXgEeoiM/Uw==";

static const char nistp256[] =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlz"
    "dHAyNTYAAABBBA4ROqp6G8VEMPiGF3PUb9e4vs/lYTbGSfY3iqEDlmNpMtP2"
    "faa4XK2u4I3qhjs1Nw5F4ideVYxGALU9fy72UTg=";

static const char nistp384[] =
    "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlz"
    "dHAzODQAAABhBANXT7KBBYMDszqDBwyTRE4WIutLQHe+2+smA5a+XEd2SUOv"
    "wAqi3XHAKMhqlgZ2wb9hhyKaaduxn2Gue+J/XnJhUz3tp5M4pgyTcBURckKy"
    "+UvPNuGb6WDcbnb2XsTZNQ==";

static const char nistp521[] =
    "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlz"
    "dHA1MjEAAACFBADLUzYTHrmc8s/Rt8GsB9yw1NrJ9l4DxgcJ+KZlzpnnkUqL"
    "GPF5YUFezCknqAGh7V3UGcHdEtyt2hn7IAXoINWZTACDO9DUmmIFAycVWnrO"
    "XlV9PQOi2c7oClbzvPAsjEBAG2RSqwz2oP/UmtBb5zxRWkSikKuLKlN/7tRG"
    "rEiLkSpSdg==";

static const char dsa[] =
    "ssh-dss AAAAB3NzaC1kc3MAAACBALMPuIooitHvQwnWjwNvN8OLY7YUP2wY"
    "Dfu1189uuWcPb2cPY3fiFjaf5Ug/rALWTU4nbvIZF/JBQDWnQ/8G4vSmISDS"
    "7Gv8OO1EOZ+oJFn/MJzY25R65IvwypaGqrGN7R+JqD6w3Pg528OqwDWSuG2h"
    "Gx1pw+mdjDCV4sJPnnYlAAAAFQCzy/rtQ4MtlY3QZBTvcW98PbUc8QAAAIBc"
    "VkKxGauUW7201ctJgfieb+LjXIoA4FJfpv7ETLo3DIBBKO1FqpoPstfyk0pU"
    "plQSqwSnVxUmbU9VCPn7NzzvbbWOVm7YHekhNfl/dJbP9PC7XYvk5ISzmnfK"
    "Y6yUYlwlC4AihxmE/siqL9LdWUNz++SkuvLLM5XkrUopS/b7JgAAAIB7YW8x"
    "3bktFauqLpOWdwg4CRXZ1cIyHV9jsT9yYmzRQZhXJ5qNnI+iLQd0sp86ZvAw"
    "2cDpdqqHnsmAntzpVmpxpkUM+m2U4g8NhPJ5p2mDZHzvOXuDnkFYnqAmAzBX"
    "ff2k4Mea2qdcI/Ych9LGFTTnSt6hyFlPzuW/82QyAAslqA==";

static enum tn_ssh_key_fault
check(const char *text)
{
	return tn_ssh_key_check(text, strlen(text));
}

/* A key of a type, built of its parts. */
struct blob {
	unsigned char data[1200];
	size_t len;
};

static void
add(struct blob *blob, const void *data, size_t len)
{
	blob->data[blob->len++] = 0;
	blob->data[blob->len++] = 0;
	blob->data[blob->len++] = (unsigned char)(len >> 8);
	blob->data[blob->len++] = (unsigned char)len;
	memcpy(blob->data + blob->len, data, len);
	blob->len += len;
}

static void
add_text(struct blob *blob, const char *text)
{
	add(blob, text, strlen(text));
}

static const char *
key_of(const char *type, const struct blob *blob)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
	                             "opqrstuvwxyz0123456789+/";
	static char text[2048];
	char *at = text + snprintf(text, 64, "%s ", type);
	size_t i;

	for (i = 0; i < blob->len; i += 3) {
		size_t left = blob->len - i;
		unsigned int bits = (unsigned int)blob->data[i] << 16;

		bits |= left > 1 ? (unsigned int)blob->data[i + 1] << 8 : 0;
		bits |= left > 2 ? blob->data[i + 2] : 0;
		*at++ = digits[bits >> 18];
		*at++ = digits[bits >> 12 & 63];
		*at++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*at++ = left > 2 ? digits[bits & 63] : '=';
	}
	*at = '\0';
	return text;
}

Test(ssh_key, as_ssh_keygen_writes_them)
{
	cr_expect_eq(check(ed25519), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(rsa2048), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(nistp256), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(nistp384), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(nistp521), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(rsa1024), TN_SSH_KEY_WEAK);
	cr_expect_eq(check(dsa), TN_SSH_KEY_DSA);
}

Test(ssh_key, on_a_token)
{
	static const char ed[] = "sk-ssh-ed25519@openssh.com";
	static const char ec[] = "sk-ecdsa-sha2-nistp256@openssh.com";
	unsigned char point[65] = { 4 };
	struct blob blob = { .len = 0 };

	add_text(&blob, ed);
	add(&blob, point, 32);
	add_text(&blob, "ssh:");
	cr_expect_eq(check(key_of(ed, &blob)), TN_SSH_KEY_GOOD);
	blob.len = 0;
	add_text(&blob, ed);
	add(&blob, point, 32);
	add_text(&blob, "web:x");
	cr_expect_eq(check(key_of(ed, &blob)), TN_SSH_KEY_BLOB);
	blob.len = 0;
	add_text(&blob, ec);
	add_text(&blob, "nistp256");
	add(&blob, point, 65);
	add_text(&blob, "ssh:work");
	cr_expect_eq(check(key_of(ec, &blob)), TN_SSH_KEY_GOOD);
	/* The same point, pressed together: another way of writing it. */
	blob.len = 0;
	add_text(&blob, ec);
	add_text(&blob, "nistp256");
	point[0] = 2;
	add(&blob, point, 33);
	add_text(&blob, "ssh:work");
	cr_expect_eq(check(key_of(ec, &blob)), TN_SSH_KEY_BLOB);
}

/* What is before and in a text, and what it is refused for. */
Test(ssh_key, refused)
{
	static const struct {
		const char *before;
		const char *after;
		enum tn_ssh_key_fault fault;
	} texts[] = {
		{ "command=\"id\" ", "", TN_SSH_KEY_TYPE },
		{ "restrict,pty ", "", TN_SSH_KEY_TYPE },
		{ "no-pty ", "", TN_SSH_KEY_TYPE },
		{ " ", "", TN_SSH_KEY_TYPE },
		{ "@cert-authority ", "", TN_SSH_KEY_TYPE },
		{ "\n", "", TN_SSH_KEY_LINES },
		{ "", "\n", TN_SSH_KEY_LINES },
		{ "", "\r", TN_SSH_KEY_LINES },
		{ "", "\nssh-rsa AAAA", TN_SSH_KEY_LINES },
		{ "", " alice@laptop", TN_SSH_KEY_COMMENT },
		{ "", " ", TN_SSH_KEY_COMMENT },
		{ "", "=", TN_SSH_KEY_BASE64 },
		{ "", "A", TN_SSH_KEY_BASE64 },
		{ "", "AAAA", TN_SSH_KEY_BLOB },
		{ "", "\"", TN_SSH_KEY_BASE64 },
	};
	char text[512];
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snprintf(text, sizeof(text), "%s%s%s", texts[i].before, ed25519,
		         texts[i].after);
		cr_expect_eq(check(text), texts[i].fault, "%zu: %s", i,
		             tn_ssh_key_fault_words(check(text)));
	}
	cr_expect_eq(check(""), TN_SSH_KEY_EMPTY);
	cr_expect_eq(check("ssh-ed25519"), TN_SSH_KEY_BASE64);
	cr_expect_eq(check("ssh-ed25519 "), TN_SSH_KEY_BASE64);
	cr_expect_eq(check("ssh-ed25519 ===="), TN_SSH_KEY_BASE64);
	cr_expect_eq(check("-----BEGIN OPENSSH PRIVATE KEY-----"),
	             TN_SSH_KEY_PRIVATE);
	cr_expect_eq(check("ssh-ed25519-cert-v01@openssh.com AAAA"),
	             TN_SSH_KEY_TYPE);
	/* A NUL ends no text that is checked. */
	memcpy(text, ed25519, sizeof(ed25519));
	text[20] = '\0';
	cr_expect_eq(tn_ssh_key_check(text, strlen(ed25519)), TN_SSH_KEY_LINES);
}

Test(ssh_key, two_blanks_and_another_type)
{
	char text[2048];

	snprintf(text, sizeof(text), "ssh-ed25519  %s", ed25519 + 12);
	cr_expect_eq(check(text), TN_SSH_KEY_BLANK);
	snprintf(text, sizeof(text), "ssh-rsa %s", ed25519 + 12);
	cr_expect_eq(check(text), TN_SSH_KEY_BLOB);
	snprintf(text, sizeof(text), "ssh-ed25519 %s", rsa2048 + 8);
	cr_expect_eq(check(text), TN_SSH_KEY_BLOB);
}

/* Bits behind the last byte say nothing: the same key, written otherwise. */
Test(ssh_key, one_way_of_writing)
{
	char text[sizeof(nistp256)];
	size_t at = sizeof(nistp256) - 3; /* before "=" */

	memcpy(text, nistp256, sizeof(text));
	cr_assert_eq(text[at + 1], '=');
	text[at]++;
	cr_expect_eq(check(text), TN_SSH_KEY_BASE64);
}

static const char *
rsa(size_t zeros, size_t bytes, unsigned char first, size_t exponent)
{
	static const unsigned char exponents[][3] = { { 1, 0, 1 }, { 3 } };
	unsigned char number[1200] = { 0 };
	struct blob blob = { .len = 0 };

	number[zeros] = first;
	add_text(&blob, "ssh-rsa");
	add(&blob, exponents[exponent], exponent == 0 ? 3 : 1);
	add(&blob, number, zeros + bytes);
	return key_of("ssh-rsa", &blob);
}

Test(ssh_key, rsa_numbers)
{
	cr_expect_eq(check(rsa(1, 256, 0x80, 0)), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(rsa(0, 256, 0x7f, 0)), TN_SSH_KEY_WEAK);
	cr_expect_eq(check(rsa(2, 256, 0x80, 0)), TN_SSH_KEY_BLOB);
	cr_expect_eq(check(rsa(1, 256, 0x7f, 0)), TN_SSH_KEY_BLOB);
	cr_expect_eq(check(rsa(0, 256, 0x80, 0)), TN_SSH_KEY_BLOB);
	cr_expect_eq(check(rsa(1, 256, 0x80, 1)), TN_SSH_KEY_RSA);
	cr_expect_eq(check(rsa(1, 1024, 0x80, 0)), TN_SSH_KEY_GOOD);
	cr_expect_eq(check(rsa(0, 1025, 1, 0)), TN_SSH_KEY_RSA);
}

/* Cut anywhere, or one byte changed, it ends in words and not in a crash. */
Test(ssh_key, damaged)
{
	static const char *const keys[] = { ed25519, rsa2048, nistp521 };
	size_t i;
	size_t k;

	for (k = 0; k < 3; k++) {
		size_t len = strlen(keys[k]);

		for (i = 0; i < len; i++) {
			char *copy = malloc(i + 1);

			memcpy(copy, keys[k], i);
			copy[i] = '\0';
			cr_expect_neq(tn_ssh_key_check(copy, i),
			              TN_SSH_KEY_GOOD);
			free(copy);
		}
	}
	for (i = 1; i < TN_SSH_KEY_FAULTS; i++) {
		cr_expect(tn_ssh_key_fault_words((enum tn_ssh_key_fault)i));
		cr_expect(
		    tn_ssh_key_fault_words_zh((enum tn_ssh_key_fault)i));
	}
}

Test(ssh_key, a_file)
{
	char text[2048];
	char key[TN_SSH_KEY_MAX + 1];
	const char *comment;

	snprintf(text, sizeof(text), "%s alice's laptop\r\n", ed25519);
	cr_expect_eq(tn_ssh_key_of_file(text, strlen(text), key, &comment),
	             TN_SSH_KEY_GOOD);
	cr_expect_str_eq(key, ed25519);
	cr_expect_str_eq(comment, "alice's laptop");
	snprintf(text, sizeof(text), "%s\n%s\n", ed25519, rsa2048);
	cr_expect_eq(tn_ssh_key_of_file(text, strlen(text), key, NULL),
	             TN_SSH_KEY_LINES);
	snprintf(text, sizeof(text), "from=\"*\" %s x\n", ed25519);
	cr_expect_eq(tn_ssh_key_of_file(text, strlen(text), key, NULL),
	             TN_SSH_KEY_TYPE);
	snprintf(text, sizeof(text), " \n");
	cr_expect_eq(tn_ssh_key_of_file(text, strlen(text), key, NULL),
	             TN_SSH_KEY_EMPTY);
}

Test(ssh_key, a_list)
{
	char keys[TN_SSH_KEYS_TEXT_MAX + 1] = "";
	char other[TN_SSH_KEYS_TEXT_MAX + 1] = "";
	const char *at = keys;
	size_t len = 0;
	int i;

	cr_expect(tn_ssh_keys_are_good(""));
	cr_expect(tn_ssh_keys_add(keys, rsa2048, strlen(rsa2048)));
	cr_expect(tn_ssh_keys_add(keys, ed25519, strlen(ed25519)));
	cr_expect(tn_ssh_keys_add(keys, nistp256, strlen(nistp256)));
	cr_expect(tn_ssh_keys_add(keys, ed25519, strlen(ed25519)));
	cr_expect_not(tn_ssh_keys_add(keys, dsa, strlen(dsa)));
	cr_expect(tn_ssh_keys_are_good(keys));
	/* In whatever order the directory gives them. */
	cr_expect(tn_ssh_keys_add(other, nistp256, strlen(nistp256)));
	cr_expect(tn_ssh_keys_add(other, ed25519, strlen(ed25519)));
	cr_expect(tn_ssh_keys_add(other, rsa2048, strlen(rsa2048)));
	cr_expect_str_eq(keys, other);
	cr_expect(tn_ssh_keys_next(&at, &len) == keys);
	cr_expect_eq(len, strlen(nistp256));
	cr_expect(tn_ssh_keys_next(&at, &len));
	cr_expect(tn_ssh_keys_next(&at, &len));
	cr_expect_not(tn_ssh_keys_next(&at, &len));
	keys[strlen(keys) + 1] = '\0';
	keys[strlen(keys)] = '\n';
	cr_expect_not(tn_ssh_keys_are_good(keys));
	cr_expect_not(tn_ssh_keys_are_good("\n"));
	/* More than anybody has. */
	other[0] = '\0';
	for (i = 0; i < 40; i++) {
		unsigned char point[32] = { (unsigned char)i };
		struct blob blob = { .len = 0 };
		const char *key;

		add_text(&blob, "ssh-ed25519");
		add(&blob, point, 32);
		key = key_of("ssh-ed25519", &blob);
		cr_expect_eq(tn_ssh_keys_add(other, key, strlen(key)),
		             i < TN_SSH_KEYS_MAX);
	}
	cr_expect(tn_ssh_keys_are_good(other));
	other[0] = '\0';
	for (i = 0; i < 10; i++) {
		const char *key = rsa(1, 1024, (unsigned char)(0x80 + i), 0);

		cr_expect_eq(tn_ssh_keys_add(other, key, strlen(key)), i < 5);
	}
	cr_expect(tn_ssh_keys_are_good(other));
}

Test(ssh_key, the_blob)
{
	uint8_t blob[TN_SSH_KEY_MAX];

	cr_expect_eq(tn_ssh_key_blob(ed25519, blob), 51);
	cr_expect_arr_eq(blob, "\0\0\0\013ssh-ed25519\0\0\0 ", 19);
	cr_expect_eq(tn_ssh_key_blob(dsa, blob), 0);
}
