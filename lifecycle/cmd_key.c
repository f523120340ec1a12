/*
 * tenure key: the own SSH keys, told, added and taken away, always with the
 * password: whoever found an open session, or a key, gets no further key in.
 */
#include "command.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask_password.h"
#include "base/file.h"
#include "base/text.h"
#include "command_option.h"
#include "key_verb.h"
#include "people_find.h"
#include "secret/secret.h"

#define FILE_MAX 16384

/* What one run works with. */
struct key_run {
	struct command_run *run;
	const char *whom; /* --for */
	struct tn_secret *password;
	struct session session; /* .connection NULL: on a host */
	char login[256];
	char dn[TN_DN_MAX + 1];
};

static int
ask(struct key_run *key_run, enum tn_key_verb verb, const char *key,
    json_t **ret)
{
	const struct key_question question = {
		.verb = verb,
		.key = key,
		.login = key_run->login,
		.dn = key_run->dn,
	};

	return key_run->session.connection
	           ? key_ask_directory(key_run->run, &key_run->session,
	                               &question, ret)
	           : key_ask_host(key_run->run, key_run->password, &question,
	                          ret);
}

/* On a host: who runs this, and a password of theirs. */
static int
begin_host(struct key_run *key_run)
{
	struct tn_err err = TN_ERR_INIT;
	const struct passwd *pw = getpwuid(getuid());
	char prompt[300];

	if (key_run->whom)
		return command_usage(key_run->run,
		                     "--for is for the directory server");
	if (!pw || !tn_text_copy(key_run->login, sizeof(key_run->login),
	                         pw->pw_name))
		return command_refuse(key_run->run, "nobody knows who you are");
	snprintf(prompt, sizeof(prompt), "Password of %s / 密码: ",
	         key_run->login);
	if (ask_password(key_run->run->password_fd, prompt, &key_run->password,
	                 &err))
		return command_fail(key_run->run, &err);
	return EXIT_CLEAN;
}

/* Elsewhere: who binds, or whom the system role registers a key for. */
static int
begin_directory(struct key_run *key_run)
{
	const struct person *person = NULL;
	struct people *people = NULL;
	struct tn_err err = TN_ERR_INIT;
	const char *dn;
	int r;

	if (!key_run->run->as)
		return command_usage(key_run->run,
		                     "say who you are: --as LOGIN");
	r = session_open(key_run->run, &key_run->session, &err);
	if (!r && key_run->whom) {
		r = people_find(&key_run->session, key_run->whom, &people,
		                &person, &err);
		dn = r ? "" : person->account->dn;
		tn_text_copy(key_run->login, sizeof(key_run->login),
		             r ? "" : person->account->login);
	} else {
		/* "dn:uid=wang,ou=people,..." */
		dn = r ? "" : key_run->session.who + 3;
		tn_text_copy(key_run->login, sizeof(key_run->login),
		             key_run->run->as);
	}
	if (!r && !tn_text_copy(key_run->dn, sizeof(key_run->dn), dn))
		r = tn_fail(&err, TN_E_LIMIT, "the dn is too long");
	people_free(people);
	return r ? command_fail(key_run->run, &err) : EXIT_CLEAN;
}

/* A key out of a file, "-" for standard input. */
static int
read_key(const struct command_run *run, const char *path,
         char ret[TN_SSH_KEY_MAX + 1])
{
	char text[FILE_MAX + 1];
	const char *comment = "";
	enum tn_ssh_key_fault fault;
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	size_t len;

	if (!file)
		return command_refuse(run, "%s: cannot be read", path);
	len = fread(text, 1, FILE_MAX, file);
	if (file != stdin)
		fclose(file);
	fault = tn_ssh_key_of_file(text, len, ret, &comment);
	if (fault != TN_SSH_KEY_GOOD) {
		tn_wipe(text, sizeof(text));
		return command_refuse(run, "%s: %s\n%s", path,
		                      tn_ssh_key_fault_words(fault),
		                      tn_ssh_key_fault_words_zh(fault));
	}
	return EXIT_CLEAN;
}

