/*
 * In the place of libldap, for tests of lib/directory: its calls give what a
 * test says that the server answers, or fail. Link with the --wrap options that
 * tests/unit/directory.am names.
 */
#ifndef TN_FAKE_LIBLDAP_H
#define TN_FAKE_LIBLDAP_H

#include <stdbool.h>

struct tn_connection;

#define FAKE_DN "uid=wang,ou=people,dc=example,dc=org"
#define ANY     (-1)

/* What the server says; fake_answer sets all of it. */
struct fake_server {
	int result;
	int expire; /* ANY: not in the control */
	int grace;
	int error;
	bool has_control;
	const char *words; /* beside the result, or NULL */
	int identity_result;
	const char *identity; /* whoami */
};
extern struct fake_server server;

/* So many calls succeed, and the next one fails; ANY: none does. */
extern int allowed;
extern bool has_failed;
/* Is it this call's turn? For calls that a test stands in for itself. */
bool fake_fails(void);
extern bool is_late; /* the answer does not come in time */

void fake_answer(int result, int expire, int grace, int error);
/* A connection that nobody is at the other end of. */
void fake_connection(struct tn_connection *ret);
/* The same, for tn_connection_closep. */
struct tn_connection *fake_connection_new(const char *uri);

#endif
