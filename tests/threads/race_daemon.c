/*
 * net's threads at work, for ThreadSanitizer: the real forwarder, acceptor,
 * workers, watch and heartbeat, with people who ask and a directory that
 * changes under the lock. The directory itself is out of reach. A plain
 * program, since criterion does not start under ThreadSanitizer:
 *     make check-threads
 * With --planted it has a race, which must be found.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "channel.h"
#include "net.h"
#include "secret/secret.h"
#include "startup.h"
#include "wire/client.h"
#include "wire/message.h"
#include "workers.h"

#define CLIENTS  6
#define REQUESTS 150 /* of each client */
#define ROUNDS   60  /* of the directory, at the least */
#define PEOPLE   40

static struct tn_net *net;
static char socket_path[128];
static atomic_int answered;
static atomic_int published;
static int planted;

static void
check(int rc, const struct tn_err *err, const char *what)
{
	if (rc == TN_OK)
		return;
	(void)fprintf(stderr, "%s: %s\n", what, err->text);
	_exit(99);
}

static void
close_it(struct tn_connection *connection, void *arg)
{
	(void)arg;
	tn_connection_closep(&connection);
}

/* The end of publish's socket that is not net's. */
static void *
be_publish(void *arg)
{
	static uint8_t data[TN_WIRE_RECORD_MAX];
	const int socket = *(const int *)arg;
	struct tn_message message;
	uint64_t generation = 0;
	struct tn_buf buf;
	size_t len;

	while (tn_channel_receive(socket, data, sizeof(data), &len, NULL) ==
	       TN_OK) {
		if (tn_message_parse(data, len, &message, NULL) != TN_OK ||
		    message.what != TN_WIRE_PUBLISH)
			continue;
		tn_buf_init(&buf, TN_WIRE_MAX);
		tn_message_start(&buf, TN_WIRE_PUBLISHED);
		tn_message_put_u64(&buf, TN_TAG_GENERATION, ++generation);
		(void)tn_message_finish(&buf);
		(void)tn_channel_send(socket, &buf, NULL);
		tn_buf_done(&buf);
		(void)atomic_fetch_add(&published, 1);
	}
	return NULL;
}

static struct tn_uuid
uuid_of(unsigned int kind, unsigned int n)
{
	struct tn_uuid uuid = { { 0 } };

	uuid.byte[0] = (uint8_t)kind;
	uuid.byte[14] = (uint8_t)(n >> 8);
	uuid.byte[15] = (uint8_t)n;
	return uuid;
}

static void
put_person(unsigned int n, unsigned int round)
{
	struct tn_account account;
	struct tn_err err = TN_ERR_INIT;
	char login[16];
	char staff[16];

	(void)snprintf(login, sizeof(login), "p%u", n);
	(void)snprintf(staff, sizeof(staff), "E%u", n);
	tn_account_init(&account);
	account.uuid = uuid_of(1, n);
	account.kind = TN_KIND_PERSON;
	account.login = login;
	account.staff_number = staff;
	account.real_name = "王小明";
	account.home = "/home/p";
	account.shell = "/bin/sh";
	account.uid = 2000001 + n;
	account.gid = 2000000;
	account.created = 1000 + n;
	account.changed = 2000 + round;
	account.password_changed = 2000 + round;
	account.status = TN_STATUS_ACTIVE;
	check(tn_table_put_account(&net->table, &account, &err), &err, "put");
}

static void
put_lock(unsigned int n)
{
	struct tn_lock lock = { .uuid = uuid_of(2, n),
		                .person_uuid = uuid_of(1, n % PEOPLE),
		                .kind = TN_LOCK_LEAK,
		                .staff_number = "",
		                .reason = "" };
	struct tn_err err = TN_ERR_INIT;
	char name[16];

	(void)snprintf(name, sizeof(name), "l%u", n);
	lock.name = name;
	check(tn_table_put_lock(&net->table, &lock, &err), &err, "lock");
	if (n % 2 == 0)
		check(tn_table_put_release(&net->table, name, 0, &err), &err,
		      "release");
}

/* What the watch thread does with what the directory sends. */
static void
change_all(unsigned int round)
{
	const struct tn_uuid whom = uuid_of(1, round % PEOPLE);
	unsigned int n;

	(void)pthread_rwlock_wrlock(&net->lock);
	tn_table_refresh_begin(&net->table);
	for (n = 0; n < PEOPLE; n++)
		put_person(n, round);
	put_lock(round);
	(void)tn_table_refresh_end(&net->table, true, &net->rules.brake);
	net->is_refreshed = true;
	(void)pthread_rwlock_unlock(&net->lock);
	tn_net_heard(net);
	tn_net_has_work(net);
	(void)pthread_rwlock_wrlock(&net->lock);
	tn_table_delete(&net->table, &whom);
	(void)pthread_rwlock_unlock(&net->lock);
	tn_net_has_work(net);
	if (planted != 0)
		planted++;
}

