/*
 * tenured: keeps a login host in step with the directory.
 *
 * This file is the parent: it reads the configuration, makes the sockets,
 * starts four processes, and ends them all when one of them ends.
 *
 *   net      net.c          user tenure; threads:
 *              watch_loop.c   one connection, changes are pushed to it
 *              heartbeat.c    is the server alive? writes host_report.c
 *              forward.c      hands changes to publish
 *              door.c         accepts PAM's requests; request.c says who may
 *                             ask what; login.c password_change.c ... 
 *              they share     account_table.c lock_table.c judge.c
 *   publish  publish.c      root, no network; publish_state.c publish_build.c
 *   reaper   reaper.c       CAP_KILL; reap_rule.c decides, process_scan.c ends
 *   sessions sessions.c     root; what logind keeps of them (system_bus.c)
 *
 * With --directory it is another program, beside slapd: enforcer.c.
 *
 * host_rules.c and local_files.c serve both net and publish, so that each
 * applies section 12 by itself. privilege.c and confine.c take away what a
 * process does not need; docs/design.md has the table.
 */
#include <config.h>

/* NOLINTBEGIN(concurrency-mt-unsafe): the parent has one thread */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>
#include "base/attrs.h"
#include "base/log.h"
#include "confine.h"
#include "enforcer.h"
#include "net.h"
#include "notify.h"
#include "privilege.h"
#include "publish.h"
#include "reaper.h"
#include "server_rotation.h"
#include "sessions.h"
#include "snapshot/snapshot_reader.h"
#include "startup.h"
#include "wire/wire.h"

#define USAGE_STATUS 2
/* Boot goes on after this long even where nothing could be published yet. */
#define READY_WAIT_MS 15000
#define END_WAIT_MS   2000

struct options {
	const char *config;
	const char *snapshot_directory;
	const char *socket;
	bool foreground;
	bool debug;
	bool directory; /* be the enforcer, beside slapd */
};

enum child { NET, PUBLISH, REAPER, SESSIONS, CHILD_COUNT };
static const char *const child_names[CHILD_COUNT] = { "tenured[net]",
	                                              "tenured[publish]",
	                                              "tenured[reaper]",
	                                              "tenured[sessions]" };

struct daemon {
	struct options options;
	struct tn_config *config;
	char *notify_socket;
	uid_t uid[CHILD_COUNT];
	gid_t gid[CHILD_COUNT];
	pid_t pid[CHILD_COUNT]; /* 0: not running */
	int listener;
	int lock;
	int to_publish[2];  /* net's end, publish's end */
	int to_reaper[2];   /* publish's end, reaper's end */
	int to_sessions[2]; /* reaper's end, sessions' end */
	int ready[2];
};

static int
parse_options(int argc, char **argv, struct options *ret)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "debug", no_argument, NULL, 'd' },
		{ "directory", no_argument, NULL, 'D' },
		{ "snapshot-dir", required_argument, NULL, 's' },
		{ "socket", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			ret->config = optarg;
			break;
		case 'f':
			ret->foreground = true;
			break;
		case 'd':
			ret->debug = true;
			break;
		case 'D':
			ret->directory = true;
			break;
		case 's':
			ret->snapshot_directory = optarg;
			break;
		case 'S':
			ret->socket = optarg;
			break;
		case 'h':
			(void)puts("usage: tenured [--config FILE] "
			           "[--foreground] [--debug]\n"
			           "               [--snapshot-dir DIR] "
			           "[--socket PATH]\n"
			           "       tenured --directory [--config FILE] "
			           "[--foreground] [--debug]\n"
			           "See tenured(8).");
			exit(EXIT_SUCCESS);
		default:
			return USAGE_STATUS;
		}
	}
	if (optind != argc) {
		(void)fprintf(stderr, "tenured: unexpected: %s\n",
		              argv[optind]);
		return USAGE_STATUS;
	}
	return 0;
}

static int
make_pair(int pair[2], struct tn_err *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "socketpair");
	return TN_OK;
}

static int
prepare(struct daemon *daemon, struct tn_err *err)
{
	const struct options *options = &daemon->options;
	int rc;

	rc = tn_config_read(options->config, &daemon->config, err);
	if (rc == TN_OK)
		rc = tn_system_user("tenure", &daemon->uid[NET],
		                    &daemon->gid[NET], err);
	if (rc == TN_OK)
		rc = tn_system_user("tenure-reaper", &daemon->uid[REAPER],
		                    &daemon->gid[REAPER], err);
	if (rc == TN_OK)
		tn_system_group("tty", &daemon->gid[REAPER]);
	if (rc == TN_OK)
		rc = tn_startup_folders(options->socket,
		                        options->snapshot_directory, err);
	if (rc == TN_OK)
		rc = tn_startup_lock(options->socket, &daemon->lock, err);
	if (rc == TN_OK)
		rc = tn_startup_listen(options->socket, &daemon->listener, err);
	if (rc == TN_OK)
		rc = make_pair(daemon->to_publish, err);
	if (rc == TN_OK)
		rc = make_pair(daemon->to_reaper, err);
	if (rc == TN_OK)
		rc = make_pair(daemon->to_sessions, err);
	if (rc == TN_OK && pipe2(daemon->ready, O_CLOEXEC) != 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, "pipe");
	return rc;
}

