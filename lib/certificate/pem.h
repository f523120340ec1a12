/* Between the PEM texts of certificate.h and GnuTLS' objects. Private. */
#ifndef TN_CERTIFICATE_PEM_H
#define TN_CERTIFICATE_PEM_H

#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include "base/err.h"
#include "certificate/certificate.h"

/* Sets the error to GnuTLS' words for status and returns code. */
int tn_gnutls_fail(struct tn_err *err, int code, int status, const char *what);

/* Read; the caller deinits. TN_E_INVALID when the text is none. */
int
tn_pem_key(const char *text, gnutls_x509_privkey_t *ret, struct tn_err *err);
int tn_pem_certificate(const char *text, gnutls_x509_crt_t *ret,
                       struct tn_err *err);

/* Copies a text of GnuTLS out, wipes it and frees it. */
int tn_pem_take(gnutls_datum_t *text, char ret[TN_CERTIFICATE_TEXT_MAX],
                struct tn_err *err);

/* What a new certificate always has: version 3, a random serial number of 16
   bytes, its time, its key's identifiers. */
int
tn_certificate_frame(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer,
                     int days, struct tn_err *err);

#endif
