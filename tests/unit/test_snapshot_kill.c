/*
 * A writer that is killed at each of its system calls, one run after another,
 * through changes, a base and a compaction; and one that is stopped at the
 * instructions of a compaction, where what is on the disk is what a writer
 * killed there would leave. Whatever was reached, readers find one whole state,
 * and the next writer goes on.
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
#include "snapshot/snapshot_compact.h"
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

/* The generations that a daemon publishes here, counted from the one before. */
enum {
	AS_BEFORE,
	CHANGED,       /* by an overlay */
	NEW_BASE,      /* says what was before */
	CHANGED_AGAIN, /* on that */
	LATER,         /* while a base is made of both: one person more */
	COMPACTED,     /* the same on the new base */
	GENERATIONS,
};

static void
put_later(struct tn_snapshot_overlay *overlay)
{
	const struct tn_snapshot_user later = {
		.name = "later",
		.uid = EXAMPLE_FIRST_UID + 60,
		.gid = EXAMPLE_STAFF_GID,
		.gecos = "Later",
		.home = "/home/later",
		.shell = "/bin/bash",
	};

	if (tn_snapshot_overlay_put_user(overlay, &later, NULL) != TN_OK)
		_exit(98);
}

/* As publish_files.c does it: a base of what stands, a change while it is made,
   which moves over to an overlay on it. */
static void
compact(struct tn_snapshot_overlay *overlay)
{
	struct tn_snapshot_compaction *compaction = NULL;
	struct tn_snapshot_overlay *moved = NULL;
	struct tn_snapshot_base base;
	bool is_done = false;
	int steps;

	if (tn_snapshot_compact_begin(example.directory, example.generation + 1,
	                              1700000002, &compaction, NULL) != TN_OK)
		_exit(98);
	for (steps = 0; !is_done; steps++) {
		if (tn_snapshot_compact_step(compaction, &is_done, &base,
		                             NULL) != TN_OK)
			_exit(98);
		if (steps != 1)
			continue;
		put_later(overlay);
		example_save(&example, overlay);
	}
	if (tn_snapshot_overlay_new(example.directory, &base, &moved, NULL) !=
	        TN_OK ||
	    tn_snapshot_compact_move(compaction, overlay, moved, NULL) != TN_OK)
		_exit(98);
	example_save(&example, moved);
	tn_snapshot_compact_free(compaction);
	tn_snapshot_overlay_free(moved);
}

/* What a daemon does: a change, a base, a change on that, a compaction. */
static void
publish_all(bool is_stopped_at_compaction)
{
	struct tn_snapshot_overlay *overlay = example_overlay(&example);

	example_change(overlay);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
	example_change(overlay);
	example_save(&example, overlay);
	if (is_stopped_at_compaction)
		raise(SIGSTOP);
	compact(overlay);
	tn_snapshot_overlay_free(overlay);
}

/* A child that does so, once it goes on; it is traced. */
static pid_t
start_child(bool is_stopped_at_compaction)
{
	pid_t child = fork();
	int status;

	cr_assert_geq(child, 0);
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		publish_all(is_stopped_at_compaction);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (!WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, child, NULL,
	           PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0)
		cr_skip_test("no ptrace here");
	return child;
}

/*
 * Runs it in a child that is killed before its system call number n.
 * False when it ended by itself.
 */
