/* The keys and certificates of a directory server, as `tenure init` makes
   them. */
#ifndef TN_LIFECYCLE_INIT_CERTIFICATE_H
#define TN_LIFECYCLE_INIT_CERTIFICATE_H

#include "base/err.h"
#include "certificate/certificate.h"
#include "init_plan.h"

#define INIT_SERVER_KEY  TENURE_SYSCONFDIR "/server.key"
#define INIT_SERVER      TENURE_SYSCONFDIR "/server.crt"
#define INIT_PROVIDER_CN "provider%d" /* of the subject */

/* PEM; "" is not on this machine. */
struct init_certificates {
	char authority_key[TN_CERTIFICATE_TEXT_MAX];
	char authority[TN_CERTIFICATE_TEXT_MAX];
	char server_key[TN_CERTIFICATE_TEXT_MAX]; /* "": lies there already */
	char server[TN_CERTIFICATE_TEXT_MAX];
	char serial[TN_SERIAL_TEXT_MAX]; /* of the server's subject */
};

/* A new authority, and the first provider's own. The caller wipes ret. */
int init_certificates_new(const struct init_plan *plan,
                          struct init_certificates *ret, struct tn_err *err);

/* The second provider's key, on its machine: made by its first step, or by an
   earlier one. The caller wipes it. */
int init_server_key(const struct init_plan *plan,
                    char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

#endif
