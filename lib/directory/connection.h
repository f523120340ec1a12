/*
 * One connection to one directory server. With its neighbours in this folder
 * the only user of libldap; no header here shows ldap.h.
 *
 * Rules kept (research: measured): one URI per handle, asynchronous connect
 * with hard timeouts, TLS or ldapi always (a plain ldap:// URI is refused
 * before a byte is sent), a GnuTLS priority string that demands TLS 1.2 and
 * up, TLS options per handle then a new context that is checked, no ldap.conf
 * and no LDAP* environment (LDAPNOINIT), keepalive and TCP_USER_TIMEOUT, a
 * handle is destroyed after any error, and an inherited one is never touched
 * after fork (ret->pid).
 *
 * libldap and GnuTLS copy a password into memory of their own and free it as
 * it is. A program that runs on is therefore started with
 *	GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0
 * which overwrites whatever is freed (measured: no trace of a password is left
 * in the heap after a bind or a change; without it, one to three).
 *
 * One thread at a time per connection; different connections are independent.
 * SIGPIPE must be ignored or blocked by the program.
 */
#ifndef TN_DIRECTORY_CONNECTION_H
#define TN_DIRECTORY_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "secret/secret.h"

struct tn_connection; /* opaque */

struct tn_server {
	const char *uri;         /* "ldaps://ldap.example.org", "ldapi:///" */
	const char *ca_file;     /* PEM; needed for ldaps */
	const char *certificate; /* PEM, or NULL: none is shown */
	const char *key;
	int connect_timeout;   /* seconds */
	int operation_timeout; /* seconds */
	int64_t deadline; /* 0, or milliseconds of CLOCK_MONOTONIC: connecting
			     and all that is asked afterwards in all */
};

/* Once per program, before threads: sets LDAPNOINIT. */
int tn_directory_start(struct tn_err *err);

/* Connect and do the TLS handshake. Errors: TN_E_INVALID (URI is not ldaps or
   ldapi), TN_E_UNREACHABLE (down, hung, or another's certificate: libldap
   cannot tell them apart; the text says so), TN_E_IO (a file is missing). */
int tn_connection_open(const struct tn_server *server,
                       struct tn_connection **ret, struct tn_err *err);
/* Does the server take a connection before deadline (milliseconds of
   CLOCK_MONOTONIC)? Nothing is sent, so whether it works is not said. */
bool tn_server_is_there(const struct tn_server *server, int64_t deadline);
/* Another deadline than that of tn_server; 0: none any more. */
void tn_connection_deadline(struct tn_connection *connection, int64_t deadline);
/* Has the server hung up on a connection that waited? What is true later than
   it happened; false says nothing. Nothing is sent. */
bool tn_connection_is_lost(const struct tn_connection *connection);
/* Unbinds, closes, frees; NULL is legal; sets the pointer to NULL. */
void tn_connection_closep(struct tn_connection **connection);

/* SASL EXTERNAL: who the client certificate or, on ldapi, the kernel says.
   TN_E_DENIED also where the server maps that to no entry: a certificate that
   was withdrawn, a system user nobody named. The connection is closed then. */
int tn_bind_external(struct tn_connection *connection, struct tn_err *err);

/* What a password bind told. The result code is judged first, the control
   second (CVE-2006-5170). */
struct tn_bind_result {
	bool accepted;      /* result 0 AND the bound identity is dn */
	bool must_change;   /* changeAfterReset: only a change is allowed */
	bool grace_used;    /* let in on a grace login: must change */
	int grace_left;     /* or -1 */
	int64_t expires_in; /* seconds, or -1 */
	bool expired;       /* refused: the right password, out of grace */
};

/*
 * Simple bind with the password-policy control. An empty password is refused
 * here. On anything but accepted the connection must be closed, since an
 * expired bind that failed is authenticated nevertheless; this function does
 * it (every later call on it fails).
 * Returns TN_OK with ret filled (accepted or not), or TN_E_UNREACHABLE,
 * TN_E_TIMEOUT, TN_E_PROTOCOL.
 */
int tn_bind_password(struct tn_connection *connection, const char *dn,
                     const struct tn_secret *password,
                     struct tn_bind_result *ret, struct tn_err *err);

/* Why a change was refused. */
enum tn_passwd_result {
	TN_PASSWD_DONE = 0,
	TN_PASSWD_QUALITY, /* slapd's check says no; words in err */
	TN_PASSWD_TOO_SHORT,
	TN_PASSWD_HISTORY,
	TN_PASSWD_TOO_YOUNG,
	TN_PASSWD_OLD_WRONG,
	TN_PASSWD_FORBIDDEN,
};

/*
 * Password Modify (RFC 3062) over the connection that the old password opened.
 * dn  whose; NULL means who is bound. old may be NULL (a reset).
 * Returns TN_OK with ret, or an error; TN_E_TIMEOUT means that nobody knows:
 * settle it by a bind with the new password before telling anyone. After a
 * refusal the connection can be asked again; err then holds the server's words.
 * Rule    UM-13.2, UM-13.3.
 */
int tn_password_modify(struct tn_connection *connection, const char *dn,
                       const struct tn_secret *old,
                       const struct tn_secret *new_password,
                       enum tn_passwd_result *ret, struct tn_err *err);

/* RFC 4532: "dn:uid=wang,ou=people,..."; free() it. */
int
tn_who_am_i(struct tn_connection *connection, char **ret, struct tn_err *err);

#endif
