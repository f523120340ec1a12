/* The parts of `tenure key`: who is asked, and how keys are shown. */
#ifndef TN_LIFECYCLE_KEY_VERB_H
#define TN_LIFECYCLE_KEY_VERB_H

#include <jansson.h>
#include "account/ssh_key.h"
#include "command.h"
#include "session.h"
#include "wire/wire.h"

/* "SHA256:" and base64, as ssh-keygen -l shows it; "" for what is no key. */
#define KEY_FINGERPRINT_MAX 64
void key_fingerprint(const char *key, char ret[KEY_FINGERPRINT_MAX]);

/* What is done with whose keys; one of host and session answers. */
struct key_question {
	enum tn_key_verb verb;
	const char *key; /* NULL to list */
	const char *login;
	const char *dn; /* of a session: whose entry */
};

/*
 * On a login host: by way of tenured, with the password. Complains itself.
 * Returns enum exit_status; with EXIT_CLEAN ret: the keys there are then, an
 * array of texts for the caller to release.
 */
struct tn_secret;
int key_ask_host(const struct command_run *run, const struct tn_secret *password,
                 const struct key_question *question, json_t **ret);
/* Over an own connection to the directory; the same. */
int key_ask_directory(const struct command_run *run, struct session *session,
                      const struct key_question *question, json_t **ret);

#endif
