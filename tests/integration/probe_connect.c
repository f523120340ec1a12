/* Connecting: what is refused, and that nothing ever hangs. */
#include "probe.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/file.h"

/* Milliseconds, for a busy machine: over a timeout of 2 s, less than what drips
   goes on for; and for what needs no time. Who hangs does so for good. */
#define SLACK 6000
#define SOON  8000

/* A server that lets anybody in and never says a word. */
static int
silent_listener(int *ret_port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(fd >= 0 &&
	         bind(fd, (const struct sockaddr *)&address, sizeof(address)) ==
	             0 &&
	         listen(fd, 8) == 0 &&
	         getsockname(fd, (struct sockaddr *)&address, &size) == 0,
	     "listener");
	*ret_port = ntohs(address.sin_port);
	return fd;
}

static void
expect_code(const struct tn_server *server, int code, int64_t within,
            const char *what)
{
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	const int64_t begin = now_ms();
	int got = tn_connection_open(server, &connection, &err);
	const int64_t took = now_ms() - begin;

	ok(got == code && connection == NULL && took <= within,
	   "%s: %s after %lld ms (%s)", what, tn_code_words(got),
	   (long long)took, err.text);
	tn_connection_closep(&connection);
}

static void
plain_is_refused_before_a_byte(void)
{
	struct tn_server server = network_server;
	struct pollfd poller = { .events = POLLIN };
	char uri[64];
	int port;
	size_t i;
	static const char *const formats[] = {
		"ldap://127.0.0.1:%d",
		"LDAP://127.0.0.1:%d",
		"cldap://127.0.0.1:%d",
		"http://127.0.0.1:%d",
		"127.0.0.1:%d",
		"ldaps://",
		"ldaps://127.0.0.1:%d ldap://127.0.0.1:1",
		"",
	};

	poller.fd = silent_listener(&port);
	for (i = 0; i < TN_ARRAY_LEN(formats); i++) {
		const char *colon = strstr(formats[i], "%d");
		size_t len = colon != NULL ? (size_t)(colon - formats[i])
		                           : strlen(formats[i]);

		snprintf(uri, sizeof(uri), "%.*s", (int)len, formats[i]);
		if (colon != NULL)
			snprintf(uri + len, sizeof(uri) - len, "%d%s", port,
			         colon + 2);
		server.uri = uri;
		expect_code(&server, TN_E_INVALID, SOON, uri);
	}
	ok(poll(&poller, 1, 0) == 0, "nobody even connected");
	close(poller.fd);
}

static void
hung_servers_do_not_hang_us(void)
{
	struct tn_server server = network_server;
	struct tn_connection *connection;
	struct tn_err err = TN_ERR_INIT;
	char *who = NULL;
	char uri[64];
	int64_t begin;
	int64_t took;
	int port;
	int code;
	int fd = silent_listener(&port);

	snprintf(uri, sizeof(uri), "ldaps://127.0.0.1:%d", port);
	server.uri = uri;
	expect_code(&server, TN_E_UNREACHABLE, 2000 + SLACK,
	            "a listener that never answers");
	close(fd);

	connection = as_host();
	slapd_pause();
	expect_code(&network_server, TN_E_UNREACHABLE, 2000 + SLACK,
	            "a stopped slapd, in the TLS handshake");
	begin = now_ms();
	code = tn_who_am_i(connection, &who, &err);
	took = now_ms() - begin;
	ok(code == TN_E_TIMEOUT && took <= 2000 + SLACK,
	   "a stopped slapd, asked: %s after %lld ms", tn_code_words(code),
	   (long long)took);
	slapd_resume();
	code = tn_who_am_i(connection, &who, &err);
	ok(code == TN_E_UNREACHABLE && who == NULL,
	   "the connection that timed out is never used again: %s", err.text);
	tn_connection_closep(&connection);
}

/* A server that accepts TCP and then drips: the deadline is for all of it. */
static void
dripping_server_does_not_hang_us(void)
{
	struct tn_server server = network_server;
	char uri[64];
	int port;
	int fd = silent_listener(&port);
	pid_t child = fork();

	must(child >= 0, "fork");
	if (child == 0) {
		/* the head of a TLS record of 16384 bytes, then one by one */
		static const unsigned char head[] = { 22, 3, 3, 64, 0, 2 };
		int peer = accept(fd, NULL, NULL);
		int i;

		if (write(peer, head, sizeof(head)) < 0)
			_exit(1);
		for (i = 0; i < 100; i++) {
			(void)poll(NULL, 0, 100);
			if (write(peer, "", 1) < 0)
				break;
		}
		_exit(0);
	}
	snprintf(uri, sizeof(uri), "ldaps://127.0.0.1:%d", port);
	server.uri = uri;
	expect_code(&server, TN_E_UNREACHABLE, 2000 + SLACK,
	            "a server that drips bytes");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
}

static void
strangers_are_not_believed(void)
{
	struct tn_server server = network_server;
	char uri[64];

	server.ca_file = in_folder("stranger.crt");
	expect_code(&server, TN_E_UNREACHABLE, SOON, "another authority");

	server = network_server;
	snprintf(uri, sizeof(uri), "ldaps://127.0.0.2:%d", PORT);
	server.uri = uri;
	expect_code(&server, TN_E_UNREACHABLE, SOON,
	            "a certificate for another name");

	/* Of our authority, and its CN is right: still a host's. */
	other_start();
	snprintf(uri, sizeof(uri), "ldaps://127.0.0.1:%d", OTHER_PORT);
	server.uri = uri;
	expect_code(&server, TN_E_UNREACHABLE, SOON,
	            "a host's certificate in a server's place");
	other_stop();

	setenv("LDAPTLS_REQCERT", "never", 1);
	server = network_server;
	server.ca_file = in_folder("stranger.crt");
	expect_code(&server, TN_E_UNREACHABLE, SOON,
	            "another authority, though LDAPTLS_REQCERT=never");
	unsetenv("LDAPTLS_REQCERT");
}

