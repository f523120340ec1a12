/*
 * The integration test of lib/directory, one program: each probe_X.c asks a
 * real slapd, which this program starts and stops itself, and prints TAP.
 */
#ifndef TN_TESTS_PROBE_H
#define TN_TESTS_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/attrs.h"
#include "directory/connection.h"

#define SUFFIX     "dc=example,dc=org"
#define PEOPLE     "ou=people," SUFFIX
#define GROUPS     "ou=groups," SUFFIX
#define PERSON(id) "uid=" id "," PEOPLE
#define RIGHT      "right horse 1" /* everybody's password at the start */
#define PORT       36689           /* slapd's, on 127.0.0.1 and 127.0.0.2 */
#define OTHER_PORT 36690 /* the server that shows a host's certificate */

/* One line of TAP. Returns is_good. */
bool ok(bool is_good, const char *format, ...) TN_PRINTF(2, 3);
/* A step without which nothing below makes sense: not ok ends the program. */
#define must(is_good, ...)                 \
	do {                               \
		if (!(is_good))            \
			bail(__VA_ARGS__); \
	} while (0)
_Noreturn void bail(const char *format, ...) TN_PRINTF(1, 2);
void note(const char *format, ...) TN_PRINTF(1, 2);

/* Does slapd run Debian's modules instead of ours? */
bool has_stock_modules(void);

/* FOLDER/name, in one of a few static buffers. */
const char *in_folder(const char *name);
int64_t now_ms(void);

/* slapd: start returns when it answers. */
void slapd_start(void);
void slapd_stop(void);
/* It stands still: returns when it does. */
void slapd_pause(void);
void slapd_resume(void);
void other_start(void);
void other_stop(void);

/* The servers as a host and as root on the directory see them. */
extern struct tn_server network_server;
extern struct tn_server local_server;

/* Bound as bootstrap over ldapi; must work. */
struct tn_connection *as_root(void);
/* As the host, by certificate. */
struct tn_connection *as_host(void);
struct tn_secret *secret(const char *text);

void probe_certificates(const char *folder);
void probe_connect(void);
void probe_bind(void);
void probe_password(void);
void probe_search(void);
void probe_write(void);
void probe_watch(void);

#endif
