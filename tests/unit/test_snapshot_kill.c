/*
 * A writer that is killed at each of its system calls, one run after another;
 * and a disk that takes no more, at each of its writes. Whatever was reached,
 * readers find one whole state, and the next writer goes on.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;

static void
start(void)
{
	example_init(&example);
	example_publish(&example, example_gather(6));
}

static void
clean(void)
{
	example_done(&example);
}

TestSuite(snapshot_kill, .init = start, .fini = clean, .timeout = 300);

/* What a daemon does: a change, a base, a change on that. */
static void
publish_three_times(void)
{
	struct tn_snapshot_overlay *overlay = example_overlay(&example);

	example_change(overlay);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
	example_change(overlay);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
}

/*
 * Runs it in a child that is killed before its system call number n.
 * False when it ended by itself.
 */
static bool
is_killed_at(int n)
{
	pid_t child = fork();
	int status;
	int calls = 0;

	cr_assert_geq(child, 0);
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		publish_three_times();
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (!WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD) != 0)
		cr_skip_test("no ptrace here");
	for (;;) {
		cr_assert_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		cr_assert_eq(waitpid(child, &status, 0), child);
		if (WIFEXITED(status))
			return false;
		/* Each call stops twice: before, and behind it. */
		if (!WIFSTOPPED(status) || calls++ < n)
			continue;
		cr_assert_eq(kill(child, SIGKILL), 0);
		cr_assert_eq(waitpid(child, &status, 0), child);
		return true;
	}
}

/* Is what readers find one of the states that were to be? generation: of the
   last that was whole before. */
static void
expect_one_state(uint64_t generation, const char *when)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;
	struct passwd person;
	struct group group;
	char buffer[1024];
	size_t count = 0;
	bool changed;

	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK,
	             "%s", when);
	tn_snapshot_info(snapshot, &info);
	cr_assert(info.generation >= generation &&
	              info.generation <= generation + 3,
	          "%s", when);
	cr_assert_eq(info.users, 8);
	changed = tn_snapshot_user_by_name(snapshot, "zhao", &person, buffer,
	                                   sizeof(buffer), NULL) == TN_OK;
	cr_assert_eq(changed, info.generation != info.base_generation, "%s",
	             when);
	cr_assert_eq(tn_snapshot_user_by_uid(snapshot, EXAMPLE_FIRST_UID + 100,
	                                     &person, buffer, sizeof(buffer),
	                                     NULL),
	             TN_OK);
	cr_assert_str_eq(person.pw_name, changed ? "v000000" : "u000000");
	cr_assert_eq(tn_snapshot_group_by_name(snapshot, "everyone", &group,
	                                       buffer, sizeof(buffer)),
	             TN_OK);
	while (group.gr_mem[count] != NULL)
		count++;
	cr_assert_eq(count, 8);
	tn_snapshot_drop(snapshot);
}

/* One pair, the word, and nothing else. */
static void
expect_tidy(void)
{
	DIR *folder = opendir(example.directory);
	const struct dirent *entry;
	size_t bases = 0;
	size_t others = 0;

	cr_assert_not_null(folder);
	while ((entry = readdir(folder)) != NULL)
		if (strncmp(entry->d_name, "base.", 5) == 0)
			bases++;
		else if (strcmp(entry->d_name, ".") != 0 &&
		         strcmp(entry->d_name, "..") != 0)
			others++;
	closedir(folder);
	cr_expect_eq(bases, 1);
	cr_expect_eq(others, 2);
}

Test(snapshot_kill, at_any_system_call_one_whole_state_is_left)
{
	uint64_t generation;
	char when[32];
	int n;

	for (n = 0;; n++) {
		generation = example.generation;
		if (!is_killed_at(n))
			break;
		snprintf(when, sizeof(when), "stop %d", n);
		expect_one_state(generation, when);
		/* The next writer goes on from whatever there is. */
		example.generation = generation + 3;
		example_publish(&example, example_gather(6));
		expect_one_state(example.generation, when);
		expect_tidy();
	}
	cr_expect_gt(n, 60, "%d stops", n);
}
