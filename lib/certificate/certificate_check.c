/* What an administrator or a joining host wants to know of a certificate. */
#include "certificate/certificate.h"

#include <string.h>
#include "certificate/pem.h"

#define KEY_ID_MAX 64

static int
check_key(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, struct tn_err *err)
{
	unsigned char of_crt[KEY_ID_MAX];
	unsigned char of_key[KEY_ID_MAX];
	size_t crt_len = sizeof(of_crt);
	size_t key_len = sizeof(of_key);
	int status;

	status = gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256,
	                                    of_crt, &crt_len);
	if (status >= 0)
		status = gnutls_x509_privkey_get_key_id(
		    key, GNUTLS_KEYID_USE_SHA256, of_key, &key_len);
	if (status < 0)
		return tn_gnutls_fail(err, TN_E_INVALID, status, "key");
	if (crt_len != key_len || memcmp(of_crt, of_key, key_len) != 0)
		return tn_fail(err, TN_E_INVALID,
		               "the certificate is of another key");
	return TN_OK;
}

static int
check_chain(gnutls_x509_crt_t crt, gnutls_x509_crt_t ca, struct tn_err *err)
{
	unsigned int verdict = 0;
	int status;

	status = gnutls_x509_crt_verify(crt, &ca, 1, 0, &verdict);
	if (status < 0)
		return tn_gnutls_fail(err, TN_E_INVALID, status, "certificate");
	if ((verdict & GNUTLS_CERT_EXPIRED) != 0)
		return tn_fail(err, TN_E_INVALID,
		               "the certificate, or its "
		               "authority's, has expired");
	if ((verdict & GNUTLS_CERT_NOT_ACTIVATED) != 0)
		return tn_fail(err, TN_E_INVALID,
		               "the certificate is not valid yet: a wrong "
		               "clock?");
	if (verdict != 0)
		return tn_fail(err, TN_E_INVALID,
		               "the certificate is not of this authority");
	return TN_OK;
}

int
tn_certificate_check(const char *certificate, const char *key_text,
                     const char *authority, struct tn_err *err)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	gnutls_x509_crt_t ca = NULL;
	int code;

	code = tn_pem_certificate(certificate, &crt, err);
	if (code == TN_OK)
		code = tn_pem_key(key_text, &key, err);
	if (code == TN_OK)
		code = tn_pem_certificate(authority, &ca, err);
	if (code == TN_OK)
		code = check_key(crt, key, err);
	if (code == TN_OK)
		code = check_chain(crt, ca, err);
	gnutls_x509_crt_deinit(ca);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	return code;
}

int
tn_certificate_name(const char *certificate, char ret[TN_HOST_NAME_MAX + 1],
                    struct tn_err *err)
{
	char name[TN_HOST_NAME_MAX + 1] = "";
	size_t size = sizeof(name);
	gnutls_x509_crt_t crt = NULL;
	int status;
	int code;

	code = tn_pem_certificate(certificate, &crt, err);
	if (code != TN_OK)
		return code;
	status = gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
	                                       0, 0, name, &size);
	gnutls_x509_crt_deinit(crt);
	if (status < 0)
		return tn_gnutls_fail(err, TN_E_INVALID, status,
		                      "the certificate's name");
	/* A NUL inside would hide what is behind it. */
	if (strlen(name) != size)
		return tn_fail(err, TN_E_INVALID,
		               "the certificate's name holds a NUL");
	memcpy(ret, name, sizeof(name));
	return TN_OK;
}

int
tn_certificate_first_name(const char *certificate,
                          char ret[TN_HOST_NAME_MAX + 1], struct tn_err *err)
{
	char name[TN_HOST_NAME_MAX + 1];
	gnutls_x509_crt_t crt = NULL;
	unsigned int i = 0;
	size_t size;
	int status;
	int code;

	code = tn_pem_certificate(certificate, &crt, err);
	if (code != TN_OK)
		return code;
	do {
		memset(name, 0, sizeof(name));
		size = sizeof(name) - 1;
		status = gnutls_x509_crt_get_subject_alt_name(crt, i++, name,
		                                              &size, NULL);
	} while (status >= 0 && status != GNUTLS_SAN_DNSNAME);
	gnutls_x509_crt_deinit(crt);
	if (status < 0)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "the certificate is for no name");
	code = tn_host_name_check(name, err);
	if (code == TN_OK)
		memcpy(ret, name, sizeof(name));
	return code;
}

int
tn_certificate_until(const char *certificate, int64_t *ret, struct tn_err *err)
{
	gnutls_x509_crt_t crt = NULL;
	time_t until;
	int code;

	code = tn_pem_certificate(certificate, &crt, err);
	if (code != TN_OK)
		return code;
	until = gnutls_x509_crt_get_expiration_time(crt);
	gnutls_x509_crt_deinit(crt);
	if (until == (time_t)-1)
		return tn_fail(err, TN_E_INVALID,
		               "the certificate does not say when it ends");
	*ret = (int64_t)until;
	return TN_OK;
}
