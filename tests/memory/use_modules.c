/*
 * Loads the shipped modules as their hosts do, calls every entry point in good
 * times and bad, unloads them: for valgrind (memory.sh). Prints each name that
 * it calls; exits 1 when an answer is wrong or a descriptor stays open.
 *
 * usage: use_modules NSS-MODULE PAM-CONFIGURATIONS [served]
 * served: a snapshot with the person "ok" is there, and a tenured that knows
 * people by their names (tests/unit/fake_tenured.c).
 */
#include <config.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/attrs.h"

#define RIGHT_PASSWORD "Right-Horse-7"
#define NEW_PASSWORD   "a-new-Horse-8"

static bool is_served;
static int failed;

static void
expect(bool right, const char *what)
{
	if (right)
		return;
	printf("not ok: %s\n", what);
	failed = 1;
}

static int
open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	while (folder != NULL && readdir(folder) != NULL)
		count++;
	if (folder != NULL)
		(void)closedir(folder);
	return count;
}

/* The entry point, as a function of the type that is asked for. */
static void
find(void *module, const char *name, void *ret)
{
	char symbol[64];
	void *at;

	(void)snprintf(symbol, sizeof(symbol), "_nss_tenure_%s", name);
	at = dlsym(module, symbol);
	if (at == NULL) {
		printf("no %s\n", symbol);
		exit(1);
	}
	puts(symbol);
	memcpy(ret, &at, sizeof(at));
}

static void
look_up_users(void *module, size_t size)
{
	static const char *const names[] = { "ok", "nobody-of-that-name", "",
		                             "\xff", "a:b" };
	enum nss_status (*by_name)(const char *, struct passwd *, char *,
	                           size_t, int *);
	enum nss_status (*by_uid)(uid_t, struct passwd *, char *, size_t,
	                          int *);
	struct passwd pw;
	char *buffer = malloc(size);
	int error = 0;
	size_t i;

	find(module, "getpwnam_r", &by_name);
	find(module, "getpwuid_r", &by_uid);
	if (buffer == NULL)
		exit(99);
	expect((by_name("ok", &pw, buffer, size, &error) ==
	        NSS_STATUS_SUCCESS) == (is_served && size > 100),
	       "getpwnam ok");
	for (i = 0; i < TN_ARRAY_LEN(names); i++)
		(void)by_name(names[i], &pw, buffer, size, &error);
	(void)by_uid(2000001, &pw, buffer, size, &error);
	expect(by_uid(0, &pw, buffer, size, &error) != NSS_STATUS_SUCCESS,
	       "root is not ours");
	free(buffer);
}

static void
look_up_groups(void *module, size_t size)
{
	enum nss_status (*by_name)(const char *, struct group *, char *, size_t,
	                           int *);
	enum nss_status (*by_gid)(gid_t, struct group *, char *, size_t, int *);
	struct group gr;
	char *buffer = malloc(size);
	int error = 0;

	find(module, "getgrnam_r", &by_name);
	find(module, "getgrgid_r", &by_gid);
	if (buffer == NULL)
		exit(99);
	expect((by_name("employees", &gr, buffer, size, &error) ==
	        NSS_STATUS_SUCCESS) == (is_served && size > 100),
	       "getgrnam employees");
	(void)by_name("nobody-of-that-name", &gr, buffer, size, &error);
	(void)by_gid(2000000, &gr, buffer, size, &error);
	(void)by_gid(1, &gr, buffer, size, &error);
	free(buffer);
}

static void
list_all(void *module)
{
	enum nss_status (*set)(int);
	enum nss_status (*end)(void);
	enum nss_status (*next_user)(struct passwd *, char *, size_t, int *);
	enum nss_status (*next_group)(struct group *, char *, size_t, int *);
	struct passwd pw;
	struct group gr;
	char buffer[1024];
	int error = 0;

	find(module, "setpwent", &set);
	find(module, "getpwent_r", &next_user);
	find(module, "endpwent", &end);
	(void)set(0);
	(void)next_user(&pw, buffer, sizeof(buffer), &error);
	(void)end();
	find(module, "setgrent", &set);
	find(module, "getgrent_r", &next_group);
	find(module, "endgrent", &end);
	(void)set(0);
	(void)next_group(&gr, buffer, sizeof(buffer), &error);
	(void)end();
}

