/* Logins while the fleet comes back, and while a part of it stands still. */
#include <config.h>

#include "fleet_run.h"

#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "directory/watch.h"
#include "directory/write.h"
#include "samples.h"

#define PASSWORD         "tr0ut-Gleam-barge-84"
#define BINDS_IDLE       20u
#define BINDS_MAX        20000u
#define MISSED           1000u
#define HUGE_CHANGES     60u
#define VISITS           10u
#define LONGEST_VISIT_MS 500u

extern char **environ;

/* Connect, handshake, bind, close: what a login asks of the server. */
static uint64_t
login(uint32_t number)
{
	struct tn_connection *connection = NULL;
	struct tn_secret *secret = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct tn_bind_result result = { .accepted = false };
	uint64_t begin;
	char dn[128];
	int rc;

	fleet_need(tn_secret_new(PASSWORD, strlen(PASSWORD), &secret, &err) ==
	               TN_OK,
	           err.text);
	snprintf(dn, sizeof(dn), "uid=%s,ou=people," FLEET_SUFFIX,
	         fleet_run.people[fleet_run.people_count - 1 - number % 500]);
	begin = samples_now();
	rc = fleet_connect(&fleet_run.setup, 0, &connection, &err);
	if (rc == TN_OK)
		rc = tn_bind_password(connection, dn, secret, &result, &err);
	begin = samples_now() - begin;
	if (rc != TN_OK || !result.accepted)
		fprintf(stderr, "fleet: a login failed after %.0f ms: %s\n",
		        fleet_ms(begin), rc != TN_OK ? err.text : "refused");
	tn_connection_closep(&connection);
	tn_secret_freep(&secret);
	return begin;
}

static uint64_t
idle_login(void)
{
	uint64_t took[BINDS_IDLE];
	uint32_t i;

	for (i = 0; i < BINDS_IDLE; i++) {
		took[i] = login(i);
		fleet_wait_ms(50);
	}
	samples_sort(took, BINDS_IDLE);
	printf("a login's bind, idle: median %.1f, worst %.1f ms\n",
	       fleet_ms(samples_at(took, BINDS_IDLE, 0.5)),
	       fleet_ms(samples_at(took, BINDS_IDLE, 1)));
	fflush(stdout);
	return samples_at(took, BINDS_IDLE, 0.5);
}

static void
print_logins(const char *what, uint64_t *took, uint32_t count, uint64_t idle)
{
	uint32_t over = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		took[i] = took[i] > idle ? took[i] - idle : 0;
		over += took[i] > 100000000u;
	}
	samples_sort(took, count);
	printf("%s: %u logins, their bind less idle: p50 %.1f, p99 %.1f, "
	       "worst %.1f ms; %u over 100 ms\n",
	       what, count, fleet_ms(samples_at(took, count, 0.5)),
	       fleet_ms(samples_at(took, count, 0.99)),
	       fleet_ms(samples_at(took, count, 1)), over);
	fflush(stdout);
}

/* Must be there in the path; prints the new slapd's pid. */
static void
restart_slapd(void)
{
	char *command[] = { (char[]){ "restart-slapd" }, NULL };
	posix_spawn_file_actions_t actions;
	char text[32] = "";
	int ends[2];
	int status = -1;
	pid_t child;

	fleet_need(pipe(ends) == 0, "pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	fleet_need(posix_spawnp(&child, command[0], &actions, NULL, command,
	                        environ) == 0,
	           "restart-slapd");
	close(ends[1]);
	fleet_need(read(ends[0], text, sizeof(text) - 1) > 0 &&
	               waitpid(child, &status, 0) == child && status == 0,
	           "slapd did not come back");
	close(ends[0]);
	posix_spawn_file_actions_destroy(&actions);
	fleet_run.slapds[0] = (pid_t)strtol(text, NULL, 10);
}

/* A host that is back must have been told of everything. */
static void
print_missed(uint32_t first)
{
	size_t wanted = (size_t)MISSED * fleet_run.setup.hosts;
	size_t told = 0;
	size_t i;

	fleet_wait_ms(1000);
	for (i = 0; i < wanted; i++)
		told += atomic_load(
		            &fleet_run.fleet
		                 ->seen[(size_t)first * fleet_run.setup.hosts +
		                        i]) != 0;
	printf("%zu of %zu changes that they had missed were told%s\n", told,
	       wanted, told == wanted ? "" : ": SOME WERE NOT");
}

void
fleet_herd(void)
{
	uint64_t *took = calloc(BINDS_MAX, sizeof(*took));
	struct tn_err err = TN_ERR_INIT;
	uint64_t idle;
	uint64_t begin;
	uint64_t cpu;
	pid_t pids[64];
	uint32_t count = 0;
	uint32_t first;
	uint32_t i;

	fleet_need(took != NULL, "out of memory");
	fleet_find_cookie();
	(void)fleet_start_hosts(pids);
	idle = idle_login();
	tn_connection_closep(&fleet_run.root);
	restart_slapd();
	fleet_need(fleet_connect_root(&fleet_run.root, &err) == TN_OK,
	           err.text);
	begin = samples_now();
	cpu = fleet_slapd_cpu();
	first = fleet_run.next_change;
	for (i = 0; i < MISSED; i++)
		(void)fleet_change();
	printf(
	    "slapd is back, %u people changed in %.1f s, %u hosts are back\n",
	    MISSED, fleet_ms(samples_now() - begin) / 1e3,
	    atomic_load(&fleet_run.fleet->live));
	fflush(stdout);
	while (atomic_load(&fleet_run.fleet->live) < fleet_run.setup.hosts &&
	       count < BINDS_MAX && samples_now() < begin + 20 * PATIENCE_NS) {
		took[count] = login(count);
		count++;
		fleet_wait_ms(50);
	}
	printf(
	    "%u of %u hosts are back after %.1f s; slapd's CPU %.2f ms each\n",
	    atomic_load(&fleet_run.fleet->live), fleet_run.setup.hosts,
	    fleet_ms(samples_now() - begin) / 1e3,
	    fleet_ms(fleet_slapd_cpu() - cpu) / fleet_run.setup.hosts);
	print_logins("while they came back", took, count, idle);
	print_missed(first);
	free(took);
}

