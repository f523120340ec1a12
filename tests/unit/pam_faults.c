/*
 * Each call that the module makes fails once: libpam's, the C library's, the
 * conversation. A plain program, which stands before libpam and libc for the
 * module's calls and lets those of everybody else through. For each person and
 * program of the table a login is played with the first, second, ... call
 * failing, until none failed.
 *
 * usage: pam_faults FOLDER (of pam_play.h)
 * Exit 0: no failure made a success, a denial had a text, nothing was left open.
 * 1: told on standard error. 2: the search itself does not work.
 */
#include <config.h>

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pam_fault_scene.h"

/* So many calls succeed, and the next one fails. */
static int allowed = -1;
static const char *failed; /* which it was */
static int counted;

static bool
is_of_module(const void *caller)
{
	Dl_info info;

	return dladdr(caller, &info) != 0 && info.dli_fname != NULL &&
	       strstr(info.dli_fname, "pam_tenure_testable") != NULL;
}

static bool
fails_now(const void *caller, const char *name)
{
	if (allowed < 0 || !is_of_module(caller))
		return false;
	counted++;
	if (allowed-- > 0)
		return false;
	failed = name;
	return true;
}

static void *
real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (found == NULL)
		exit(2);
	return found;
}

#define FAILS(name) fails_now(__builtin_return_address(0), name)

/* Sets a pointer to the real function of the type of the one that stands in. */
#define REAL(function)                                \
	static __typeof__(&(function)) next;          \
	if (next == NULL) {                           \
		void *found = real(#function);        \
		memcpy(&next, &found, sizeof(found)); \
	}

/* The module's calls are bound to what this program exports. */
#pragma GCC visibility push(default)

int
pam_get_item(const pam_handle_t *pamh, int item, const void **ret)
{
	REAL(pam_get_item)
	return FAILS("pam_get_item") ? PAM_SYSTEM_ERR : next(pamh, item, ret);
}

int
pam_set_item(pam_handle_t *pamh, int item, const void *value)
{
	REAL(pam_set_item)
	return FAILS("pam_set_item") ? PAM_BUF_ERR : next(pamh, item, value);
}

int
pam_get_user(pam_handle_t *pamh, const char **ret, const char *prompt)
{
	REAL(pam_get_user)
	return FAILS("pam_get_user") ? PAM_CONV_ERR : next(pamh, ret, prompt);
}

int
pam_get_authtok(pam_handle_t *pamh, int item, const char **ret,
                const char *prompt)
{
	REAL(pam_get_authtok)
	return FAILS("pam_get_authtok") ? PAM_AUTHTOK_ERR
	                                : next(pamh, item, ret, prompt);
}

int
pam_get_data(const pam_handle_t *pamh, const char *name, const void **ret)
{
	REAL(pam_get_data)
	return FAILS("pam_get_data") ? PAM_SYSTEM_ERR : next(pamh, name, ret);
}

int
pam_set_data(pam_handle_t *pamh, const char *name, void *data,
             void (*cleanup)(pam_handle_t *, void *, int))
{
	REAL(pam_set_data)
	return FAILS("pam_set_data") ? PAM_BUF_ERR
	                             : next(pamh, name, data, cleanup);
}

int
pam_fail_delay(pam_handle_t *pamh, unsigned int us)
{
	REAL(pam_fail_delay)
	return FAILS("pam_fail_delay") ? PAM_SYSTEM_ERR : next(pamh, us);
}

int
pam_prompt(pam_handle_t *pamh, int style, char **ret, const char *format, ...)
{
	va_list args;
	int status;

	if (FAILS("pam_prompt"))
		return PAM_CONV_ERR;
	va_start(args, format);
	status = pam_vprompt(pamh, style, ret, format, args);
	va_end(args);
	return status;
}

void *
mmap(void *at, size_t len, int mode, int flags, int fd, off_t offset)
{
	REAL(mmap)
	if (FAILS("mmap")) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return next(at, len, mode, flags, fd, offset);
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);

void *
malloc(size_t size)
{
	return FAILS("malloc") ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return FAILS("calloc") ? NULL : __libc_calloc(count, size);
}

static bool
breaks(const void *caller, const char *name, int error)
{
	if (!fails_now(caller, name))
		return false;
	errno = error;
	return true;
}

#define BREAKS(name, error) breaks(__builtin_return_address(0), name, error)

int
open(const char *path, int flags, ...)
{
	va_list args;
	unsigned int mode = 0;
	REAL(open)

	if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
		va_start(args, flags);
		mode = va_arg(args, unsigned int);
		va_end(args);
	}
	return BREAKS("open", EMFILE) ? -1 : next(path, flags, mode);
}

/* The same, as _FORTIFY_SOURCE has it. */
int __open_2(const char *path, int flags);
int
__open_2(const char *path, int flags)
{
	REAL(__open_2)
	return BREAKS("open", EMFILE) ? -1 : next(path, flags);
}

ssize_t
read(int fd, void *data, size_t size)
{
	REAL(read)
	return BREAKS("read", EIO) ? -1 : next(fd, data, size);
}

ssize_t
pread(int fd, void *data, size_t size, off_t offset)
{
	REAL(pread)
	return BREAKS("pread", EIO) ? -1 : next(fd, data, size, offset);
}

int
fstat(int fd, struct stat *ret)
{
	REAL(fstat)
	return BREAKS("fstat", EIO) ? -1 : next(fd, ret);
}

int
socket(int domain, int type, int protocol)
{
	REAL(socket)
	return BREAKS("socket", EMFILE) ? -1 : next(domain, type, protocol);
}

int
connect(int fd, const struct sockaddr *address, socklen_t len)
{
	REAL(connect)
	return BREAKS("connect", ECONNREFUSED) ? -1 : next(fd, address, len);
}

