#include "directory/connection_private.h"

#include <openldap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/attrs.h"
#include "directory/result.h"

#define TIMEOUT_MAX 3600 /* seconds, of one operation */

static bool started;

int
tn_directory_start(struct tn_err *err)
{
	LDAP *ld = NULL;

	if (started)
		return TN_OK;
	/* No ldap.conf, no ~/.ldaprc, no LDAPTLS_REQCERT=never. */
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread yet */
	if (setenv("LDAPNOINIT", "1", 1) != 0)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory");
	/* libldap's own start, while there is one thread. */
	if (ldap_create(&ld) != LDAP_SUCCESS)
		return tn_fail(err, TN_E_BUG, "libldap does not start");
	ldap_unbind_ext_s(ld, NULL, NULL);
	started = true;
	return TN_OK;
}

/* Anything but ldaps with a host and ldapi is refused here, before a byte is
   sent. */
static int
parse_uri(const char *uri, LDAPURLDesc **ret, struct tn_err *err)
{
	LDAPURLDesc *url = NULL;
	bool is_good = false;

	if (uri == NULL || ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS)
		return tn_fail(err, TN_E_INVALID, "%s: no LDAP URI",
		               uri != NULL ? uri : "(none)");
	if (strcmp(url->lud_scheme, "ldapi") == 0)
		is_good = true;
	else if (strcmp(url->lud_scheme, "ldaps") == 0)
		is_good = url->lud_host != NULL && url->lud_host[0] != '\0' &&
		          url->lud_port > 0 && url->lud_port < 65536;
	if (url->lud_next != NULL || strchr(uri, ' ') != NULL)
		is_good = false; /* one server, one handle */
	if (!is_good) {
		ldap_free_urldesc(url);
		return tn_fail(err, TN_E_INVALID,
		               "%s: only ldaps://HOST and ldapi:// are used",
		               uri);
	}
	*ret = url;
	return TN_OK;
}

static int
set_options(LDAP *ld, int operation_timeout, struct tn_err *err)
{
	const int version = LDAP_VERSION3;
	const ber_len_t most = TN_MESSAGE_MAX;
	const struct timeval timeout = { operation_timeout, 0 };
	const struct {
		int option;
		const void *value;
	} options[] = {
		{ LDAP_OPT_PROTOCOL_VERSION, &version },
		{ LDAP_OPT_TIMEOUT, &timeout },
		{ LDAP_OPT_NETWORK_TIMEOUT, &timeout },
		{ LDAP_OPT_CONNECT_ASYNC, LDAP_OPT_ON },
		{ LDAP_OPT_RESTART, LDAP_OPT_ON },
		/* A server does not send us elsewhere. */
		{ LDAP_OPT_REFERRALS, LDAP_OPT_OFF },
	};
	Sockbuf *buffer = NULL;
	ber_len_t max = most;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(options); i++)
		if (ldap_set_option(ld, options[i].option, options[i].value) !=
		    LDAP_OPT_SUCCESS)
			return tn_fail(err, TN_E_BUG,
			               "libldap refuses option %d",
			               options[i].option);
	if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &buffer) !=
	        LDAP_OPT_SUCCESS ||
	    ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &max) < 1)
		return tn_fail(err, TN_E_BUG, "libldap refuses a bound");
	return TN_OK;
}

static int
bounded_seconds(int seconds)
{
	if (seconds < 1)
		return 1;
	return seconds > TIMEOUT_MAX ? TIMEOUT_MAX : seconds;
}

/* From a socket to a handle, with TLS where the URI says so. The descriptor
   is the handle's once there is one. */
static int
make_handle(struct tn_connection *connection, const struct tn_server *server,
            const LDAPURLDesc *url, int64_t deadline, struct tn_err *err)
{
	const bool is_local = strcmp(url->lud_scheme, "ldapi") == 0;
	int code;

	code = tn_socket_open(url, deadline, &connection->descriptor, err);
	if (code != TN_OK)
		return code;
	if (ldap_init_fd(connection->descriptor,
	                 is_local ? LDAP_PROTO_IPC : LDAP_PROTO_TCP,
	                 server->uri, &connection->ld) != LDAP_SUCCESS) {
		close(connection->descriptor);
		connection->ld = NULL;
		return tn_fail(err, TN_E_NO_MEMORY, "no handle");
	}
	code = set_options(connection->ld, connection->operation_timeout / 1000,
	                   err);
	if (code == TN_OK && !is_local)
		code = tn_tls_start(connection->ld, server, deadline, err);
	return code;
}

int
tn_connection_open(const struct tn_server *server, struct tn_connection **ret,
                   struct tn_err *err)
{
	struct tn_connection *connection = NULL;
	LDAPURLDesc *url = NULL;
	int64_t deadline;
	int code;

	if (!started)
		return tn_fail(err, TN_E_BUG,
		               "tn_directory_start was not called");
	deadline = tn_clock_ms() +
	           (int64_t)bounded_seconds(server->connect_timeout) * 1000;
	if (server->deadline != 0 && server->deadline < deadline)
		deadline = server->deadline;
	code = parse_uri(server->uri, &url, err);
	if (code != TN_OK)
		return code;
	connection = calloc(1, sizeof(*connection));
	if (connection == NULL) {
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory");
		goto out;
	}
	connection->pid = getpid();
	connection->operation_timeout =
	    bounded_seconds(server->operation_timeout) * 1000;
	connection->deadline = server->deadline;
	connection->uri = strdup(server->uri);
	if (connection->uri == NULL) {
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory");
		goto out;
	}
	code = make_handle(connection, server, url, deadline, err);
	if (code != TN_OK) {
		tn_context(err, "%s", server->uri);
		goto out;
	}
	*ret = connection;
	connection = NULL;
out:
	tn_connection_closep(&connection);
	ldap_free_urldesc(url);
	return code;
}