static void
files_and_dead_servers_are_told_apart(void)
{
	struct tn_server server = network_server;

	server.ca_file = in_folder("missing.crt");
	expect_code(&server, TN_E_IO, SOON, "no ca_file");
	server.ca_file = NULL;
	expect_code(&server, TN_E_INVALID, SOON, "ca_file not set");
	server = network_server;
	server.key = in_folder("server.key");
	expect_code(&server, TN_E_IO, SOON, "a key of another certificate");
	server.key = NULL;
	expect_code(&server, TN_E_INVALID, SOON, "a certificate, no key");
	server = network_server;
	server.uri = "ldaps://127.0.0.1:9";
	expect_code(&server, TN_E_UNREACHABLE, SOON, "nobody listens");
	server.uri = "ldaps://no-such-host.invalid";
	expect_code(&server, TN_E_UNREACHABLE, SOON, "no such name");
	server = local_server;
	server.uri = "ldapi://%2Fnonexistent%2Fldapi";
	expect_code(&server, TN_E_UNREACHABLE, SOON, "no local socket");
}

static void
certificates_say_who_we_are(void)
{
	struct tn_server server = network_server;
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	char *who = NULL;
	int code;

	connection = as_host();
	must(tn_who_am_i(connection, &who, &err) == TN_OK, "%s", err.text);
	tn_connection_closep(&connection);
	ok(who != NULL &&
	       strcmp(who, "dn:cn=host1.example.org,ou=hosts," SUFFIX) == 0,
	   "the subject that we make is mapped to the host's entry: %s",
	   who != NULL ? who : "-");
	free(who);
	server.certificate = in_folder("withdrawn.crt");
	server.key = in_folder("withdrawn.key");
	code = tn_connection_open(&server, &connection, &err);
	if (code == TN_OK)
		code = tn_bind_external(connection, &err);
	ok(code == TN_E_DENIED, "another serial number is no host: %s",
	   err.text);
	tn_connection_closep(&connection);

	server.certificate = NULL;
	server.key = NULL;
	code = tn_connection_open(&server, &connection, &err);
	if (code == TN_OK)
		code = tn_bind_external(connection, &err);
	ok(code == TN_E_UNREACHABLE || code == TN_E_DENIED,
	   "without a certificate: %s", err.text);
	tn_connection_closep(&connection);
}

/* As a renewal does: written beside and renamed. */
static void
put_file(const char *from, const char *to)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	size_t len = 0;

	must(tn_file_read(in_folder(from), 65536, &text, &len, &err) == TN_OK &&
	         tn_file_save(in_folder(to), text, len, 0600, (uid_t)-1,
	                      (gid_t)-1, &err) == TN_OK,
	     "%s", err.text);
	free(text);
}

/* A daemon runs for months: it must neither keep a renewed certificate's old
   self, nor pay memory for each login (libldap would, 30 kB). */
static void
contexts_are_kept_while_their_files_stand(void)
{
	struct tn_server server = network_server;
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct mallinfo2 before;
	size_t grown;
	int code;
	int i;

	before = mallinfo2();
	for (i = 0; i < 50; i++) {
		connection = as_host();
		tn_connection_closep(&connection);
	}
	grown = mallinfo2().uordblks;
	grown = grown > before.uordblks ? grown - before.uordblks : 0;
	ok(grown < 50000, "50 connections cost %zu bytes", grown);

	server.certificate = in_folder("renewed.crt");
	server.key = in_folder("renewed.key");
	put_file("withdrawn.crt", "renewed.crt");
	put_file("withdrawn.key", "renewed.key");
	code = tn_connection_open(&server, &connection, &err);
	if (code == TN_OK)
		code = tn_bind_external(connection, &err);
	tn_connection_closep(&connection);
	ok(code == TN_E_DENIED, "the old certificate: %s", err.text);
	put_file("host.crt", "renewed.crt");
	put_file("host.key", "renewed.key");
	err.text[0] = '\0';
	code = tn_connection_open(&server, &connection, &err);
	if (code == TN_OK)
		code = tn_bind_external(connection, &err);
	tn_connection_closep(&connection);
	ok(code == TN_OK, "the renewed one, at once: %s", err.text);
}

static void
children_leave_the_connection_alone(void)
{
	struct tn_connection *connection = as_host();
	struct tn_err err = TN_ERR_INIT;
	char *who = NULL;
	int status = 0;
	pid_t child = fork();

	must(child >= 0, "fork");
	if (child == 0) {
		bool is_good = tn_who_am_i(connection, &who, NULL) == TN_E_BUG;

		tn_connection_closep(&connection);
		_exit(is_good ? 0 : 1);
	}
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	   "a child may not ask on an inherited connection");
	ok(tn_who_am_i(connection, &who, &err) == TN_OK,
	   "and closing it there leaves ours alive: %s", err.text);
	free(who);
	tn_connection_closep(&connection);
}

void
probe_connect(void)
{
	plain_is_refused_before_a_byte();
	strangers_are_not_believed();
	files_and_dead_servers_are_told_apart();
	certificates_say_who_we_are();
	contexts_are_kept_while_their_files_stand();
	children_leave_the_connection_alone();
	hung_servers_do_not_hang_us();
	dripping_server_does_not_hang_us();
}
