#include "leak_mail.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "leak_line.h"

struct leak_mail {
	char address[LEAK_WHO_MAX + 1]; /* in lower case */
	size_t count;                   /* of people */
	char *dn;                       /* owned; of the last one, or NULL */
	UT_hash_handle hh;
};

bool
leak_mail_is(const char *who)
{
	return strchr(who, '@') != NULL;
}

/* As slapd compares them (caseIgnoreIA5Match). False where it is too long. */
static bool
fold(const char *text, char ret[LEAK_WHO_MAX + 1])
{
	size_t i;

	for (i = 0; i < LEAK_WHO_MAX && text[i]; i++)
		ret[i] = (char)(text[i] >= 'A' && text[i] <= 'Z'
		                    ? text[i] - 'A' + 'a'
		                    : text[i]);
	ret[i] = '\0';
	return !text[i];
}

static struct leak_mail *
find(const struct leak_mails *mails, const char *text)
{
	char address[LEAK_WHO_MAX + 1] = "";
	struct leak_mail *mail = NULL;

	if (fold(text, address))
		HASH_FIND_STR(mails->table, address, mail);
	return mail;
}

int
leak_mails_want(struct leak_mails *mails, const char *who, struct tn_err *err)
{
	struct leak_mail *mail;

	if (!leak_mail_is(who) || find(mails, who))
		return TN_OK;
	mail = calloc(1, sizeof(*mail));
	if (!mail)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	(void)fold(who, mail->address);
	HASH_ADD_STR(mails->table, address, mail);
	if (!TN_HASH_LOST(hh, mail))
		return TN_OK;
	free(mail);
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

/* Somebody who has the same address twice has it once. */
static int
take_person(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct leak_mails *mails = arg;
	const struct tn_value *values;
	struct leak_mail *mail;
	size_t count = 0;
	size_t i;

	values = tn_entry_values(entry, "mail", &count);
	for (i = 0; i < count; i++) {
		mail = find(mails, values[i].data);
		if (!mail || (mail->dn && !strcmp(mail->dn, entry->dn)))
			continue;
		free(mail->dn);
		mail->dn = strdup(entry->dn);
		if (!mail->dn)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		mail->count++;
	}
	return TN_OK;
}

int
leak_mails_read(struct session *session, struct leak_mails *mails,
                struct tn_err *err)
{
	static const char *const wanted[] = { "mail", NULL };

	if (!mails->table)
		return TN_OK;
	return tn_search(session->connection, session->config->base,
	                 TN_SCOPE_SUB, "(&(objectClass=tenurePerson)(mail=*))",
	                 wanted, take_person, mails, err);
}

size_t
leak_mails_of(const struct leak_mails *mails, const char *who,
              const char **ret_dn)
{
	const struct leak_mail *mail = find(mails, who);

	*ret_dn = mail ? mail->dn : NULL;
	return mail ? mail->count : 0;
}

void
leak_mails_done(struct leak_mails *mails)
{
	struct leak_mail *mail;

	while ((mail = mails->table)) {
		HASH_DEL(mails->table, mail);
		free(mail->dn);
		free(mail);
	}
}
