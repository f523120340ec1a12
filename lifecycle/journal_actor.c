/* secure_getenv */
#include "config.h"

#include "journal_actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

static void
put_user(uid_t uid, char ret[JOURNAL_WORD_MAX])
{
	char name[64];

	session_user_name(uid, name, sizeof(name));
	snprintf(ret, JOURNAL_WORD_MAX, "%s (%u)", name, (unsigned int)uid);
}

void
journal_actor_get(struct journal_actor *ret)
{
	const char *sudo = secure_getenv("SUDO_USER");
	const char *client = secure_getenv("SSH_CONNECTION");
	const char *terminal = NULL;
	uid_t uid;
	int fd;

	*ret = (struct journal_actor){ .user = "" };
	put_user(getuid(), ret->user);
	if (session_login_uid(&uid))
		put_user(uid, ret->login);
	if (gethostname(ret->host, sizeof(ret->host) - 1))
		snprintf(ret->host, sizeof(ret->host), "unknown");
	for (fd = 0; fd <= 2 && !terminal; fd++)
		terminal = ttyname(fd);
	snprintf(ret->sudo, sizeof(ret->sudo), "%.100s", sudo ? sudo : "");
	snprintf(ret->terminal, sizeof(ret->terminal), "%.100s",
	         terminal ? terminal : "");
	if (client)
		snprintf(ret->client, sizeof(ret->client), "%.*s",
		         (int)strcspn(client, " "), client);
}

void
journal_actor_put(const struct journal_actor *actor,
                  struct tn_journal_record *record)
{
	record->text[TN_JOURNAL_USER] = actor->user;
	record->text[TN_JOURNAL_LOGIN] = actor->login;
	record->text[TN_JOURNAL_SUDO] = actor->sudo;
	record->text[TN_JOURNAL_HOST] = actor->host;
	record->text[TN_JOURNAL_TERMINAL] = actor->terminal;
	record->text[TN_JOURNAL_CLIENT] = actor->client;
}
