/*
 * The reaper's scan, on real processes, in a pid namespace of its own: nobody
 * outside it is seen, and the numbers can be chosen. As root.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "process_scan.h"

#define DEAD 2000001

static uint32_t uids[] = { DEAD };
static const struct tn_dead_set dead = { .uids = uids, .count = 1 };
static const struct tn_farewell farewell;
static struct tn_reported reported;

/* At _exit LeakSanitizer makes a process, which nobody can in a namespace whose
   first one is gone. */
static _Noreturn void
end(int status)
{
	(void)syscall(SYS_exit_group, status);
	abort();
}

#define NO_NAMESPACE 99

static int
wait_for(pid_t pid)
{
	int status = -1;

	if (pid <= 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 98;
	return WEXITSTATUS(status);
}

/* Runs as the first process of a namespace; what it returns is the answer. */
static int
in_a_namespace(int (*what)(void))
{
	const pid_t outside = fork();
	pid_t first;
	int status;

	if (outside == 0) {
		if (geteuid() != 0 || unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
			end(NO_NAMESPACE);
		first = fork();
		if (first == 0) {
			if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) !=
			        0 ||
			    mount("proc", "/proc", "proc", 0, NULL) != 0)
				end(100);
			end(what());
		}
		end(wait_for(first));
	}
	status = wait_for(outside);
	if (status == NO_NAMESPACE)
		cr_skip_test("only root has a pid namespace of its own");
	return status;
}

static void
become_the_dead_one(void)
{
	if (setgid(DEAD) != 0 || setuid(DEAD) != 0)
		_exit(101);
}

/* The next process has a number behind this one. */
static void
set_last_pid(const char *number)
{
	FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "w");

	if (file == NULL || fputs(number, file) < 0 || fclose(file) != 0)
		_exit(102);
}

static int
was_killed(pid_t pid)
{
	int status = 0;

	return waitpid(pid, &status, WNOHANG) == pid && WIFSIGNALED(status);
}

static void *
work_on(void *pipe)
{
	(void)!write(*(int *)pipe, "x", 1);
	for (;;)
		pause();
	return NULL;
}

static int
first_thread_gone(void)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_scan_result result;
	pthread_t thread;
	int ready[2];
	char byte;
	pid_t stays;

	if (pipe(ready) != 0)
		return 1;
	stays = fork();
	if (stays == 0) {
		become_the_dead_one();
		signal(SIGHUP, SIG_IGN);
		if (pthread_create(&thread, NULL, work_on, &ready[1]) != 0)
			_exit(103);
		pthread_exit(NULL);
	}
	if (read(ready[0], &byte, 1) != 1)
		return 2;
	if (tn_process_scan(&dead, &farewell, &reported, &result, &err) !=
	    TN_OK)
		return 3;
	if (!was_killed(stays))
		return 4;
	return result.people_count == 1 && result.people[0].ended == 1 &&
	               result.people[0].left == 0
	           ? 0
	           : 5;
}

Test(process_scan, a_program_whose_first_thread_left_is_ended_UM_15_1)
{
	cr_assert_eq(in_a_namespace(first_thread_gone), 0);
}

#define MANY 700

/* Zombies that nobody waits for have the numbers before their parent's. */
static int
behind_zombies(void)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_scan_result result;
	int ready[2];
	char byte;
	pid_t parent;
	int i;

	if (pipe(ready) != 0)
		return 1;
	set_last_pid("20000");
	parent = fork();
	if (parent == 0) {
		set_last_pid("500");
		become_the_dead_one();
		signal(SIGHUP, SIG_IGN);
		for (i = 0; i < MANY; i++)
			if (fork() == 0)
				_exit(0);
		(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	if (read(ready[0], &byte, 1) != 1)
		return 2;
	if (tn_process_scan(&dead, &farewell, &reported, &result, &err) !=
	    TN_OK)
		return 3;
	return was_killed(parent) ? 0 : 4;
}

Test(process_scan, a_parent_behind_many_zombies_is_ended)
{
	cr_assert_eq(in_a_namespace(behind_zombies), 0);
}

static int
many_at_once(void)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_scan_result result;
	static pid_t all[MANY];
	int ready[2];
	char byte;
	int i;

	if (pipe(ready) != 0)
		return 1;
	for (i = 0; i < MANY; i++) {
		all[i] = fork();
		if (all[i] == 0) {
			become_the_dead_one();
			signal(SIGHUP, SIG_IGN);
			(void)!write(ready[1], "x", 1);
			for (;;)
				pause();
		}
		if (read(ready[0], &byte, 1) != 1)
			return 2;
	}
	if (tn_process_scan(&dead, &farewell, &reported, &result, &err) !=
	    TN_OK)
		return 3;
	for (i = 0; i < MANY; i++)
		if (!was_killed(all[i]))
			return 4;
	return result.people[0].ended == MANY && result.people[0].left == 0 ? 0
	                                                                    : 5;
}

Test(process_scan, hundreds_at_once_all_end_and_each_is_counted_once)
{
	cr_assert_eq(in_a_namespace(many_at_once), 0);
}
