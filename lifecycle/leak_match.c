#include "leak_match.h"

#include <stdio.h>
#include <string.h>

#include "account/ssh_key.h"
#include "base/attrs.h"
#include "base/buf.h"
#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "secret/sealed_box.h"
#include "secret/secret.h"

#define FILTER_MAX 4096

struct finding_match {
	struct leak_match *match;
	const char *fingerprint; /* that is looked for, or NULL */
};

static unsigned int
digit(char hex)
{
	return hex <= '9' ? (unsigned int)(hex - '0')
	                  : (unsigned int)(hex - 'a') + 10;
}

/* "SHA256:" and base64 without padding, as ssh-keygen -l says it. */
static void
fingerprint_of(const char *key, char ret[LEAK_PRINT_MAX])
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                             "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t blob[TN_SSH_KEY_MAX];
	char hex[65];
	unsigned int bits = 0;
	unsigned int have = 0;
	size_t at;
	size_t i;

	at = (size_t)snprintf(ret, LEAK_PRINT_MAX, "SHA256:");
	tn_sha256_hex(blob, tn_ssh_key_blob(key, blob), hex);
	for (i = 0; i < 64; i++) {
		bits = bits << 4 | digit(hex[i]);
		have += 4;
		if (have >= 6) {
			have -= 6;
			ret[at++] = base64[bits >> have & 63];
		}
	}
	ret[at++] = base64[bits << (6 - have) & 63];
	ret[at] = '\0';
}

static int
match_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const struct finding_match *finding = arg;
	struct leak_match *match = finding->match;
	const char *login = tn_entry_name(entry, "uid");
	const char *number = tn_entry_text(entry, "employeeNumber");
	const struct tn_value *keys;
	char print[LEAK_PRINT_MAX];
	size_t count = 0;
	size_t i;

	(void)err;
	match->count++;
	if (!tn_text_copy(match->dn, sizeof(match->dn), entry->dn) || !login ||
	    !tn_text_copy(match->login, sizeof(match->login), login) ||
	    !number ||
	    !tn_text_copy(match->staff_number, sizeof(match->staff_number),
	                  number))
		match->count++; /* of no use: as if it were several */
	match->is_active = tn_entry_has_value(entry, "tenureStatus", "active");
	(void)tn_entry_values(entry, "pwdFailureTime", &count);
	match->has_failures = count > 0;
	keys = tn_entry_values(entry, "tenureSshPublicKey", &count);
	for (i = 0; finding->fingerprint && i < count; i++) {
		if (tn_ssh_key_check(keys[i].data, keys[i].len))
			continue;
		fingerprint_of(keys[i].data, print);
		if (!strcmp(print, finding->fingerprint))
			match->has_key = true;
	}
	return TN_OK;
}

/* (|(uid=WHO)(employeeNumber=WHO)), or (mail=WHO): each has its index, but mail,
   which is asked of one entry. */
static void
put_names(struct tn_buf *filter, const char *who)
{
	static const char *const names[] = { "uid", "employeeNumber" };
	static const char *const mail[] = { "mail" };
	const bool is_mail = leak_mail_is(who);
	const char *const *name = is_mail ? mail : names;
	const size_t count = is_mail ? 1 : TN_ARRAY_LEN(names);
	size_t i;

	tn_buf_put_text(filter, "(&(objectClass=tenurePerson)(|");
	for (i = 0; i < count; i++) {
		tn_buf_printf(filter, "(%s=", name[i]);
		tn_filter_escape(filter, who);
		tn_buf_put_text(filter, ")");
	}
	tn_buf_put_text(filter, "))");
}

int
leak_match_find(struct session *session, const struct leak_mails *mails,
                const struct leak_line *line, struct leak_match *ret,
                struct tn_err *err)
{
	static const char *const wanted[] = { "uid",
		                              "employeeNumber",
		                              "tenureStatus",
		                              "pwdFailureTime",
		                              "tenureSshPublicKey",
		                              NULL };
	const char *base = session->config->base;
	enum tn_scope scope = TN_SCOPE_SUB;
	char print[LEAK_PRINT_MAX];
	struct finding_match finding = { .match = ret };
	struct tn_buf filter;
	int r;

	*ret = (struct leak_match){ .count = 0 };
	if (leak_mail_is(line->who)) {
		ret->count = leak_mails_of(mails, line->who, &base);
		if (ret->count != 1)
			return TN_OK;
		ret->count = 0;
		scope = TN_SCOPE_BASE;
	}
	if (line->kind == LEAK_SECRET_FINGERPRINT) {
		snprintf(print, sizeof(print), "%.*s", (int)line->secret_len,
		         line->secret);
		finding.fingerprint = print;
	}

	tn_buf_init(&filter, FILTER_MAX);
	put_names(&filter, line->who);
	if (!tn_buf_text(&filter))
		r = TN_OK; /* nobody has so long a name */
	else
		r = tn_search(session->connection, base, scope,
		              tn_buf_text(&filter), wanted, match_found,
		              &finding, err);
	tn_buf_done(&filter);
	/* Gone since the addresses were read. */
	return r == TN_E_NOT_FOUND && scope == TN_SCOPE_BASE ? TN_OK : r;
}

int
leak_match_try(struct session *session, const char *dn,
               const struct leak_line *line, bool *ret_opens,
               struct tn_err *err)
{
	const struct tn_config *config = session->config;
	const struct tn_server server = {
		.uri = session->uri,
		.ca_file = *config->ca_file ? config->ca_file : NULL,
		.certificate =
		    *config->certificate ? config->certificate : NULL,
		.key = *config->key ? config->key : NULL,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	struct tn_bind_result result = { .accepted = false };
	struct tn_connection *connection = NULL;
	struct tn_secret *password = NULL;
	int r;

	(void)((r = tn_secret_new(line->secret, line->secret_len, &password,
	                          err)) ||
	       (r = tn_connection_open(&server, &connection, err)) ||
	       (r = tn_bind_password(connection, dn, password, &result, err)));
	*ret_opens = result.accepted || result.expired;
	tn_secret_freep(&password);
	tn_connection_closep(&connection);
	return r;
}