static bool
is_killed_at(int n)
{
	pid_t child = start_child(false);
	int status;
	int calls = 0;

	for (;;) {
		cr_assert_eq(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		cr_assert_eq(waitpid(child, &status, 0), child);
		if (WIFEXITED(status)) {
			cr_assert_eq(WEXITSTATUS(status), 0);
			return false;
		}
		/* Each call stops twice: before, and behind it. */
		if (!WIFSTOPPED(status) || calls++ < n)
			continue;
		cr_assert_eq(kill(child, SIGKILL), 0);
		cr_assert_eq(waitpid(child, &status, 0), child);
		return true;
	}
}

/* Is what readers find one of the states that were to be? generation: of the
   last that was whole before. Returns which. */
static int
expect_one_state(uint64_t generation, const char *when)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;
	struct passwd person;
	struct group group;
	char buffer[1024];
	size_t count = 0;
	bool changed;
	bool later;
	int state;

	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK,
	             "%s", when);
	tn_snapshot_info(snapshot, &info);
	cr_assert(info.generation >= generation &&
	              info.generation < generation + GENERATIONS,
	          "%s", when);
	state = (int)(info.generation - generation);
	changed = state != AS_BEFORE && state != NEW_BASE;
	later = state == LATER || state == COMPACTED;
	cr_assert_eq(info.users, later ? 9 : 8, "%s", when);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, "zhao", &person, buffer,
	                                      sizeof(buffer), NULL),
	             changed ? TN_OK : TN_E_NOT_FOUND, "%s", when);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, "later", &person,
	                                      buffer, sizeof(buffer), NULL),
	             later ? TN_OK : TN_E_NOT_FOUND, "%s", when);
	cr_assert_eq(tn_snapshot_user_by_uid(snapshot, EXAMPLE_FIRST_UID + 100,
	                                     &person, buffer, sizeof(buffer),
	                                     NULL),
	             TN_OK, "%s", when);
	cr_assert_str_eq(person.pw_name, changed ? "v000000" : "u000000");
	cr_assert_eq(tn_snapshot_group_by_name(snapshot, "everyone", &group,
	                                       buffer, sizeof(buffer)),
	             TN_OK, "%s", when);
	while (group.gr_mem[count] != NULL)
		count++;
	cr_assert_eq(count, 8);
	cr_assert_eq(tn_snapshot_group_by_name(snapshot, "tunnel", &group,
	                                       buffer, sizeof(buffer)),
	             changed ? TN_E_NOT_FOUND : TN_OK, "%s", when);
	tn_snapshot_drop(snapshot);
	return state;
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

/* The next writer goes on from whatever there is. */
static void
expect_that_it_goes_on(uint64_t generation, const char *when)
{
	example.generation = generation + GENERATIONS - 1;
	example_publish(&example, example_gather(6));
	cr_expect_eq(expect_one_state(example.generation, when), AS_BEFORE);
	expect_tidy();
}

Test(snapshot_kill, at_any_system_call_one_whole_state_is_left)
{
	bool is_seen[GENERATIONS] = { false };
	uint64_t generation;
	char when[32];
	int n;

	for (n = 0;; n++) {
		generation = example.generation;
		if (!is_killed_at(n))
			break;
		snprintf(when, sizeof(when), "stop %d", n);
		is_seen[expect_one_state(generation, when)] = true;
		expect_that_it_goes_on(generation, when);
	}
	cr_expect_gt(n, 120, "%d stops", n);
	for (n = 0; n < GENERATIONS; n++)
		cr_expect(is_seen[n], "none was killed in state %d", n);
}

/* Before and behind each system call, and for so many instructions then; a
   reader looks at each so many of them. */
#define STEPS 300
#define LOOK  10

/* One step on; false when it has ended. */
static bool
goes_on(pid_t child, int n)
{
	bool is_call = n % STEPS == 0;
	int status;

	cr_assert_eq(ptrace(is_call ? PTRACE_SYSCALL : PTRACE_SINGLESTEP, child,
	                    NULL, NULL),
	             0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		cr_assert_eq(WEXITSTATUS(status), 0);
	return WIFSTOPPED(status);
}

Test(snapshot_kill,
     at_the_instructions_of_a_compaction_readers_find_a_whole_one)
{
	bool is_seen[GENERATIONS] = { false };
	uint64_t generation = example.generation;
	pid_t child = start_child(true);
	char when[32];
	int status;
	int n;

	cr_assert_eq(ptrace(PTRACE_CONT, child, NULL, NULL), 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	for (n = 0; goes_on(child, n); n++) {
		if (n % LOOK != 0)
			continue;
		snprintf(when, sizeof(when), "step %d", n);
		is_seen[expect_one_state(generation, when)] = true;
	}
	cr_expect(is_seen[CHANGED_AGAIN] && is_seen[LATER] &&
	              is_seen[COMPACTED],
	          "%d steps", n);
	cr_expect_gt(n, 10 * STEPS, "%d steps", n);
	expect_that_it_goes_on(generation, "behind it");
}
