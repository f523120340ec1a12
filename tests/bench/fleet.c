/*
 * What a fleet of watching hosts costs a directory server, and how it behaves.
 *
 *     fleet fan HOSTS CHANGES RATE PIDS SERVER...
 *     fleet herd HOSTS PIDS SERVER...
 *     fleet stop HOSTS PIDS SERVER...
 *     fleet leave HOSTS PIDS SERVER...
 *
 * Runs in a machine of the lab (tests/bench/fleet_inside.sh); the files of the
 * host's identity are /etc/tenure/host1.*. PIDS: slapd's, with commas between.
 *
 * fan   all hosts watch; changes are made one by one, each waited for, and then
 *       RATE a second for ten seconds: when has the last host seen it?
 * herd  slapd is restarted ("restart-slapd" in the path), 1,000 people change,
 *       the hosts come back as the daemon does; somebody logs in all the while.
 * stop  100 more hosts stop reading; the huge group changes until their
 *       connections are full: how long does nobody get an answer?
 * leave HOSTS at once come with an old cookie and are gone before the answer's
 *       end, ten times each: does slapd live?
 */
#include <config.h>

#include "fleet_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "samples.h"

#define RATE_S 10u

static uint32_t
seen_by(uint32_t number)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < fleet_run.setup.hosts; i++)
		if (atomic_load(
		        &fleet_run.fleet
		             ->seen[(size_t)number * fleet_run.setup.hosts +
		                    i]) != 0)
			count++;
	return count;
}

/* What the changes first .. next_change-1 took: every host, and the last. */
static void
print_changes(const char *what, uint32_t first, uint64_t idle_modify)
{
	uint32_t changes = fleet_run.next_change - first;
	uint64_t *all = calloc((size_t)changes * fleet_run.setup.hosts + 1, 8);
	uint64_t *last = calloc(changes + 1, sizeof(*last));
	uint64_t *answer = calloc(changes + 1, sizeof(*answer));
	size_t count = 0;
	uint32_t i;
	uint32_t h;

	fleet_need(all != NULL && last != NULL && answer != NULL,
	           "out of memory");
	for (i = 0; i < changes; i++) {
		for (h = 0; h < fleet_run.setup.hosts; h++) {
			uint64_t at = atomic_load(
			    &fleet_run.fleet->seen[(size_t)(first + i) *
			                               fleet_run.setup.hosts +
			                           h]);

			if (at == 0)
				continue;
			at -= fleet_run.sent[first + i];
			at = at > idle_modify ? at - idle_modify : 0;
			all[count++] = at;
			if (at > last[i])
				last[i] = at;
		}
		answer[i] =
		    fleet_run.answered[first + i] - fleet_run.sent[first + i];
	}
	samples_sort(all, count);
	samples_sort(last, changes);
	samples_sort(answer, changes);
	printf("%s: %u changes, %zu of %zu receipts; commit to host: p50 "
	       "%.1f, p99 %.1f ms; last host: median %.1f, worst %.1f ms; the "
	       "writer's answer: p50 %.1f, worst %.1f ms\n",
	       what, changes, count, (size_t)changes * fleet_run.setup.hosts,
	       fleet_ms(samples_at(all, count, 0.5)),
	       fleet_ms(samples_at(all, count, 0.99)),
	       fleet_ms(samples_at(last, changes, 0.5)),
	       fleet_ms(samples_at(last, changes, 1)),
	       fleet_ms(samples_at(answer, changes, 0.5)),
	       fleet_ms(samples_at(answer, changes, 1)));
	fflush(stdout);
	free(answer);
	free(last);
	free(all);
}

static void
print_cpu(const char *what, uint64_t cpu, uint32_t changes)
{
	printf("%s: slapd's CPU %.2f ms a change, %.1f us a host and change\n",
	       what, fleet_ms(cpu) / changes,
	       (double)cpu / 1e3 / changes / fleet_run.setup.hosts);
	fflush(stdout);
}