int
getsockopt(int fd, int level, int name, void *ret, socklen_t *len)
{
	REAL(getsockopt)
	return BREAKS("getsockopt", ENOPROTOOPT)
	           ? -1
	           : next(fd, level, name, ret, len);
}

ssize_t
send(int fd, const void *data, size_t size, int flags)
{
	REAL(send)
	return BREAKS("send", EPIPE) ? -1 : next(fd, data, size, flags);
}

ssize_t
recv(int fd, void *data, size_t size, int flags)
{
	REAL(recv)
	return BREAKS("recv", ECONNRESET) ? -1 : next(fd, data, size, flags);
}

int
poll(struct pollfd *fds, nfds_t count, int timeout)
{
	REAL(poll)
	return BREAKS("poll", ENOMEM) ? -1 : next(fds, count, timeout);
}

#pragma GCC visibility pop

/* --- the play ----------------------------------------------------------------- */

struct play {
	const char *const *answers;
	int conv_allowed; /* so many conversations, -1: any */
	bool is_told;     /* a text came */
};

static int
converse(int count, const struct pam_message **messages,
         struct pam_response **ret, void *arg)
{
	struct play *play = arg;
	struct pam_response *replies;

	if (play->conv_allowed == 0)
		return PAM_CONV_ERR;
	if (play->conv_allowed > 0)
		play->conv_allowed--;
	replies = calloc((size_t)count, sizeof(*replies));
	if (replies == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF) {
			play->is_told = true;
			continue;
		}
		if (*play->answers == NULL) {
			free(replies);
			return PAM_CONV_ERR;
		}
		replies[i].resp = strdup(*play->answers++);
	}
	*ret = replies;
	return PAM_SUCCESS;
}

/* A phase has ended. */
static void
hear(struct play *state, int status, struct fault_outcome *outcome)
{
	if (status != PAM_SUCCESS && status != PAM_USER_UNKNOWN &&
	    !state->is_told)
		outcome->is_silent = true;
	state->is_told = false;
}

static struct fault_outcome
play(const char *folder, const struct fault_scene *scene, int fail_at,
     int conv_fail)
{
	struct fault_outcome outcome = { PAM_IGNORE, PAM_IGNORE, PAM_IGNORE,
		                         false };
	struct play state = { scene->answers, conv_fail, false };
	struct pam_conv conv = { converse, &state };
	pam_handle_t *pamh = NULL;
	bool goes_on = true;

	if (pam_start_confdir(scene->service, scene->user, &conv, folder,
	                      &pamh) != PAM_SUCCESS)
		exit(2);
	failed = NULL;
	counted = 0;
	allowed = fail_at;
	if (scene->auth != PAM_IGNORE) {
		outcome.auth = pam_authenticate(pamh, 0);
		goes_on = outcome.auth == PAM_SUCCESS;
		hear(&state, outcome.auth, &outcome);
	}
	if (goes_on) {
		outcome.account = pam_acct_mgmt(pamh, 0);
		goes_on = outcome.account == PAM_NEW_AUTHTOK_REQD &&
		          scene->auth == PAM_SUCCESS;
		hear(&state, outcome.account, &outcome);
	}
	if (goes_on) {
		outcome.change =
		    pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK);
		hear(&state, outcome.change, &outcome);
	}
	(void)pam_open_session(pamh, 0);
	allowed = -1;
	if (pam_end(pamh, PAM_SUCCESS) != PAM_SUCCESS)
		exit(2);
	return outcome;
}

/* A denial has a text, unless what failed is the telling or the asking. */
static bool
is_told(const struct fault_outcome *got)
{
	static const char *const talk[] = { "pam_prompt", "pam_get_authtok",
		                            "pam_get_user" };

	for (size_t i = 0; i < sizeof(talk) / sizeof(*talk); i++)
		if (failed != NULL && strcmp(failed, talk[i]) == 0)
			return true;
	return !got->is_silent;
}

static unsigned int
count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned int count = 0;

	if (folder == NULL)
		exit(2);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static int
complain(const struct fault_scene *scene, const struct fault_outcome *got,
         int n)
{
	fprintf(stderr,
	        "%s %s: call %d (%s) failed: auth %d, account %d, "
	        "change %d\n",
	        scene->service, scene->user, n,
	        failed != NULL ? failed : "conversation", got->auth,
	        got->account, got->change);
	return 1;
}

int
main(int argc, char **argv)
{
	unsigned int before;
	unsigned int tried = 0;
	int status = 0;

	if (argc != 2)
		return 2;
	before = count_descriptors();
	for (size_t i = 0; i < fault_scene_count; i++) {
		const struct fault_scene *scene = &fault_scenes[i];
		struct fault_outcome got = play(argv[1], scene, -1, -1);
		int n;

		if (!fault_is_same(&got, scene)) {
			fprintf(stderr, "without a failure: ");
			return complain(scene, &got, -1) + 1;
		}
		for (n = 0; n < 1000; n++) {
			got = play(argv[1], scene, n, -1);
			if (failed == NULL)
				break;
			tried++;
			if (!fault_is_safe(&got, scene) || !is_told(&got))
				status = complain(scene, &got, n);
		}
		if (n < 5 || n == 1000) {
			fprintf(stderr, "%s %s: %d calls\n", scene->service,
			        scene->user, n);
			return 2;
		}
		for (n = 0; n < 8; n++) {
			got = play(argv[1], scene, -1, n);
			tried++;
			if (!fault_is_safe(&got, scene))
				status = complain(scene, &got, n);
		}
	}
	if (count_descriptors() != before) {
		fprintf(stderr, "descriptors were left open\n");
		status = 1;
	}
	printf("%u failures\n", tried);
	return status;
}
