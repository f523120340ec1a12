/* Lists of leaked credentials as they come. */
#include <criterion/criterion.h>
#include <string.h>

#include "leak_line.h"

#define HEX32 "5f4dcc3b5aa765d61d8327deb882cf99"
#define MD5   "MD5:d4:1d:8c:d9:8f:00:b2:04:e9:80:09:98:ec:f8:42:7e"
#define PRINT "SHA256:47DEQpj8HBSa-TImW-5JCeuQeRkm5NMpJWZG3hSuFU0"

Test(leak_line, is_a_name_and_perhaps_a_secret)
{
	static const struct {
		const char *line;
		const char *who; /* NULL: names nobody */
		enum leak_secret kind;
		const char *secret;
	} rows[] = {
		{ "wangwei", "wangwei", LEAK_SECRET_NONE, "" },
		{ "  100007 \r", "100007", LEAK_SECRET_NONE, "" },
		{ "wang@example.org:hunter2", "wang@example.org",
		  LEAK_SECRET_PASSWORD, "hunter2" },
		{ "wang@example.org:a,b;c", "wang@example.org",
		  LEAK_SECRET_PASSWORD, "a,b;c" },
		{ "wang,pass:word", "wang", LEAK_SECRET_PASSWORD, "pass:word" },
		{ "wang\ta b", "wang", LEAK_SECRET_PASSWORD, "a b" },
		{ "\"wang\";\"se cret\"", "wang", LEAK_SECRET_PASSWORD,
		  "se cret" },
		{ "wang," HEX32, "wang", LEAK_SECRET_HASH, HEX32 },
		{ "wang:$6$abcdefgh$0123456789abcdef", "wang", LEAK_SECRET_HASH,
		  "$6$abcdefgh$0123456789abcdef" },
		{ "wang:{SSHA}abcdefgh", "wang", LEAK_SECRET_HASH,
		  "{SSHA}abcdefgh" },
		{ "wang," PRINT, "wang", LEAK_SECRET_FINGERPRINT, PRINT },
		/* As ssh-keygen -l prints it, and as it once did: nobody's
		   password. */
		{ "wang,256 " PRINT " wang@host (ED25519)", "wang",
		  LEAK_SECRET_FINGERPRINT, PRINT },
		{ "wang:" PRINT " wang@host", "wang", LEAK_SECRET_FINGERPRINT,
		  PRINT },
		{ "wang,2048 " MD5 " wang@host (RSA)", "wang", LEAK_SECRET_HASH,
		  "2048 " MD5 " wang@host (RSA)" },
		{ "wang," MD5, "wang", LEAK_SECRET_HASH, MD5 },
		{ "wang,SHA256:short", "wang", LEAK_SECRET_PASSWORD,
		  "SHA256:short" },
		{ "wang,MD5:a word", "wang", LEAK_SECRET_PASSWORD,
		  "MD5:a word" },
		{ "wang,", "wang", LEAK_SECRET_NONE, "" },
		{ "", NULL, LEAK_SECRET_NONE, "" },
		{ "# a comment", NULL, LEAK_SECRET_NONE, "" },
		{ ":secret", NULL, LEAK_SECRET_NONE, "" },
		{ "wa\x01ng", NULL, LEAK_SECRET_NONE, "" },
		{ "\xff\xfe", NULL, LEAK_SECRET_NONE, "" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct leak_line line;
		bool good = leak_line_parse(rows[i].line, strlen(rows[i].line),
		                            &line);

		cr_expect_eq(good, rows[i].who != NULL, "row %zu", i);
		if (!good || !rows[i].who)
			continue;
		cr_expect_str_eq(line.who, rows[i].who, "row %zu", i);
		cr_expect_eq(line.kind, rows[i].kind, "row %zu", i);
		cr_expect_eq(line.secret_len, strlen(rows[i].secret), "row %zu",
		             i);
		cr_expect(!memcmp(line.secret, rows[i].secret, line.secret_len),
		          "row %zu", i);
	}
}

/* Any bytes: nothing is read beyond them. */
Test(leak_line, takes_any_bytes)
{
	char bytes[64];
	struct leak_line line;
	unsigned int seed = 1;
	size_t i;
	size_t k;

	for (i = 0; i < 20000; i++) {
		size_t len = i % sizeof(bytes);

		for (k = 0; k < len; k++) {
			seed = seed * 1103515245u + 12345u;
			bytes[k] = (char)(seed >> 16);
		}
		if (!leak_line_parse(bytes, len, &line))
			continue;
		cr_assert(line.secret >= bytes &&
		          line.secret + line.secret_len <= bytes + len);
	}
}