static void
show(const struct command_run *run, const json_t *keys)
{
	char fingerprint[KEY_FINGERPRINT_MAX];
	json_t *list = json_array();
	const char *text;
	size_t i;

	for (i = 0; i < json_array_size(keys); i++) {
		text = json_string_value(json_array_get(keys, i));
		if (!text)
			continue;
		key_fingerprint(text, fingerprint);
		if (run->json)
			json_array_append_new(
			    list, json_pack("{s:s, s:s}", "fingerprint",
			                    fingerprint, "key", text));
		else
			printf("%s  %.*s\n", fingerprint,
			       (int)strcspn(text, " "), text);
	}
	if (run->json) {
		json_dumpf(list, stdout, JSON_INDENT(1));
		putchar('\n');
	} else if (json_array_size(keys) == 0) {
		puts("no key is registered / 没有登记的密钥");
	}
	json_decref(list);
	fflush(stdout);
}

/* The registered key of a fingerprint. */
static int
find_key(struct key_run *key_run, const char *wanted,
         char ret[TN_SSH_KEY_MAX + 1])
{
	char fingerprint[KEY_FINGERPRINT_MAX];
	json_t *keys = NULL;
	int status = ask(key_run, TN_KEY_LIST, NULL, &keys);
	size_t i;

	if (status != EXIT_CLEAN)
		return status;
	status = EXIT_FINDINGS;
	for (i = 0; i < json_array_size(keys) && status != EXIT_CLEAN; i++) {
		const char *text = json_string_value(json_array_get(keys, i));

		key_fingerprint(text ? text : "", fingerprint);
		if (text && !strcmp(fingerprint, wanted) &&
		    tn_text_copy(ret, TN_SSH_KEY_MAX + 1, text))
			status = EXIT_CLEAN;
	}
	json_decref(keys);
	if (status != EXIT_CLEAN)
		return command_refuse(key_run->run,
		                      "%s: no such key is registered", wanted);
	return status;
}

static int
work(struct key_run *key_run, enum tn_key_verb verb, const char *what)
{
	const bool by_fingerprint = what && !strncmp(what, "SHA256:", 7);
	char key[TN_SSH_KEY_MAX + 1] = "";
	json_t *keys = NULL;
	int status = EXIT_CLEAN;

	/* A bad key is told before a password is asked for. */
	if (what && !by_fingerprint)
		status = read_key(key_run->run, what, key);
	if (status == EXIT_CLEAN)
		status = !key_run->run->as && !access(TN_WIRE_SOCKET, F_OK)
		             ? begin_host(key_run)
		             : begin_directory(key_run);
	if (status == EXIT_CLEAN && by_fingerprint)
		status = find_key(key_run, what, key);
	if (status == EXIT_CLEAN)
		status = ask(key_run, verb, what ? key : NULL, &keys);
	if (status == EXIT_CLEAN)
		show(key_run->run, keys);
	json_decref(keys);
	return status;
}

int
cmd_key(struct command_run *run)
{
	static const struct {
		const char *name;
		enum tn_key_verb verb;
		size_t operands;
	} verbs[] = { { "list", TN_KEY_LIST, 1 },
		      { "add", TN_KEY_ADD, 2 },
		      { "remove", TN_KEY_REMOVE, 2 } };
	struct key_run key_run = { .run = run, .session = { .config = NULL } };
	const struct command_option options[] = {
		{ .name = "--for", .value = &key_run.whom },
		{ .name = NULL },
	};
	const char *operands[2] = { NULL, NULL };
	struct tn_err err = TN_ERR_INIT;
	int status;
	size_t i;

	status = command_options(run, options, operands, 1, 2);
	if (status != COMMAND_GO_ON)
		return status;
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(operands[0], verbs[i].name))
			break;
	if (i == sizeof(verbs) / sizeof(verbs[0]))
		return command_usage(run, "list, add or remove is meant, "
		                          "not %.64s",
		                     operands[0]);
	if ((operands[1] != NULL) != (verbs[i].operands == 2))
		return command_usage(run, "%s: %s", operands[0],
		                     operands[1] ? "of nothing else"
		                                 : "which key?");
	if (key_run.whom && verbs[i].verb != TN_KEY_ADD)
		return command_usage(run, "--for is for add");
	if (tn_secret_start(&err))
		return command_fail(run, &err);
	status = work(&key_run, verbs[i].verb, operands[1]);
	tn_secret_freep(&key_run.password);
	session_close(&key_run.session);
	return status;
}
