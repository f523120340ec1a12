/*
 * Argon2id, in what slapd loads and in what it has stored. No identity may
 * read a hash over LDAP, so the database itself is read, with slapd's own tool
 * and as slapd's user; nothing of it is shown.
 */
#include "doctor.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "directory/search.h"
#include "init_run.h"
#include "init_plan.h"

#define SLAPPASSWD "/usr/sbin/slappasswd"
#define SLAPCAT    "/usr/sbin/slapcat"
#define ARGON2ID   "{ARGON2}$argon2id$v=19$m=19456,t=2,"
#define STORED_MAX ((size_t)64 * 1024 * 1024)
#define SHOWN      5

static int
found_load(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	char *line = arg;
	size_t count;
	size_t i;
	const struct tn_value *values =
	    tn_entry_values(entry, "olcModuleLoad", &count);

	(void)err;
	for (i = 0; i < count; i++) {
		const char *value = values[i].data;
		const char *name = strchr(value, '}');

		name = name ? name + 1 : value;
		if (strstr(name, "argon2"))
			snprintf(line, 200, "%s", name);
	}
	return TN_OK;
}

/* Hash a word that is no secret with the module that slapd loads. */
void
doctor_hash_module(struct doctor *doctor)
{
	static const char *const attributes[] = { "olcModuleLoad", NULL };
	static const char word[] = "no secret";
	static const char path[] =
	    "module-path=/usr/lib/ldap:" TENURE_SLAPD_MODULE_DIR;
	char load[200] = "";
	char option[240];
	const char *const argv[] = {
		SLAPPASSWD,
		"-o",
		path,
		"-o",
		option,
		"-h",
		"{ARGON2}",
		"-T",
		"/dev/stdin",
		NULL,
	};
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf said;
	const char *text;

	if (!doctor_is_heard(doctor))
		return;
	if (tn_search(doctor->session.connection, "cn=config", TN_SCOPE_SUB,
	              "(objectClass=olcModuleList)", attributes, found_load,
	              load, &err)) {
		doctor_unknown(doctor, "cn=config", "%s", err.text);
		return;
	}
	if (!*load) {
		doctor_complain(doctor, "olcModuleLoad",
		                "names no module that makes Argon2");
		return;
	}
	snprintf(option, sizeof(option), "module-load=%s", load);
	tn_buf_init(&said, 4096);
	if (init_run(argv, word, strlen(word), 0, 0, &said, &err) ||
	    !(text = tn_buf_text(&said)))
		doctor_complain(doctor, load, "%s", err.text);
	else if (strncmp(text, ARGON2ID, strlen(ARGON2ID)))
		doctor_complain(doctor, load, "makes %.*s, not %s",
		                (int)strcspn(text, ","), text, ARGON2ID);
	tn_buf_done(&said);
}

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The first 18 bytes of a value in LDIF, which is in base64 if it has "::". */
static void
head_of(const char *value, bool is_base64, char ret[19])
{
	size_t got = 0;
	size_t i;

	memset(ret, 0, 19);
	if (!is_base64) {
		snprintf(ret, 19, "%.*s", (int)strcspn(value, "\n"), value);
		return;
	}
	for (i = 0; i + 4 <= 24 && got < 18; i += 4) {
		unsigned long bits = 0;
		size_t k;

		for (k = 0; k < 4; k++) {
			const char *at = strchr(base64, value[i + k]);

			if (!value[i + k] || value[i + k] == '\n' || !at)
				return;
			bits = bits << 6 | (unsigned long)(at - base64);
		}
		ret[got++] = (char)(bits >> 16 & 0xFF);
		ret[got++] = (char)(bits >> 8 & 0xFF);
		ret[got++] = (char)(bits & 0xFF);
	}
}

static void
judge(struct doctor *doctor, const char *text)
{
	static const char stored[] = "userPassword:";
	const char *dn = "";
	size_t wrong = 0;
	char object[160];
	char head[19];

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (!strncmp(text, "dn: ", 4))
			dn = text + 4;
		if (strncmp(text, stored, strlen(stored)))
			continue;
		text += strlen(stored);
		head_of(text + strspn(text, ": "), *text == ':', head);
		if (!strcmp(head, "{ARGON2}$argon2id$") || wrong++ >= SHOWN)
			continue;
		snprintf(object, sizeof(object), "%.*s", (int)strcspn(dn, "\n"),
		         dn);
		/* The scheme, and nothing of a password in clear. */
		doctor_complain(doctor, object, "has a password that is %s%.*s",
		                *head == '{' ? "hashed by " : "in clear",
		                *head == '{' ? (int)strcspn(head, "}") + 1 : 0,
		                head);
	}
	if (wrong > SHOWN)
		doctor_complain(doctor, "userPassword",
		                "%zu more are not Argon2id", wrong - SHOWN);
}

void
doctor_hash_stored(struct doctor *doctor)
{
	const char *const argv[] = { SLAPCAT,
		                     "-n",
		                     "3",
		                     "-F",
		                     INIT_CONFIG_DIR,
		                     "-o",
		                     "ldif-wrap=no",
		                     "-a",
		                     "(userPassword=*)",
		                     NULL };
	const struct passwd *slapd = getpwnam("openldap");
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf said;
	const char *text;

	if (!slapd) {
		doctor_unknown(doctor, "openldap", "is no system user");
		return;
	}
	tn_buf_init(&said, STORED_MAX);
	if (init_run(argv, NULL, 0, slapd->pw_uid, slapd->pw_gid, &said,
	             &err) ||
	    !(text = tn_buf_text(&said)))
		doctor_unknown(doctor, SLAPCAT, "%s",
		               err.code ? err.text : "more than fits");
	else
		judge(doctor, text);
	tn_buf_done(&said); /* wipes */
}