static void
list_groups(void *module)
{
	enum nss_status (*of)(const char *, gid_t, long *, long *, gid_t **,
	                      long, int *);
	long start = 1;
	long size = 1;
	gid_t *groups = calloc(1, sizeof(*groups));
	int error = 0;

	find(module, "initgroups_dyn", &of);
	(void)of("ok", 2000000, &start, &size, &groups, 0, &error);
	(void)of("ok", 1, &start, &size, &groups, 2, &error);
	(void)of("nobody-of-that-name", 1, &start, &size, &groups, 0, &error);
	free(groups);
}

static void
use_nss(const char *path)
{
	static const size_t sizes[] = { 1, 20, 4096 };
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (module == NULL) {
		puts(dlerror());
		exit(1);
	}
	for (i = 0; i < TN_ARRAY_LEN(sizes); i++) {
		look_up_users(module, sizes[i]);
		look_up_groups(module, sizes[i]);
	}
	list_all(module);
	list_groups(module);
	expect(dlclose(module) == 0, "dlclose");
}

/* Passwords in the order in which they are asked for; then silence. */
struct answers {
	const char *const *next;
};

static int
converse(int count, const struct pam_message **messages,
         struct pam_response **ret, void *arg)
{
	struct pam_response *replies = calloc((size_t)count, sizeof(*replies));
	struct answers *answers = arg;
	int i;

	if (replies == NULL)
		return PAM_BUF_ERR;
	for (i = 0; i < count; i++) {
		if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF &&
		    messages[i]->msg_style != PAM_PROMPT_ECHO_ON)
			continue;
		if (*answers->next == NULL) {
			while (i > 0)
				free(replies[--i].resp);
			free(replies);
			return PAM_CONV_ERR;
		}
		replies[i].resp = strdup(*answers->next++);
	}
	*ret = replies;
	return PAM_SUCCESS;
}

/* Nobody guesses here: libpam need not wait. */
static void
no_delay(int status TN_UNUSED, unsigned int usec TN_UNUSED, void *arg TN_UNUSED)
{
}

static void
log_in(const char *folder, const char *user, const char *const *given)
{
	struct answers answers = { .next = given };
	struct pam_conv conv = { .conv = converse, .appdata_ptr = &answers };
	void (*wait)(int, unsigned int, void *) = no_delay;
	pam_handle_t *pamh = NULL;
	const void *item;
	int status;

	if (pam_start_confdir("modules", user, &conv, folder, &pamh) !=
	    PAM_SUCCESS)
		exit(99);
	memcpy(&item, &wait, sizeof(item));
	(void)pam_set_item(pamh, PAM_FAIL_DELAY, item);
	(void)pam_set_item(pamh, PAM_RHOST, "192.0.2.1");
	status = pam_authenticate(pamh, 0);
	if (strcmp(user, "ok") == 0)
		expect((status == PAM_SUCCESS) ==
		           (is_served && given[0] != NULL &&
		            strcmp(given[0], RIGHT_PASSWORD) == 0),
		       "pam_authenticate ok");
	else if (!is_served)
		expect(status != PAM_SUCCESS, user);
	/* Whatever came of it: a host may go on, a hostile one will. */
	(void)pam_acct_mgmt(pamh, 0);
	(void)pam_setcred(pamh, PAM_ESTABLISH_CRED);
	(void)pam_open_session(pamh, 0);
	(void)pam_chauthtok(pamh, 0);
	(void)pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK | PAM_SILENT);
	(void)pam_close_session(pamh, 0);
	(void)pam_setcred(pamh, PAM_DELETE_CRED);
	(void)pam_end(pamh, status);
}

static void
use_pam(const char *folder)
{
	static const char *const users[] = {
		"ok",        "change",
		"grace",     "warned",
		"departed",  "elsewhere",
		"steers",    "stranger",
		"throttled", "contradiction",
		"undecided", "garbage",
		"toolong",   "notanswer",
		"noresult",  "dies",
		"root",      "",
		"\xff",      "a:b",
	};
	static const char *const right[] = { RIGHT_PASSWORD, RIGHT_PASSWORD,
		                             NEW_PASSWORD, NEW_PASSWORD, NULL };
	static const char *const wrong[] = { "wrong", "wrong", NULL };
	static const char *const nothing[] = { NULL };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(users); i++) {
		log_in(folder, users[i], right);
		log_in(folder, users[i], wrong);
	}
	log_in(folder, "ok", nothing);
}

int
main(int argc, char **argv)
{
	int before = open_descriptors();

	if (argc < 3)
		return 2;
	is_served = argc > 3;
	use_nss(argv[1]);
	expect(open_descriptors() == before, "NSS keeps a descriptor");
	use_pam(argv[2]);
	expect(open_descriptors() == before, "PAM keeps a descriptor");
	return failed;
}
