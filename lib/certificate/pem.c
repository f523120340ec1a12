#include "certificate/pem.h"

#include <string.h>
#include <time.h>
#include <gnutls/crypto.h>

#define SERIAL_BYTES 16
#define KEY_ID_MAX   64
#define EARLIER      300 /* seconds: clocks differ */
#define DAY_SECONDS  86400

int
tn_gnutls_fail(struct tn_err *err, int code, int status, const char *what)
{
	if (status == GNUTLS_E_MEMORY_ERROR)
		code = TN_E_NO_MEMORY;
	return tn_fail(err, code, "%s: %s", what, gnutls_strerror(status));
}

/* GnuTLS only reads through a datum. */
static gnutls_datum_t
as_datum(const char *text)
{
	union {
		const char *text;
		unsigned char *data;
	} cast = { .text = text };
	gnutls_datum_t datum = { .data = cast.data,
		                 .size = (unsigned int)strnlen(
		                     text, TN_CERTIFICATE_TEXT_MAX) };

	return datum;
}

int
tn_pem_key(const char *text, gnutls_x509_privkey_t *ret, struct tn_err *err)
{
	gnutls_datum_t datum = as_datum(text);
	gnutls_x509_privkey_t key = NULL;
	int status;

	status = gnutls_x509_privkey_init(&key);
	if (status >= 0)
		status = gnutls_x509_privkey_import(key, &datum,
		                                    GNUTLS_X509_FMT_PEM);
	if (status < 0) {
		gnutls_x509_privkey_deinit(key);
		return tn_gnutls_fail(err, TN_E_INVALID, status, "key");
	}
	*ret = key;
	return TN_OK;
}

int
tn_pem_certificate(const char *text, gnutls_x509_crt_t *ret, struct tn_err *err)
{
	gnutls_datum_t datum = as_datum(text);
	gnutls_x509_crt_t certificate = NULL;
	int status;

	status = gnutls_x509_crt_init(&certificate);
	if (status >= 0)
		status = gnutls_x509_crt_import(certificate, &datum,
		                                GNUTLS_X509_FMT_PEM);
	if (status < 0) {
		gnutls_x509_crt_deinit(certificate);
		return tn_gnutls_fail(err, TN_E_INVALID, status, "certificate");
	}
	*ret = certificate;
	return TN_OK;
}

int
tn_pem_take(gnutls_datum_t *text, char ret[TN_CERTIFICATE_TEXT_MAX],
            struct tn_err *err)
{
	int code = TN_OK;

	if (text->size >= TN_CERTIFICATE_TEXT_MAX) {
		code = tn_fail(err, TN_E_LIMIT, "a PEM text over %d bytes",
		               TN_CERTIFICATE_TEXT_MAX);
	} else {
		memcpy(ret, text->data, text->size);
		ret[text->size] = '\0';
	}
	gnutls_memset(text->data, 0, text->size);
	gnutls_free(text->data);
	text->data = NULL;
	return code;
}

int
tn_certificate_frame(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer,
                     int days, struct tn_err *err)
{
	const time_t now = time(NULL);
	unsigned char serial[SERIAL_BYTES];
	unsigned char id[KEY_ID_MAX];
	size_t id_len = sizeof(id);
	int status;

	status = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));
	if (status < 0)
		goto fail;
	serial[0] &= 0x7f; /* a positive number ... */
	serial[0] |= 0x40; /* ... of always the same length */
	status = gnutls_x509_crt_set_version(certificate, 3);
	if (status >= 0)
		status = gnutls_x509_crt_set_serial(certificate, serial,
		                                    sizeof(serial));
	if (status >= 0)
		status = gnutls_x509_crt_set_activation_time(certificate,
		                                             now - EARLIER);
	if (status >= 0)
		status = gnutls_x509_crt_set_expiration_time(
		    certificate, now + (time_t)days * DAY_SECONDS);
	if (status >= 0)
		status = gnutls_x509_crt_get_key_id(
		    certificate, GNUTLS_KEYID_USE_SHA1, id, &id_len);
	if (status >= 0)
		status =
		    gnutls_x509_crt_set_subject_key_id(certificate, id, id_len);
	if (status < 0)
		goto fail;
	if (issuer != NULL) {
		id_len = sizeof(id);
		status = gnutls_x509_crt_get_subject_key_id(issuer, id, &id_len,
		                                            NULL);
		if (status >= 0)
			status = gnutls_x509_crt_set_authority_key_id(
			    certificate, id, id_len);
		if (status < 0 &&
		    status != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			goto fail;
	}
	return TN_OK;
fail:
	return tn_gnutls_fail(err, TN_E_BUG, status, "certificate");
}
