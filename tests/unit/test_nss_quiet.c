/*
 * What a lookup asks of the system once the files are mapped: nothing. Counted
 * from outside, by ptrace(2), over all functions, with an overlay of changes.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "nss_module/nss_tenure.h"
#include "snapshot_example.h"

#define ROUNDS 20000

static struct example example;

static void
start(void)
{
	struct tn_snapshot_overlay *overlay;

	example_init(&example);
	setenv("TENURE_TEST_SNAPSHOT", example.directory, 1);
	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
	example_change(overlay);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
}

static void
clean(void)
{
	example_done(&example);
}

TestSuite(nss_quiet, .init = start, .fini = clean, .timeout = 120);

/* Of the overlay, of the base, and of neither. False for a wrong answer. */
static bool
ask_all(void)
{
	static char buffer[1024];
	static gid_t gids[64];
	gid_t *vector = gids;
	struct passwd person;
	struct group group;
	long first = 0;
	long size = 64;
	int sys;

	return _nss_tenure_getpwnam_r("zhao", &person, buffer, sizeof(buffer),
	                              &sys) == NSS_STATUS_SUCCESS &&
	       _nss_tenure_getpwnam_r("u000004", &person, buffer,
	                              sizeof(buffer),
	                              &sys) == NSS_STATUS_SUCCESS &&
	       _nss_tenure_getpwnam_r("u000001", &person, buffer,
	                              sizeof(buffer),
	                              &sys) == NSS_STATUS_NOTFOUND &&
	       _nss_tenure_getpwuid_r(EXAMPLE_FIRST_UID + 100, &person, buffer,
	                              sizeof(buffer),
	                              &sys) == NSS_STATUS_SUCCESS &&
	       _nss_tenure_getpwuid_r(77777, &person, buffer, sizeof(buffer),
	                              &sys) == NSS_STATUS_NOTFOUND &&
	       _nss_tenure_getgrnam_r("everyone", &group, buffer,
	                              sizeof(buffer),
	                              &sys) == NSS_STATUS_SUCCESS &&
	       _nss_tenure_getgrgid_r(EXAMPLE_STAFF_GID + 9, &group, buffer,
	                              sizeof(buffer),
	                              &sys) == NSS_STATUS_SUCCESS &&
	       _nss_tenure_initgroups_dyn("zhao", 1, &first, &size, &vector, -1,
	                                  &sys) == NSS_STATUS_SUCCESS &&
	       first == 4;
}

/* Between two calls of getppid(2). */
static void
be_watched(void)
{
	int i;

	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	if (!ask_all())
		_exit(1);
	syscall(SYS_getppid);
	for (i = 0; i < ROUNDS; i++)
		if (!ask_all())
			_exit(2);
	syscall(SYS_getppid);
	_exit(0);
}

Test(nss_quiet, no_lookup_makes_a_system_call)
{
	struct __ptrace_syscall_info info;
	bool is_between = false;
	int calls = 0;
	int status;
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (child == 0)
		be_watched();
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (!WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD) != 0)
		cr_skip_test("no ptrace here");
	for (;;) {
		cr_assert_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		cr_assert_eq(waitpid(child, &status, 0), child);
		if (WIFEXITED(status))
			break;
		cr_assert_gt(
		    ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info),
		    0);
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		if (info.entry.nr == SYS_getppid)
			is_between = !is_between;
		else if (is_between)
			calls++;
	}
	cr_expect_eq(WEXITSTATUS(status), 0, "all answers were right");
	/* One stat(2) for each second that it took. */
	cr_expect_leq(calls, 5, "%d calls for %d lookups", calls, 8 * ROUNDS);
}

#ifndef __SANITIZE_ADDRESS__ /* which brings a malloc of its own */
/* A lookup that allocated would be seen here, since nothing else runs. */
void *__libc_malloc(size_t size);
static int allocations;

void *
malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

Test(nss_quiet, no_lookup_allocates)
{
	int before;

	cr_assert(ask_all());
	before = allocations;
	cr_expect(ask_all());
	cr_expect_eq(allocations, before);
}
#endif

Test(nss_quiet, errno_survives_each_lookup)
{
	errno = EXDEV;
	cr_expect(ask_all());
	cr_expect_eq(errno, EXDEV);
}
