#include "doctor_listen.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/attrs.h"
#include "base/file.h"
#include "base/text.h"

#define PID_FILE  "/run/slapd/slapd.pid"
#define PROC_MAX  ((size_t)4 * 1024 * 1024)
#define SOCKETS   256
#define LISTENING "0A"
#define SECONDS   3

const unsigned char door_hello[14] = {
	0x30, 0x0C, 0x02, 0x01, 0x01, 0x60, 0x07,
	0x02, 0x01, 0x03, 0x04, 0x00, 0x80, 0x00
};

int
doctor_slapd_pid(char ret[16], struct tn_err *err)
{
	char path[64];
	char *text = NULL;
	unsigned long long pid;
	size_t len;
	int r;

	r = tn_file_read(PID_FILE, 64, &text, &len, err);
	if (r)
		return r;
	text[strcspn(text, "\n")] = '\0';
	if (!tn_text_to_u64(text, 1U << 30, &pid)) {
		free(text);
		return tn_fail(err, TN_E_NOT_FOUND, PID_FILE " holds no pid");
	}
	free(text);
	snprintf(ret, 16, "%llu", pid);
	snprintf(path, sizeof(path), "/proc/%s/comm", ret);
	r = tn_file_read(path, 64, &text, &len, err);
	if (!r && strcmp(text, "slapd\n") != 0)
		r = tn_fail(err, TN_E_NOT_FOUND, "process %s is no slapd", ret);
	free(text);
	return r;
}

/* The inodes of the process' sockets. */
static int
sockets_of(const char *pid, unsigned long inodes[SOCKETS], size_t *ret_count,
           struct tn_err *err)
{
	const struct dirent *one;
	char folder[32];
	size_t count = 0;
	DIR *fds;

	snprintf(folder, sizeof(folder), "/proc/%s/fd", pid);
	fds = opendir(folder);
	if (!fds)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", folder);
	while ((one = readdir(fds)) && count < SOCKETS) {
		char link[64];
		ssize_t len;

		len =
		    readlinkat(dirfd(fds), one->d_name, link, sizeof(link) - 1);
		if (len <= 8)
			continue;
		link[len] = '\0';
		if (!strncmp(link, "socket:[", 8))
			inodes[count++] = strtoul(link + 8, NULL, 10);
	}
	closedir(fds);
	*ret_count = count;
	return TN_OK;
}

/* "0100007F:027C": words of 32 bits as this machine stores them. */
static bool
read_address(const char *text, bool is_v6, struct door *ret)
{
	struct sockaddr_in *four = (void *)&ret->address;
	struct sockaddr_in6 *six = (void *)&ret->address;
	size_t words = is_v6 ? 4 : 1;
	uint32_t address[4] = { 0 };
	unsigned long port;
	char shown[INET6_ADDRSTRLEN] = "";
	char digits[9];
	size_t i;

	if (strlen(text) != words * 8 + 5 || text[words * 8] != ':')
		return false;
	for (i = 0; i < words; i++) {
		memcpy(digits, text + i * 8, 8);
		digits[8] = '\0';
		address[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	port = strtoul(text + words * 8 + 1, NULL, 16);
	memset(ret, 0, sizeof(*ret));
	if (is_v6) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)port);
		memcpy(&six->sin6_addr, address, sizeof(address));
		ret->len = sizeof(*six);
		inet_ntop(AF_INET6, &six->sin6_addr, shown, sizeof(shown));
		snprintf(ret->text, sizeof(ret->text), "[%s]:%lu", shown, port);
		if (IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr))
			six->sin6_addr = in6addr_loopback;
	} else {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		four->sin_addr.s_addr = address[0];
		ret->len = sizeof(*four);
		inet_ntop(AF_INET, &four->sin_addr, shown, sizeof(shown));
		snprintf(ret->text, sizeof(ret->text), "%s:%lu", shown, port);
		if (!address[0])
			four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	}
	return true;
}

static bool
is_one_of(unsigned long inode, const unsigned long *inodes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (inodes[i] == inode)
			return true;
	}
	return false;
}

/* sl local rem st queues tr:tm retrnsmt uid timeout inode ... */
static void
read_line(char *line, bool is_v6, const unsigned long *inodes, size_t count,
          struct doors *ret)
{
	const char *words[10];
	char *save = NULL;
	char *word;
	size_t n = 0;

	for (word = strtok_r(line, " ", &save); word && n < 10;
	     word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	if (n == 10 && !strcmp(words[3], LISTENING) && ret->count < DOORS_MAX &&
	    is_one_of(strtoul(words[9], NULL, 10), inodes, count) &&
	    read_address(words[1], is_v6, &ret->of[ret->count]))
		ret->count++;
}

int
doctor_doors(struct doors *ret, struct tn_err *err)
{
	static const char *const tables[] = { "/proc/net/tcp",
		                              "/proc/net/tcp6" };
	unsigned long inodes[SOCKETS];
	size_t count = 0;
	char pid[16];
	size_t i;
	int r;

	ret->count = 0;
	if ((r = doctor_slapd_pid(pid, err)) ||
	    (r = sockets_of(pid, inodes, &count, err)))
		return r;
	for (i = 0; i < TN_ARRAY_LEN(tables); i++) {
		char *save = NULL;
		char *text = NULL;
		char *line;
		size_t len;

		r = tn_file_read(tables[i], PROC_MAX, &text, &len, err);
		if (r == TN_E_NOT_FOUND)
			continue; /* no IPv6 */
		if (r)
			return r;
		for (line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			read_line(line, i == 1, inodes, count, ret);
		free(text);
	}
	return TN_OK;
}

int
door_open(const struct door *door, int *ret_fd, struct tn_err *err)
{
	const struct timeval limit = { .tv_sec = SECONDS };
	int fd;

	fd = socket(door->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    connect(fd, (const struct sockaddr *)&door->address, door->len)) {
		int saved = errno;

		close(fd);
		return tn_fail_errno(err, TN_E_UNREACHABLE, saved, "%s",
		                     door->text);
	}
	*ret_fd = fd;
	return TN_OK;
}
