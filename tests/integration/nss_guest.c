/*
 * A program with little left of what programs have, asking for a name.
 * usage: nss_guest HOW LOGIN [FOLDER]; prints the uid, or "none".
 * Compiled by nss_guests.sh, as it is and static.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *login;
static long uid = -3; /* nobody asked */

static void *
ask(void *unused)
{
	const struct passwd *person = getpwnam(login);

	uid = person != NULL ? (long)person->pw_uid : -1;
	return unused;
}

static void
limit(int what, rlim_t most)
{
	struct rlimit limit = { .rlim_cur = most, .rlim_max = RLIM_INFINITY };

	if (what == RLIMIT_NOFILE)
		limit.rlim_max = 1024;
	if (setrlimit(what, &limit) != 0)
		_exit(9);
}

/* With a stack of 16 kB. */
static void
ask_in_thread(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN) != 0 ||
	    pthread_create(&thread, &attributes, ask, NULL) != 0)
		_exit(9);
	pthread_join(thread, NULL);
}

/* Each asks again and again; a wrong answer stays. */
static void *
ask_often(void *unused)
{
	struct passwd room;
	struct passwd *found;
	char buffer[1024];
	int i;

	for (i = 0; i < 2000; i++) {
		found = NULL;
		if (getpwnam_r(login, &room, buffer, sizeof(buffer), &found) !=
		        0 ||
		    found == NULL || strcmp(found->pw_name, login) != 0)
			return (void *)&uid;
	}
	return unused;
}

/* Eight at once, and children made meanwhile, who ask too. */
static void
ask_in_many(bool with_children)
{
	pthread_t threads[8];
	bool is_right = true;
	void *wrong;
	int status;
	int i;

	for (i = 0; i < 8; i++)
		if (pthread_create(&threads[i], NULL, ask_often, NULL) != 0)
			_exit(9);
	for (i = 0; with_children && i < 50; i++) {
		pid_t child = fork();

		if (child == 0) {
			ask(NULL);
			_exit(uid < 0);
		}
		if (waitpid(child, &status, 0) != child || status != 0)
			is_right = false;
	}
	for (i = 0; i < 8; i++)
		if (pthread_join(threads[i], &wrong) != 0 || wrong != NULL)
			is_right = false;
	if (is_right)
		ask(NULL);
}

static void
ask_without_descriptors(void)
{
	int out = fcntl(1, F_DUPFD_CLOEXEC, 100);
	int i;

	for (i = 0; i < 50; i++)
		close(i);
	ask(NULL);
	for (i = 0; i < 50; i++)
		if (fcntl(i, F_GETFD) >= 0)
			uid = -2; /* one was left open */
	dup2(out, 1);
}

int
main(int argc, char **argv)
{
	const char *how = argv[1];
	char buffer[32];
	pid_t child;
	int status;

	if (argc < 3)
		return 2;
	login = argv[2];
	if (strcmp(how, "plain") != 0 && strcmp(how, "closed") != 0 &&
	    strcmp(how, "thread") != 0 && strcmp(how, "few") != 0)
		ask(NULL); /* it has been there before */
	uid = -3;
	if (strcmp(how, "nofile") == 0 || strcmp(how, "few") == 0)
		limit(RLIMIT_NOFILE, 3);
	if (strcmp(how, "as") == 0)
		limit(RLIMIT_AS, 1);
	if (strcmp(how, "root") == 0 && (chroot(argv[3]) != 0 || chdir("/")))
		return 9;
	if (strcmp(how, "vfork") == 0) {
		child = vfork();
		if (child == 0) {
			ask(NULL);
			_exit(uid < 0);
		}
		if (waitpid(child, &status, 0) != child || status != 0)
			return 9;
	}
	if (strcmp(how, "closed") == 0)
		ask_without_descriptors();
	else if (strcmp(how, "thread") == 0)
		ask_in_thread();
	else if (strcmp(how, "threads") == 0)
		ask_in_many(false);
	else if (strcmp(how, "fork") == 0)
		ask_in_many(true);
	else
		ask(NULL);
	limit(RLIMIT_AS, RLIM_INFINITY);
	snprintf(buffer, sizeof(buffer), "%ld\n", uid);
	return write(1, buffer, strlen(buffer)) < 0;
}