/* Median time of a change that nobody watches: about its commit. */
static uint64_t
idle_modify(void)
{
	uint64_t took[40];
	uint32_t i;

	for (i = 0; i < 40; i++) {
		uint32_t number = fleet_change();

		took[i] = fleet_run.answered[number] - fleet_run.sent[number];
	}
	samples_sort(took, 40);
	return samples_at(took, 40, 0.5);
}

static void
fan(uint32_t changes, uint32_t rate)
{
	uint64_t idle = idle_modify();
	uint64_t begin;
	uint64_t cpu;
	pid_t pids[64];
	uint32_t first;
	uint32_t i;

	printf("a change that nobody watches: %.2f ms\n", fleet_ms(idle));
	fleet_find_cookie();
	(void)fleet_start_hosts(pids);
	fleet_wait_ms(1000);
	first = fleet_run.next_change;
	cpu = fleet_slapd_cpu();
	for (i = 0; i < changes; i++) {
		uint32_t number = fleet_change();
		uint64_t end = samples_now() + PATIENCE_NS;

		while (seen_by(number) < fleet_run.setup.hosts &&
		       samples_now() < end)
			fleet_wait_ms(1);
		fleet_wait_ms(100);
	}
	cpu = fleet_slapd_cpu() - cpu;
	print_changes("one by one", first, idle);
	print_cpu("one by one", cpu, changes);
	if (rate == 0)
		return;
	first = fleet_run.next_change;
	cpu = fleet_slapd_cpu();
	begin = samples_now();
	for (i = 0; i < rate * RATE_S; i++) {
		uint64_t due = begin + (uint64_t)i * 1000000000u / rate;

		while (samples_now() < due)
			fleet_wait_ms(1);
		(void)fleet_change();
	}
	begin = samples_now() + PATIENCE_NS;
	while (seen_by(fleet_run.next_change - 1) < fleet_run.setup.hosts &&
	       samples_now() < begin)
		fleet_wait_ms(5);
	cpu = fleet_slapd_cpu() - cpu;
	printf("%u a second: ", rate);
	print_changes("for ten seconds", first, idle);
	print_cpu("a second", cpu, fleet_run.next_change - first);
}

static void
read_pids(char *text)
{
	char *rest = NULL;
	char *word = strtok_r(text, ",", &rest);

	for (; word != NULL && fleet_run.slapd_count <= FLEET_SERVERS_MAX;
	     word = strtok_r(NULL, ",", &rest))
		fleet_run.slapds[fleet_run.slapd_count++] =
		    (pid_t)strtol(word, NULL, 10);
}

int
main(int argc, char **argv)
{
	struct tn_err err = TN_ERR_INIT;
	int servers;
	int i;

	fleet_need(argc >= 5, "usage: fleet fan|herd|stop HOSTS ...");
	servers = strcmp(argv[1], "fan") == 0 ? 6 : 4;
	fleet_need(argc > servers && argc - servers <= FLEET_SERVERS_MAX,
	           "which servers?");
	fleet_run.setup.hosts = (uint32_t)strtoul(argv[2], NULL, 10);
	fleet_need(fleet_run.setup.hosts >= 1 && fleet_run.setup.hosts <= 4000,
	           "1 to 4000 hosts");
	read_pids(argv[servers - 1]);
	for (i = servers; i < argc; i++)
		fleet_run.setup.servers[fleet_run.setup.server_count++] =
		    argv[i];
	fleet_run.fleet = fleet_new(&fleet_run.setup);
	fleet_read_people();
	fleet_need(tn_secret_start(&err) == TN_OK &&
	               tn_directory_start(&err) == TN_OK &&
	               fleet_connect_root(&fleet_run.root, &err) == TN_OK,
	           err.text);
	if (strcmp(argv[1], "fan") == 0)
		fan((uint32_t)strtoul(argv[3], NULL, 10),
		    (uint32_t)strtoul(argv[4], NULL, 10));
	else if (strcmp(argv[1], "herd") == 0)
		fleet_herd();
	else if (strcmp(argv[1], "leave") == 0)
		fleet_leave();
	else
		fleet_stop();
	atomic_store(&fleet_run.fleet->end, true);
	tn_connection_closep(&fleet_run.root);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return 0;
}
