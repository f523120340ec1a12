/*
 * tenure-keys(8): sshd's AuthorizedKeysCommand. Prints the keys of a person of
 * the directory from two mapped files, the snapshot and the keys file: no
 * daemon, no network, no name service. Of the dead, and of who is suspended,
 * it prints them so that nothing runs, and the account phase can say why.
 *
 *	tenure-keys LOGIN [UID]
 *
 * Status 0: all that there is was printed, perhaps nothing. 1: it could not be
 * told; sshd then takes no key.
 */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/err.h"
#include "base/text.h"
#include "snapshot/snapshot_keys.h"
#include "snapshot/snapshot_reader.h"

#define USER_BUFFER 16384

/* Behind the comma the shell gets what it runs instead of anything else. */
static const char withheld[] =
    "restrict,command=\"" TENURE_LIBEXECDIR "/tenure-refused\" ";

/* What sshd asks with. */
struct question {
	const char *login;
	bool has_uid;
	uint32_t uid;
};

/* For a person at a terminal; sshd throws it away. */
static int
complain(const char *words)
{
	static const char start[] = "tenure-keys: ";
	char line[128];
	size_t len = strlen(words);

	if (len > sizeof(line) - sizeof(start) - 1)
		len = sizeof(line) - sizeof(start) - 1;
	memcpy(line, start, sizeof(start) - 1);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): no text yet */
	memcpy(line + sizeof(start) - 1, words, len);
	line[sizeof(start) - 1 + len] = '\n';
	(void)!write(STDERR_FILENO, line, sizeof(start) + len);
	return EXIT_FAILURE;
}

/* In one write, as long as the pipe takes it. */
static bool
print(const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

static int
print_keys(const char *keys, bool dead)
{
	static char lines[TN_SSH_KEYS_TEXT_MAX + 2 +
	                  TN_SSH_KEYS_MAX * sizeof(withheld)];
	const char *at = keys;
	const char *key;
	size_t used = 0;
	size_t len;

	while ((key = tn_ssh_keys_next(&at, &len)) != NULL) {
		if (dead) {
			memcpy(lines + used, withheld, sizeof(withheld) - 1);
			used += sizeof(withheld) - 1;
		}
		memcpy(lines + used, key, len);
		used += len;
		lines[used++] = '\n';
	}
	return print(lines, used) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The keys of somebody whom the snapshot has. */
static int
answer(const struct question *question, uint64_t wanted, bool dead)
{
	static char keys[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_map map;
	int rc;

	rc = tn_keys_open(TN_KEYS_DIRECTORY, 0, &map);
	if (rc != TN_OK)
		return complain(tn_code_words(rc));
	/* An older one may have a key that its holder took away since. */
	rc = wanted != 0 && map.header.generation >= wanted
	         ? tn_keys_find(&map, question->login, question->uid, keys)
	         : TN_E_STALE;
	tn_keys_close(&map);
	if (rc == TN_E_NOT_FOUND)
		return EXIT_SUCCESS;
	return rc == TN_OK ? print_keys(keys, dead)
	                   : complain(tn_code_words(rc));
}

/* Whom sshd means: of this login and, where it says one, this number. Somebody
   of this machine's own files has another. */
static int
look_up(struct question *question, uint64_t *ret_wanted, bool *ret_dead)
{
	static char buffer[USER_BUFFER];
	const struct tn_snapshot *snapshot = NULL;
	struct tn_snapshot_info info;
	struct passwd user;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc != TN_OK)
		return rc == TN_E_NOT_FOUND ? TN_E_UNREACHABLE : rc;
	rc = tn_snapshot_info(snapshot, &info);
	if (rc == TN_OK)
		rc = tn_snapshot_user_by_name(snapshot, question->login, &user,
		                              buffer, sizeof(buffer), ret_dead);
	tn_snapshot_drop(snapshot);
	if (rc != TN_OK)
		return rc;
	if (question->has_uid && question->uid != user.pw_uid)
		return TN_E_NOT_FOUND;
	question->uid = user.pw_uid;
	*ret_wanted = info.keys_generation;
	return TN_OK;
}

int
main(int argc, char **argv)
{
	struct question question = { .login = argc > 1 ? argv[1] : "" };
	unsigned long long uid = 0;
	uint64_t wanted = 0;
	bool dead = true;
	int rc;

	if (argc < 2 || argc > 3 || question.login[0] == '\0' ||
	    question.login[0] == '-') {
		(void)complain("usage: tenure-keys LOGIN [UID]");
		return 2;
	}
	if (argc == 3) {
		if (!tn_text_to_u64(argv[2], UINT32_MAX, &uid)) {
			(void)complain("UID is a number");
			return 2;
		}
		question.has_uid = true;
		question.uid = (uint32_t)uid;
	}
	rc = look_up(&question, &wanted, &dead);
	if (rc == TN_E_NOT_FOUND)
		return EXIT_SUCCESS;
	return rc == TN_OK ? answer(&question, wanted, dead)
	                   : complain(tn_code_words(rc));
}
