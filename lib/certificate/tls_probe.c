#include "certificate/tls_probe.h"

#include <stdbool.h>
#include "certificate/pem.h"

static int
saw_hello(gnutls_session_t session, unsigned int type, unsigned int when,
          unsigned int incoming, const gnutls_datum_t *message)
{
	bool *hello = gnutls_session_get_ptr(session);

	(void)type;
	(void)when;
	(void)message;
	if (incoming)
		*hello = true;
	return 0;
}

static int
handshake(gnutls_session_t session)
{
	int status;

	do
		status = gnutls_handshake(session);
	while (status < 0 && !gnutls_error_is_fatal(status) &&
	       status != GNUTLS_E_AGAIN);
	return status;
}

/* With TLS 1.3 the handshake is over before the server has looked at the
   certificate that is not there: only an answer tells. */
static int
converse(gnutls_session_t session, const void *message, size_t len)
{
	char answer[64];
	ssize_t got;

	got = gnutls_record_send(session, message, len);
	if (got < 0)
		return (int)got;
	do
		got = gnutls_record_recv(session, answer, sizeof(answer));
	while (got == GNUTLS_E_INTERRUPTED);
	if (got == 0)
		return GNUTLS_E_PREMATURE_TERMINATION;
	return got < 0 ? (int)got : 0;
}

int
tn_tls_probe(int fd, const char *priority, const void *message, size_t len,
             enum tn_tls_answer *ret, struct tn_err *err)
{
	gnutls_certificate_credentials_t nothing = NULL;
	gnutls_session_t session = NULL;
	bool hello = false;
	int code = TN_OK;
	int status;

	status = gnutls_certificate_allocate_credentials(&nothing);
	if (status >= 0)
		status =
		    gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
	if (status >= 0)
		status = gnutls_priority_set_direct(session, priority, NULL);
	if (status >= 0)
		status = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE,
		                                nothing);
	if (status < 0) {
		code = tn_gnutls_fail(err, TN_E_INVALID, status, "TLS");
		goto out;
	}
	gnutls_session_set_ptr(session, &hello);
	gnutls_handshake_set_hook_function(session,
	                                   GNUTLS_HANDSHAKE_SERVER_HELLO,
	                                   GNUTLS_HOOK_POST, saw_hello);
	gnutls_transport_set_int(session, fd);
	/* The server's own certificate is looked at elsewhere. */
	status = handshake(session);
	if (status >= 0)
		status = converse(session, message, len);
	if (status == GNUTLS_E_AGAIN || status == GNUTLS_E_TIMEDOUT)
		code = tn_fail(err, TN_E_TIMEOUT, "TLS: no answer");
	else if (status >= 0)
		*ret = TN_TLS_OPEN;
	else
		*ret = hello ? TN_TLS_HELLO : TN_TLS_REFUSED;
out:
	if (session)
		gnutls_deinit(session);
	if (nothing)
		gnutls_certificate_free_credentials(nothing);
	return code;
}