static void
close_others(const struct daemon *daemon, enum child child)
{
	(void)close(daemon->lock);
	(void)close(daemon->ready[0]);
	if (child != NET) {
		(void)close(daemon->listener);
		(void)close(daemon->to_publish[0]);
	}
	if (child != PUBLISH) {
		(void)close(daemon->to_publish[1]);
		(void)close(daemon->to_reaper[0]);
		(void)close(daemon->ready[1]);
	}
	if (child != REAPER) {
		(void)close(daemon->to_reaper[1]);
		(void)close(daemon->to_sessions[0]);
	}
	if (child != SESSIONS)
		(void)close(daemon->to_sessions[1]);
}

/* Where NSS looks one mapping stands, and need not be made anew for each login. */
static const char *
standing_directory(const struct options *options)
{
	if (strcmp(options->snapshot_directory, TN_SNAPSHOT_DIRECTORY) == 0)
		return NULL;
	return options->snapshot_directory;
}

/* The child's whole life. */
static int
be_child(const struct daemon *daemon, enum child child, pid_t parent)
{
	const struct options *options = &daemon->options;
	struct tn_err err = TN_ERR_INIT;
	unsigned int capabilities = 0;
	sigset_t none;
	int rc;

	close_others(daemon, child);
	tn_log_open(child_names[child], options->foreground, options->debug);
	/* Now: publish and reaper may not connect later. */
	openlog(child_names[child], LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
	if (child == REAPER)
		capabilities = 1u << CAP_KILL | 1u << CAP_SYS_PTRACE;
	rc = tn_privilege_drop(daemon->uid[child], daemon->gid[child],
	                       capabilities, parent, &err);
	if (rc == TN_OK) {
		(void)sigemptyset(&none);
		(void)sigprocmask(SIG_SETMASK, &none, NULL);
		if (child == NET)
			rc = tn_confine_net(&err);
		else if (child == PUBLISH)
			rc = tn_confine_publish(&err);
		else if (child == REAPER)
			rc = tn_confine_reaper(&err);
		else
			rc = tn_confine_sessions(&err);
	}
	if (rc != TN_OK) {
		tn_log_err("not started", &err);
		return EXIT_FAILURE;
	}
	switch (child) {
	case NET:
		return tn_net_run(&(const struct tn_net_setup){
		    .config = daemon->config,
		    .snapshot_directory = standing_directory(options),
		    .listener = daemon->listener,
		    .publish = daemon->to_publish[0],
		});
	case PUBLISH:
		return tn_publish_run(&(const struct tn_publish_setup){
		    .config = daemon->config,
		    .snapshot_directory = options->snapshot_directory,
		    .net = daemon->to_publish[1],
		    .reaper = daemon->to_reaper[0],
		    .ready = daemon->ready[1],
		});
	case REAPER:
		return tn_reaper_run(&(const struct tn_reaper_setup){
		    .config = daemon->config,
		    .snapshot_directory = options->snapshot_directory,
		    .publish = daemon->to_reaper[1],
		    .sessions = daemon->to_sessions[0],
		});
	case SESSIONS:
		return tn_sessions_run(&(const struct tn_sessions_setup){
		    .config = daemon->config,
		    .snapshot_directory = options->snapshot_directory,
		    .reaper = daemon->to_sessions[1],
		});
	case CHILD_COUNT:
	default:
		return EXIT_FAILURE;
	}
}

static int
start_children(struct daemon *daemon, struct tn_err *err)
{
	pid_t parent = getpid();
	int i;

	for (i = 0; i < CHILD_COUNT; i++) {
		daemon->pid[i] = fork();
		if (daemon->pid[i] < 0) {
			daemon->pid[i] = 0;
			return tn_fail_errno(err, TN_E_IO, errno, "fork");
		}
		if (daemon->pid[i] == 0)
			_exit(be_child(daemon, (enum child)i, parent));
	}
	/* An end that the parent kept would hide that a child is gone. */
	(void)close(daemon->to_publish[0]);
	(void)close(daemon->to_publish[1]);
	(void)close(daemon->to_reaper[0]);
	(void)close(daemon->to_reaper[1]);
	(void)close(daemon->to_sessions[0]);
	(void)close(daemon->to_sessions[1]);
	(void)close(daemon->ready[1]);
	(void)close(daemon->listener);
	return TN_OK;
}

/* Collects children that ended; true when there was one. */
static bool
collect(struct daemon *daemon, bool tell)
{
	bool found = false;
	int status;
	pid_t pid;
	int i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < CHILD_COUNT; i++) {
			if (daemon->pid[i] != pid)
				continue;
			daemon->pid[i] = 0;
			found = true;
			if (!tell)
				continue;
			if (WIFSIGNALED(status))
				tn_log_error("%s was ended by signal %d",
				             child_names[i], WTERMSIG(status));
			else
				tn_log_error("%s ended with status %d",
				             child_names[i],
				             WEXITSTATUS(status));
		}
	return found;
}