static void
ask(unsigned int n)
{
	static const enum tn_wire_what kinds[] = {
		TN_WIRE_ACCOUNT, TN_WIRE_EXPLAIN, TN_WIRE_STATUS,
		TN_WIRE_SESSION, TN_WIRE_AUTHENTICATE
	};
	struct tn_message message;
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf request;
	struct tn_buf reply;
	char user[16];

	/* Some whom nobody knows. */
	(void)snprintf(user, sizeof(user), "p%u", n % (PEOPLE + 2));
	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&reply, TN_WIRE_MAX);
	tn_message_start(&request, kinds[n % TN_ARRAY_LEN(kinds)]);
	tn_message_put_text(&request, TN_TAG_USER, user);
	tn_message_put_text(&request, TN_TAG_SERVICE, "sshd");
	tn_message_put_u32(&request, TN_TAG_WAY, TN_WAY_KEY);
	if (kinds[n % TN_ARRAY_LEN(kinds)] == TN_WIRE_AUTHENTICATE)
		tn_message_put_text(&request, TN_TAG_PASSWORD, "guess");
	(void)tn_message_finish(&request);
	check(tn_ask(socket_path, &request, 20000, &reply, &message, &err),
	      &err, "ask");
	tn_buf_done(&request);
	tn_buf_done(&reply);
	(void)atomic_fetch_add(&answered, 1);
}

static void *
be_people(void *arg)
{
	const unsigned int first = (unsigned int)(uintptr_t)arg;
	unsigned int n;
	char user[16];

	for (n = 0; n < REQUESTS; n++) {
		ask(first * 7 + n);
		(void)snprintf(user, sizeof(user), "p%u", n % 3);
		if (tn_guesses_begin(net->guesses, user, "sshd", n % 2 == 0, n))
			tn_guesses_wrong(net->guesses, user, "sshd", n);
		if (tn_guesses_begin(net->guesses, user, "sshd", false, n))
			tn_guesses_undo(net->guesses, user);
		if (n % 5 == 0)
			tn_guesses_right(net->guesses, user, "sshd", n);
		if (planted != 0)
			planted++;
	}
	return NULL;
}

/* As in net.c's start, with files of this program's own. */
static void
set_up(struct tn_net_setup *setup, char *folder, int pair[2])
{
	static char path[128];
	struct tn_err err = TN_ERR_INIT;
	struct tn_config *config = NULL;
	FILE *file;

	if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
		_exit(99);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
	(void)snprintf(path, sizeof(path), "%s/tenure.conf", folder);
	file = fopen(path, "we");
	if (file == NULL)
		_exit(99);
	(void)fputs("servers = ldapi://%2fnonexistent%2fldapi\n"
	            "base = dc=example,dc=org\n"
	            "organisation = Example\nhost_name = host1\n",
	            file);
	(void)fclose(file);
	check(tn_config_read(path, &config, &err), &err, "config");
	(void)unlink(path);
	check(tn_startup_listen(socket_path, &setup->listener, &err), &err,
	      "listen");
	setup->config = config;
	setup->publish = pair[0];
	(void)snprintf(path, sizeof(path), "%s/snapshot", folder);
	setup->snapshot_directory = path;
	net->setup = setup;
	net->config = config;
	net->rules = tn_host_rules(config);
	atomic_store(&net->heard, TN_TIME_NONE);
	atomic_store(&net->watch_place, TN_NO_PLACE);
	atomic_store(&net->clock_ahead, TN_TIME_NONE);
	tn_table_init(&net->table);
	(void)pthread_rwlock_init(&net->lock, NULL);
	(void)pthread_mutex_init(&net->work_mutex, NULL);
	(void)pthread_cond_init(&net->work_cond, NULL);
	check(tn_secret_start(&err), &err, "secret");
	check(tn_directory_start(&err), &err, "directory");
	check(tn_rotation_new(config, &net->rotation, &err), &err, "servers");
	check(tn_prepared_new(net->rotation, 1, &net->prepared, &err), &err,
	      "prepared");
	check(tn_guesses_new(3, 60, &net->guesses, &err), &err, "guesses");
	check(tn_held_new(close_it, NULL, &net->held, &err), &err, "held");
	check(tn_local_files_read("/etc", &net->local, &err), &err, "files");
}

static void *
be_workers(void *arg)
{
	struct tn_err err = TN_ERR_INIT;

	check(tn_workers_run(arg, &err), &err, "workers");
	return NULL;
}

static void
start(pthread_t *thread, void *(*loop)(void *), void *arg)
{
	if (pthread_create(thread, NULL, loop, arg) != 0)
		_exit(99);
}

int
main(int argc, char **argv)
{
	static void *(*const loops[])(
	    void *) = { tn_watch_loop, tn_forward_loop, tn_published_loop,
		        tn_heartbeat_loop, be_workers };
	static struct tn_net_setup setup;
	char folder[] = "/tmp/race-daemon-XXXXXX";
	pthread_t people[CLIENTS];
	pthread_t thread;
	unsigned int round;
	int pair[2];
	size_t i;

	planted = argc > 1 && strcmp(argv[1], "--planted") == 0;
	tn_log_open("race_daemon", true, false);
	net = calloc(1, sizeof(*net));
	if (net == NULL)
		return 99;
	set_up(&setup, folder, pair);
	start(&thread, be_publish, &pair[1]);
	start(&thread, tn_prepare_loop, net->prepared);
	for (i = 0; i < TN_ARRAY_LEN(loops); i++)
		start(&thread, loops[i], net);
	for (i = 0; i < CLIENTS; i++)
		start(&people[i], be_people, (void *)(uintptr_t)i);
	for (round = 1;
	     round <= ROUNDS || atomic_load(&answered) < CLIENTS * REQUESTS;
	     round++)
		change_all(round);
	for (i = 0; i < CLIENTS; i++)
		(void)pthread_join(people[i], NULL);
	printf("%d answers, %u rounds, published %d times\n",
	       atomic_load(&answered), round, atomic_load(&published));
	(void)fflush(stdout);
	(void)unlink(socket_path);
	(void)rmdir(folder);
	/* The threads never end. */
	_exit(atomic_load(&published) > 0 ? 0 : 1);
}
