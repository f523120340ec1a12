/* What all parts of the fleet program do. */
#include <config.h>

#include "fleet_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "directory/watch.h"
#include "directory/write.h"
#include "samples.h"

#define PEOPLE "/var/local/lists/people"

struct fleet_run fleet_run = {
	.setup = { .ca_file = "/etc/tenure/ca/ca.crt",
	           .certificate = "/etc/tenure/host1.crt",
	           .key = "/etc/tenure/host1.key" },
};

double
fleet_ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

uint64_t
fleet_slapd_cpu(void)
{
	struct timespec time;
	uint64_t sum = 0;
	clockid_t clock;
	uint32_t i;

	for (i = 0; i < fleet_run.slapd_count; i++)
		if (clock_getcpuclockid(fleet_run.slapds[i], &clock) == 0 &&
		    clock_gettime(clock, &time) == 0)
			sum += (uint64_t)time.tv_sec * 1000000000u +
			       (uint64_t)time.tv_nsec;
	return sum;
}

void
fleet_read_people(void)
{
	FILE *file = fopen(PEOPLE, "re");

	fleet_run.people = calloc(FLEET_CHANGES_MAX, sizeof(*fleet_run.people));
	fleet_need(file != NULL && fleet_run.people != NULL, PEOPLE);
	while (fleet_run.people_count < FLEET_CHANGES_MAX &&
	       fscanf(file, "%31s %*u",
	              fleet_run.people[fleet_run.people_count]) == 1)
		fleet_run.people_count++;
	fclose(file);
}

uint32_t
fleet_change(void)
{
	uint32_t number = fleet_run.next_change++;
	char home[64];
	const char *values[] = { home, NULL };
	struct tn_modification modification = { TN_MODIFY_REPLACE,
		                                "homeDirectory", values };
	struct tn_err err = TN_ERR_INIT;
	char dn[128];

	fleet_need(number < FLEET_CHANGES_MAX, "too many changes");
	snprintf(home, sizeof(home), FLEET_HOME "%u", number);
	snprintf(dn, sizeof(dn), "uid=%s,ou=people," FLEET_SUFFIX,
	         fleet_run.people[number % fleet_run.people_count]);
	fleet_run.sent[number] = samples_now();
	fleet_need(tn_modify(fleet_run.root, dn, &modification, 1, NULL,
	                     &err) == TN_OK,
	           err.text);
	fleet_run.answered[number] = samples_now();
	return number;
}

static bool
wait_live(uint32_t hosts, uint64_t patience)
{
	uint64_t end = samples_now() + patience;

	while (atomic_load(&fleet_run.fleet->live) < hosts &&
	       samples_now() < end)
		fleet_wait_ms(20);
	return atomic_load(&fleet_run.fleet->live) >= hosts;
}

static int
first_cookie(const struct tn_watch_event *event, void *arg, struct tn_err *err)
{
	bool *done = arg;

	(void)err;
	if (event->kind == TN_WATCH_REFRESHED && event->cookie != NULL) {
		snprintf(fleet_run.fleet->cookie,
		         sizeof(fleet_run.fleet->cookie), "%s", event->cookie);
		*done = true;
	}
	return TN_OK;
}

void
fleet_find_cookie(void)
{
	struct tn_connection *connection = NULL;
	struct tn_watch *watch = NULL;
	struct tn_err err = TN_ERR_INIT;
	uint64_t begin = samples_now();
	uint64_t cpu = fleet_slapd_cpu();
	bool done = false;
	int rc = fleet_connect(&fleet_run.setup, 0, &connection, &err);

	if (rc == TN_OK)
		rc = tn_bind_external(connection, &err);
	if (rc == TN_OK)
		rc = tn_watch_open(connection, FLEET_SUFFIX, "(objectClass=*)",
		                   NULL, &watch, &err);
	while (rc == TN_OK && !done)
		rc = tn_watch_step(watch, 1000, first_cookie, &done, &err);
	fleet_need(rc == TN_OK, err.text);
	printf("one whole refresh: %.2f s, slapd's CPU %.2f s\n",
	       fleet_ms(samples_now() - begin) / 1e3,
	       fleet_ms(fleet_slapd_cpu() - cpu) / 1e3);
	tn_watch_closep(&watch);
	tn_connection_closep(&connection);
}

uint32_t
fleet_start_hosts(pid_t *ret_pids)
{
	uint64_t begin = samples_now();
	uint64_t cpu = fleet_slapd_cpu();
	uint32_t count =
	    fleet_start(fleet_run.fleet, &fleet_run.setup, ret_pids);

	fleet_need(wait_live(fleet_run.setup.hosts, 10 * PATIENCE_NS),
	           "the hosts did not all come");
	printf("%u hosts watch after %.1f s; slapd's CPU %.2f ms each\n",
	       fleet_run.setup.hosts, fleet_ms(samples_now() - begin) / 1e3,
	       fleet_ms(fleet_slapd_cpu() - cpu) / fleet_run.setup.hosts);
	fflush(stdout);
	return count;
}
