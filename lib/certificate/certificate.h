/*
 * The certificates of DESIGN section 4: a small authority kept by root on the
 * first directory server, and a certificate for each directory server and
 * each host, whose key never leaves it. The only user of GnuTLS' X.509 part.
 * PEM throughout.
 */
#ifndef TN_CERTIFICATE_CERTIFICATE_H
#define TN_CERTIFICATE_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define TN_CERTIFICATE_TEXT_MAX 16384 /* bytes of one PEM text, with NUL */
#define TN_SERIAL_TEXT_MAX      40    /* 32 hexadecimal digits and a NUL */
#define TN_HOST_NAME_MAX        253

/* [a-z0-9.-]+, 1 to TN_HOST_NAME_MAX bytes, no dot or dash at its ends. */
int tn_host_name_check(const char *name, struct tn_err *err);

/* A new P-256 key, PEM. The caller wipes it. */
int tn_certificate_key(char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

/* A self-signed authority (basicConstraints CA, keyCertSign), 10 years. */
int
tn_certificate_authority(const char *key, const char *organisation,
                         char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

/* A request (PKCS#10) for a host or a provider, signed by its
   key. */
int
tn_certificate_request(const char *key, const char *host,
                       char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

/*
 * Sign a request. The subject is made here, whatever the request says:
 * O=Tenure, OU=hosts, serialNumber=SERIAL, CN=host. The request's signature
 * is checked and its cn must be host. clientAuth, 2 years.
 * serial  32 random hexadecimal digits, the host entry's serialNumber.
 */
int
tn_certificate_sign(const char *request, const char *host, const char *serial,
                    const char *authority, const char *authority_key,
                    char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

/*
 * The same for a directory server: subject O=Tenure, OU=providers,
 * serialNumber=SERIAL, CN=provider, by which the other provider knows it, and
 * DNS and IP names (comma-separated list: "ldap.example.org,10.0.0.1"), by
 * which everybody does. serverAuth and clientAuth.
 */
int
tn_certificate_provider(const char *request, const char *provider,
                        const char *serial, const char *names,
                        const char *authority, const char *authority_key,
                        char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

/* Does a certificate belong to a key and chain to an authority, now? */
int tn_certificate_check(const char *certificate, const char *key,
                         const char *authority, struct tn_err *err);
/* The cn of a certificate's subject. */
int tn_certificate_name(const char *certificate, char ret[TN_HOST_NAME_MAX + 1],
                        struct tn_err *err);
/* The first DNS name that it is for. TN_E_NOT_FOUND where there is none. */
int tn_certificate_first_name(const char *certificate,
                              char ret[TN_HOST_NAME_MAX + 1],
                              struct tn_err *err);
/* When it ends: seconds since 1970. */
int tn_certificate_until(const char *certificate, int64_t *ret,
                         struct tn_err *err);

#endif
