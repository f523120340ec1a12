/* How far a TLS server lets a stranger come, who shows no certificate. */
#ifndef TN_CERTIFICATE_TLS_PROBE_H
#define TN_CERTIFICATE_TLS_PROBE_H

#include <stddef.h>
#include "base/err.h"

#define TN_TLS_MODERN "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define TN_TLS_OLD    "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT"

enum tn_tls_answer {
	TN_TLS_REFUSED = 1, /* no server hello: version or ciphers */
	TN_TLS_HELLO,       /* a hello, and then no entry */
	TN_TLS_OPEN,        /* what was sent over TLS was answered */
};

/*
 * A handshake on a connected socket, then one message and its answer.
 * fd       with SO_RCVTIMEO and SO_SNDTIMEO; the caller closes it.
 * message  sent once TLS stands: a harmless request of the protocol above.
 * Errors: TN_E_INVALID (the priority string), TN_E_NO_MEMORY, TN_E_TIMEOUT.
 */
int tn_tls_probe(int fd, const char *priority, const void *message, size_t len,
                 enum tn_tls_answer *ret, struct tn_err *err);

#endif
