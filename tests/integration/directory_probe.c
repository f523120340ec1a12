/* directory_probe certificates FOLDER	makes the certificates of a test
 * directory_probe run FOLDER		asks everything of a slapd in it
 */
#include "probe.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READY_MS 10000

static const char *folder;
static int count;
static int failed;
static pid_t slapd = -1;
static pid_t other = -1;

struct tn_server network_server = { .connect_timeout = 2,
	                            .operation_timeout = 2 };
struct tn_server local_server = { .connect_timeout = 2,
	                          .operation_timeout = 10 };

bool
ok(bool is_good, const char *format, ...)
{
	va_list list;

	printf("%sok %d - ", is_good ? "" : "not ", ++count);
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
	fflush(stdout);
	if (!is_good)
		failed++;
	return is_good;
}

void
note(const char *format, ...)
{
	va_list list;

	printf("# ");
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
}

void
bail(const char *format, ...)
{
	va_list list;

	printf("Bail out! ");
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
	fflush(stdout);
	other_stop();
	slapd_stop();
	exit(1);
}

bool
has_stock_modules(void)
{
	return getenv("TN_STOCK_MODULES") != NULL;
}

const char *
in_folder(const char *name)
{
	static char paths[16][512];
	static size_t next;
	char *path = paths[next++ % 16];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static pid_t
run_slapd(const char *conf, const char *urls)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid == 0) {
		execl("/usr/sbin/slapd", "slapd", "-d", "0", "-F", conf, "-h",
		      urls, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void
end(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGCONT);
	kill(*pid, SIGTERM);
	waitpid(*pid, NULL, 0);
	*pid = -1;
}

/* Until a connection opens. */
static void
wait_ready(const struct tn_server *server)
{
	const struct timespec pause = { 0, 20000000 };
	const int64_t until = now_ms() + READY_MS;
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;

	while (tn_connection_open(server, &connection, &err) != TN_OK) {
		must(now_ms() < until, "slapd does not answer: %s", err.text);
		nanosleep(&pause, NULL);
	}
	tn_connection_closep(&connection);
}

void
slapd_start(void)
{
	char urls[1024];

	snprintf(urls, sizeof(urls),
	         "%s ldaps://127.0.0.1:%d ldaps://127.0.0.2:%d",
	         local_server.uri, PORT, PORT);
	slapd = run_slapd(in_folder("conf"), urls);
	wait_ready(&local_server);
	wait_ready(&network_server);
}

void
slapd_stop(void)
{
	end(&slapd);
}

void
slapd_pause(void)
{
	int status = 0;

	kill(slapd, SIGSTOP);
	must(waitpid(slapd, &status, WUNTRACED) == slapd && WIFSTOPPED(status),
	     "slapd does not stop");
}

void
slapd_resume(void)
{
	kill(slapd, SIGCONT);
}

/* Until something listens: this server is not one that we would open. */
static void
wait_listening(int port)
{
	const struct timespec pause = { 0, 20000000 };
	const int64_t until = now_ms() + READY_MS;
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons((uint16_t)port) };
	int status;
	int fd;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	do {
		must(now_ms() < until, "nobody listens on %d", port);
		nanosleep(&pause, NULL);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		must(fd >= 0, "socket");
		status = connect(fd, (const struct sockaddr *)&address,
		                 sizeof(address));
		close(fd);
	} while (status != 0);
}

void
other_start(void)
{
	char urls[64];

	snprintf(urls, sizeof(urls), "ldaps://127.0.0.1:%d", OTHER_PORT);
	other = run_slapd(in_folder("other"), urls);
	wait_listening(OTHER_PORT);
}

void
other_stop(void)
{
	end(&other);
}

static void
describe_servers(void)
{
	static char local[1024];
	static char network[64];
	const char *at;
	size_t len;

	snprintf(local, sizeof(local), "ldapi://");
	for (at = in_folder("ldapi"); *at != '\0'; at++) {
		len = strlen(local);
		snprintf(local + len, sizeof(local) - len,
		         *at == '/' ? "%%2F" : "%c", *at);
	}
	snprintf(network, sizeof(network), "ldaps://127.0.0.1:%d", PORT);
	local_server.uri = local;
	network_server.uri = network;
	network_server.ca_file = strdup(in_folder("ca.crt"));
	network_server.certificate = strdup(in_folder("host.crt"));
	network_server.key = strdup(in_folder("host.key"));
}

static struct tn_connection *
bound(const struct tn_server *server)
{
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;

	must(tn_connection_open(server, &connection, &err) == TN_OK &&
	         tn_bind_external(connection, &err) == TN_OK,
	     "%s: %s", server->uri, err.text);
	return connection;
}

struct tn_connection *
as_root(void)
{
	return bound(&local_server);
}

struct tn_connection *
as_host(void)
{
	return bound(&network_server);
}

struct tn_secret *
secret(const char *text)
{
	struct tn_secret *made = NULL;

	must(tn_secret_new(text, strlen(text), &made, NULL) == TN_OK,
	     "no memory");
	return made;
}

int
main(int argc, char **argv)
{
	struct tn_err err = TN_ERR_INIT;

	if (argc != 3) {
		fprintf(stderr, "usage: directory_probe certificates|run "
		                "FOLDER\n");
		return 2;
	}
	folder = argv[2];
	signal(SIGPIPE, SIG_IGN);
	if (strcmp(argv[1], "certificates") == 0) {
		probe_certificates(folder);
		return 0;
	}
	must(tn_secret_start(&err) == TN_OK, "%s", err.text);
	describe_servers();
	must(tn_connection_open(&local_server, &(struct tn_connection *){ 0 },
	                        &err) == TN_E_BUG,
	     "a connection opened before tn_directory_start");
	must(tn_directory_start(&err) == TN_OK, "%s", err.text);
	must(tn_directory_start(&err) == TN_OK, "%s", err.text);
	slapd_start();
	probe_connect();
	probe_bind();
	probe_password();
	probe_search();
	probe_write();
	probe_watch();
	slapd_stop();
	printf("1..%d\n", count);
	return failed == 0 ? 0 : 1;
}