static atomic_bool probing = true;
static uint64_t *probe_took;
static uint32_t probe_count;

/* Somebody logs in all the time; how long does the longest wait last? */
static void *
probe(void *arg)
{
	(void)arg;
	while (atomic_load(&probing) && probe_count < BINDS_MAX) {
		probe_took[probe_count] = login(probe_count);
		probe_count++;
		fleet_wait_ms(50);
	}
	return NULL;
}

/* The whole huge group goes to each host: a member comes and goes. */
static void
change_huge(uint32_t number)
{
	const char *values[] = { "visitor", NULL };
	struct tn_modification modification = { number % 2 == 0
		                                    ? TN_MODIFY_ADD
		                                    : TN_MODIFY_DELETE,
		                                "memberUid", values };
	struct tn_err err = TN_ERR_INIT;

	if (tn_modify(fleet_run.root, "cn=huge,ou=groups," FLEET_SUFFIX,
	              &modification, 1, NULL, &err) == TN_OK)
		return;
	fprintf(stderr, "fleet: %s\n", err.text);
	tn_connection_closep(&fleet_run.root);
	fleet_need(fleet_connect_root(&fleet_run.root, &err) == TN_OK,
	           err.text);
}

void
fleet_stop(void)
{
	uint64_t idle;
	uint64_t begin;
	uint64_t longest = 0;
	pthread_t thread;
	pid_t pids[64];
	uint32_t processes;
	uint32_t i;

	fleet_find_cookie();
	processes = fleet_start_hosts(pids);
	idle = idle_login();
	probe_took = calloc(BINDS_MAX, sizeof(*probe_took));
	fleet_need(probe_took != NULL &&
	               pthread_create(&thread, NULL, probe, NULL) == 0,
	           "no thread");
	for (i = 0; i < processes; i++)
		kill(pids[i], SIGSTOP);
	for (i = 0; i < HUGE_CHANGES; i++) {
		begin = samples_now();
		change_huge(i);
		begin = samples_now() - begin;
		if (begin > longest)
			longest = begin;
		fleet_wait_ms(100);
	}
	fleet_wait_ms(1000);
	atomic_store(&probing, false);
	pthread_join(thread, NULL);
	printf("%u hosts stopped in mid-read: the longest write took %.2f s\n",
	       fleet_run.setup.hosts, fleet_ms(longest) / 1e3);
	print_logins("while they stood", probe_took, probe_count, idle);
	for (i = 0; i < processes; i++)
		kill(pids[i], SIGCONT);
	free(probe_took);
}

static int
ignore(const struct tn_watch_event *event, void *arg, struct tn_err *err)
{
	(void)event;
	(void)arg;
	(void)err;
	return TN_OK;
}

/* Comes with the first cookie, and is gone in the midst of the answer. */
static void *
come_and_go(void *arg)
{
	uint64_t seed = samples_now();
	uint32_t i;

	(void)arg;
	for (i = 0; i < VISITS; i++) {
		struct tn_connection *connection = NULL;
		struct tn_watch *watch = NULL;
		struct tn_err err = TN_ERR_INIT;
		int rc = fleet_connect(&fleet_run.setup, 0, &connection, &err);

		if (rc == TN_OK)
			rc = tn_bind_external(connection, &err);
		if (rc == TN_OK)
			rc = tn_watch_open(
			    connection, FLEET_SUFFIX, "(objectClass=*)",
			    fleet_run.fleet->cookie, &watch, &err);
		if (rc == TN_OK) {
			fleet_wait_ms(samples_random(&seed) % LONGEST_VISIT_MS);
			(void)tn_watch_step(watch, 1, ignore, NULL, &err);
		}
		tn_watch_closep(&watch);
		tn_connection_closep(&connection);
	}
	return NULL;
}

void
fleet_leave(void)
{
	pthread_t *threads = calloc(fleet_run.setup.hosts, sizeof(*threads));
	uint32_t i;

	fleet_need(threads != NULL, "out of memory");
	fleet_find_cookie();
	for (i = 0; i < MISSED; i++)
		(void)fleet_change();
	for (i = 0; i < fleet_run.setup.hosts; i++)
		fleet_need(
		    pthread_create(&threads[i], NULL, come_and_go, NULL) == 0,
		    "no thread");
	for (i = 0; i < fleet_run.setup.hosts; i++)
		pthread_join(threads[i], NULL);
	printf("%u hosts left %u times each in the midst of a refresh; a "
	       "change afterwards: ",
	       fleet_run.setup.hosts, VISITS);
	fflush(stdout);
	i = fleet_change();
	printf("%.1f ms\n",
	       fleet_ms(fleet_run.answered[i] - fleet_run.sent[i]));
	free(threads);
}