bool
tn_server_is_there(const struct tn_server *server, int64_t deadline)
{
	struct tn_err err = TN_ERR_INIT;
	LDAPURLDesc *url = NULL;
	int fd = -1;
	int code = parse_uri(server->uri, &url, &err);

	if (code != TN_OK)
		return false;
	code = tn_socket_open(url, deadline, &fd, &err);
	if (code == TN_OK)
		close(fd);
	ldap_free_urldesc(url);
	return code == TN_OK;
}

void
tn_connection_destroy(struct tn_connection *connection)
{
	if (connection->ld == NULL)
		return;
	/* Unbinding in a child would end the parent's TLS session: the child
	   only lets go of the descriptor. */
	if (connection->pid == getpid())
		ldap_unbind_ext_s(connection->ld, NULL, NULL);
	else
		close(connection->descriptor);
	connection->ld = NULL;
	connection->descriptor = -1;
}

void
tn_connection_closep(struct tn_connection **connection)
{
	if (connection == NULL || *connection == NULL)
		return;
	tn_connection_destroy(*connection);
	free((*connection)->uri);
	free(*connection);
	*connection = NULL;
}

int
tn_connection_check(const struct tn_connection *connection, struct tn_err *err)
{
	if (connection->ld == NULL)
		return tn_fail(err, TN_E_UNREACHABLE,
		               "%s: the connection is closed", connection->uri);
	if (connection->pid != getpid())
		return tn_fail(err, TN_E_BUG, "%s: an inherited connection",
		               connection->uri);
	if (connection->is_watched)
		return tn_fail(err, TN_E_BUG,
		               "%s: a watch uses this connection alone",
		               connection->uri);
	return TN_OK;
}

int
tn_connection_give_up(struct tn_connection *connection, int result,
                          const char *what, struct tn_err *err)
{
	int code = tn_result_fail(err, result, NULL, what);

	if (code != TN_E_INVALID && code != TN_E_NO_MEMORY)
		tn_connection_destroy(connection);
	return code;
}

void
tn_connection_deadline(struct tn_connection *connection, int64_t deadline)
{
	connection->deadline = deadline;
}

int64_t
tn_connection_budget(const struct tn_connection *connection)
{
	int64_t left = connection->deadline - tn_clock_ms();

	if (connection->deadline == 0 || left > connection->operation_timeout)
		return connection->operation_timeout;
	return left > 0 ? left : 0;
}

int
tn_connection_wait(struct tn_connection *connection, int message_id,
                   int64_t *budget, LDAPMessage **ret, struct tn_err *err)
{
	LDAPMessage *message = NULL;
	struct timeval left;
	int64_t begin = tn_clock_ms();
	int64_t wait = *budget > 0 ? *budget : 0;
	int status;

	left.tv_sec = (time_t)(wait / 1000);
	left.tv_usec = (suseconds_t)(wait % 1000 * 1000);
	status = ldap_result(connection->ld, message_id, LDAP_MSG_ONE, &left,
	                     &message);
	*budget -= tn_clock_ms() - begin;
	if (status > 0) {
		*ret = message;
		return TN_OK;
	}
	ldap_msgfree(message);
	tn_connection_destroy(connection);
	if (status == 0)
		return tn_fail(err, TN_E_TIMEOUT, "%s: no answer in time",
		               connection->uri);
	return tn_fail(err, TN_E_UNREACHABLE, "%s: the connection broke",
	               connection->uri);
}

int
tn_connection_answer(struct tn_connection *connection, int message_id,
                     struct tn_answer *ret, struct tn_err *err)
{
	struct tn_answer answer = { .result = LDAP_OTHER };
	LDAPMessage *message = NULL;
	int64_t budget = tn_connection_budget(connection);
	int status;
	int code;

	code =
	    tn_connection_wait(connection, message_id, &budget, &message, err);
	if (code != TN_OK)
		return code;
	status = LDAP_SUCCESS;
	if (ldap_msgtype(message) == LDAP_RES_EXTENDED)
		status = ldap_parse_extended_result(connection->ld, message,
		                                    NULL, &answer.data, 0);
	if (status == LDAP_SUCCESS)
		status = ldap_parse_result(connection->ld, message,
		                           &answer.result, NULL, &answer.words,
		                           NULL, &answer.controls, 0);
	ldap_msgfree(message);
	if (status != LDAP_SUCCESS) {
		tn_answer_done(&answer);
		tn_connection_destroy(connection);
		return tn_fail(err, TN_E_PROTOCOL, "%s: no LDAP answer",
		               connection->uri);
	}
	*ret = answer;
	return TN_OK;
}

void
tn_answer_done(struct tn_answer *answer)
{
	ldap_memfree(answer->words);
	ldap_controls_free(answer->controls);
	ber_bvfree(answer->data);
	memset(answer, 0, sizeof(*answer));
}
