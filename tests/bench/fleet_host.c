/* The hosts of a fleet. */
#include <config.h>

#include "fleet.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "daemon/net.h"
#include "directory/entry.h"
#include "directory/watch.h"
#include "samples.h"

/* What a host asks for, as daemon/watch_loop.c does. */
#define FILTER                                                    \
	"(|(objectClass=tenurePerson)(objectClass=tenureService)" \
	"(objectClass=posixGroup)(objectClass=tenureLock)"        \
	"(objectClass=tenureRelease))"
#define STEP_MS    500
#define STACK      (512u * 1024u)
#define STAGGER_MS 8
#define FILES      65536u

struct host {
	struct fleet *fleet;
	const struct fleet_setup *setup;
	uint32_t number;
	char cookie[4096];
	bool is_live;
};

void
fleet_need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "fleet: %s\n", what);
	exit(1);
}

void
fleet_wait_ms(uint32_t ms)
{
	struct timespec time = { .tv_sec = ms / 1000,
		                 .tv_nsec = (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&time, NULL);
}

int
fleet_connect(const struct fleet_setup *setup, uint32_t server,
              struct tn_connection **ret, struct tn_err *err)
{
	struct tn_server at = { .uri = setup->servers[server],
		                .ca_file = setup->ca_file,
		                .certificate = setup->certificate,
		                .key = setup->key,
		                .connect_timeout = 10,
		                .operation_timeout = 60 };

	return tn_connection_open(&at, ret, err);
}

int
fleet_connect_root(struct tn_connection **ret, struct tn_err *err)
{
	struct tn_server at = { .uri = "ldapi:///",
		                .connect_timeout = 10,
		                .operation_timeout = 120 };
	int rc = tn_connection_open(&at, ret, err);

	return rc == TN_OK ? tn_bind_external(*ret, err) : rc;
}

static void
note(struct host *host, const struct tn_entry *entry)
{
	const char *home = tn_entry_text(entry, "homeDirectory");
	unsigned long change;

	if (home == NULL ||
	    strncmp(home, FLEET_HOME, sizeof(FLEET_HOME) - 1) != 0)
		return;
	change = strtoul(home + sizeof(FLEET_HOME) - 1, NULL, 10);
	if (change < FLEET_CHANGES_MAX)
		atomic_store(&host->fleet->seen[change * host->setup->hosts +
		                                host->number],
		             samples_now());
}

static int
handle(const struct tn_watch_event *event, void *arg, struct tn_err *err)
{
	struct host *host = arg;

	(void)err;
	if (event->kind == TN_WATCH_UPSERT)
		note(host, event->entry);
	if (event->cookie != NULL)
		snprintf(host->cookie, sizeof(host->cookie), "%s",
		         event->cookie);
	if (event->kind == TN_WATCH_REFRESHED && !host->is_live) {
		host->is_live = true;
		atomic_fetch_add(&host->fleet->live, 1);
	}
	return TN_OK;
}

/* Until the connection fails. Was there anything to hear? */
static bool
watch(struct host *host, struct tn_err *err)
{
	struct tn_connection *connection = NULL;
	struct tn_watch *watch = NULL;
	bool worked;
	int rc =
	    fleet_connect(host->setup, host->number % host->setup->server_count,
	                  &connection, err);

	if (rc == TN_OK)
		rc = tn_bind_external(connection, err);
	if (rc == TN_OK)
		rc = tn_watch_open(
		    connection, FLEET_SUFFIX, FILTER,
		    host->cookie[0] != '\0' ? host->cookie : NULL, &watch, err);
	while (rc == TN_OK && !atomic_load(&host->fleet->end))
		rc = tn_watch_step(watch, STEP_MS, handle, host, err);
	worked = host->is_live;
	if (worked) {
		host->is_live = false;
		atomic_fetch_sub(&host->fleet->live, 1);
	}
	tn_watch_closep(&watch);
	tn_connection_closep(&connection);
	return worked;
}

/* Slices, so that the end is not waited for. */
static void
pause_for(const struct host *host, int ms)
{
	while (ms > 0 && !atomic_load(&host->fleet->end)) {
		fleet_wait_ms(ms < STEP_MS ? (uint32_t)ms : STEP_MS);
		ms -= STEP_MS;
	}
}

static void *
live(void *arg)
{
	struct host *host = arg;
	unsigned int failures = 0;
	int hosts = (int)(host->setup->hosts / host->setup->server_count);

	fleet_wait_ms(host->number * STAGGER_MS);
	while (!atomic_load(&host->fleet->end)) {
		struct tn_err err = TN_ERR_INIT;
		bool worked = watch(host, &err);

		failures = worked ? 0 : failures;
		pause_for(host, tn_again_ms(failures++, hosts));
		atomic_fetch_add(&host->fleet->returns, 1);
	}
	return NULL;
}

static void
live_all(struct fleet *fleet, const struct fleet_setup *setup, uint32_t first,
         uint32_t count)
{
	struct host *hosts = calloc(count, sizeof(*hosts));
	pthread_t *threads = calloc(count, sizeof(*threads));
	struct tn_err err = TN_ERR_INIT;
	pthread_attr_t attributes;
	uint32_t i;

	fleet_need(hosts != NULL && threads != NULL, "out of memory");
	fleet_need(tn_directory_start(&err) == TN_OK, err.text);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	for (i = 0; i < count; i++) {
		hosts[i] = (struct host){ .fleet = fleet,
			                  .setup = setup,
			                  .number = first + i };
		snprintf(hosts[i].cookie, sizeof(hosts[i].cookie), "%s",
		         fleet->cookie);
		fleet_need(pthread_create(&threads[i], &attributes, live,
		                          &hosts[i]) == 0,
		           "no thread");
	}
	for (i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	free(hosts);
}

struct fleet *
fleet_new(const struct fleet_setup *setup)
{
	struct rlimit files = { FILES, FILES };
	size_t size = sizeof(struct fleet) + (size_t)FLEET_CHANGES_MAX *
	                                         setup->hosts *
	                                         sizeof(uint64_t);
	void *fleet = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	fleet_need(fleet != MAP_FAILED, "out of memory");
	(void)setrlimit(RLIMIT_NOFILE, &files);
	signal(SIGPIPE, SIG_IGN);
	return fleet;
}

uint32_t
fleet_start(struct fleet *fleet, const struct fleet_setup *setup,
            pid_t *ret_pids)
{
	uint32_t first;
	uint32_t count = 0;

	for (first = 0; first < setup->hosts; first += FLEET_PER_PROCESS) {
		uint32_t left = setup->hosts - first;
		pid_t parent = getpid();
		pid_t pid = fork();

		fleet_need(pid >= 0, "no process");
		if (pid > 0) {
			ret_pids[count++] = pid;
			continue;
		}
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			live_all(fleet, setup, first,
			         left < FLEET_PER_PROCESS ? left
			                                  : FLEET_PER_PROCESS);
		_exit(0);
	}
	return count;
}