static void
end_children(struct daemon *daemon, int signals)
{
	struct pollfd poller = { .fd = signals, .events = POLLIN };
	int64_t until = tn_now_ms() + END_WAIT_MS;
	struct signalfd_siginfo info;
	int64_t rest;
	int round;
	int i;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < CHILD_COUNT; i++)
			if (daemon->pid[i] > 0)
				(void)kill(daemon->pid[i],
				           round == 0 ? SIGTERM : SIGKILL);
		while ((daemon->pid[NET] > 0 || daemon->pid[PUBLISH] > 0 ||
		        daemon->pid[REAPER] > 0 || daemon->pid[SESSIONS] > 0) &&
		       (rest = until - tn_now_ms()) > 0) {
			if (poll(&poller, 1, (int)rest) > 0)
				(void)!read(signals, &info, sizeof(info));
			(void)collect(daemon, false);
		}
		until = tn_now_ms() + END_WAIT_MS;
	}
}

/* Waits until it is over; returns the exit status. */
static int
stand_by(struct daemon *daemon, int signals)
{
	struct pollfd pollers[2] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = daemon->ready[0], .events = POLLIN },
	};
	struct signalfd_siginfo info;
	bool is_ready = false;
	int got;

	for (;;) {
		got = poll(pollers, 2, is_ready ? -1 : READY_WAIT_MS);
		if (!is_ready && (got == 0 || pollers[1].revents != 0)) {
			is_ready = true;
			pollers[1].fd = -1;
			tn_notify(daemon->notify_socket,
			          got == 0 ? "READY=1\nSTATUS=No snapshot "
			                     "yet: waiting for the directory"
			                   : "READY=1");
		}
		if (got <= 0 || pollers[0].revents == 0)
			continue;
		if (read(signals, &info, sizeof(info)) != sizeof(info))
			continue;
		if (info.ssi_signo == SIGCHLD) {
			if (!collect(daemon, true))
				continue;
			end_children(daemon, signals);
			return EXIT_FAILURE;
		}
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
			tn_notify(daemon->notify_socket, "STOPPING=1");
			end_children(daemon, signals);
			return EXIT_SUCCESS;
		}
	}
}

/* clearenv() must not take the name away that it is told to. */
static int
run_enforcer(const struct options *options)
{
	const char *notify_socket = getenv("NOTIFY_SOCKET");
	char *copy = notify_socket != NULL ? strdup(notify_socket) : NULL;
	int status = tn_enforcer_run(&(const struct tn_enforcer_setup){
	    .config = options->config,
	    .notify_socket = copy,
	    .foreground = options->foreground,
	    .debug = options->debug,
	});

	free(copy);
	return status;
}

int
main(int argc, char **argv)
{
	struct daemon daemon = {
		.options = { .config = TN_CONFIG_PATH,
		             .snapshot_directory = TN_SNAPSHOT_DIRECTORY,
		             .socket = TN_WIRE_SOCKET },
		.listener = -1,
		.lock = -1,
	};
	struct tn_err err = TN_ERR_INIT;
	const char *notify_socket;
	int signals = -1;
	sigset_t mask;
	int status;
	int rc;

	status = parse_options(argc, argv, &daemon.options);
	if (status != 0)
		return status;
	if (daemon.options.directory)
		return run_enforcer(&daemon.options);
	if (geteuid() != 0) {
		(void)fprintf(stderr, "tenured: must be started by root\n");
		return USAGE_STATUS;
	}
	notify_socket = getenv("NOTIFY_SOCKET");
	daemon.notify_socket =
	    notify_socket != NULL ? strdup(notify_socket) : NULL;
	tn_log_open("tenured", true, daemon.options.debug);
	rc = tn_privilege_start(&err);
	if (rc == TN_OK)
		rc = prepare(&daemon, &err);
	if (rc == TN_OK) {
		(void)sigemptyset(&mask);
		(void)sigaddset(&mask, SIGCHLD);
		(void)sigaddset(&mask, SIGTERM);
		(void)sigaddset(&mask, SIGINT);
		(void)sigaddset(&mask, SIGHUP);
		(void)sigprocmask(SIG_BLOCK, &mask, NULL);
		signals = signalfd(-1, &mask, SFD_CLOEXEC);
		if (signals < 0)
			rc = tn_fail_errno(&err, TN_E_IO, errno, "signalfd");
	}
	if (rc == TN_OK)
		rc = start_children(&daemon, &err);
	if (rc != TN_OK) {
		tn_log_err("not started", &err);
		if (signals >= 0)
			end_children(&daemon, signals);
		status = EXIT_FAILURE;
	} else {
		tn_log_open("tenured", daemon.options.foreground,
		            daemon.options.debug);
		status = stand_by(&daemon, signals);
		(void)unlink(daemon.options.socket);
	}
	tn_config_free(daemon.config);
	free(daemon.notify_socket);
	return status;
}
/* NOLINTEND(concurrency-mt-unsafe) */
