/* Keys and the authority. */
#include "certificate/certificate.h"

#include <string.h>
#include "certificate/pem.h"

#define AUTHORITY_DAYS 3652

int
tn_host_name_check(const char *name, struct tn_err *err)
{
	size_t len = strnlen(name, TN_HOST_NAME_MAX + 1);
	size_t i;

	if (len == 0 || len > TN_HOST_NAME_MAX)
		return tn_fail(err, TN_E_INVALID,
		               "a host name has 1 to %d characters",
		               TN_HOST_NAME_MAX);
	for (i = 0; i < len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", name[i]) ==
		    NULL)
			return tn_fail(err, TN_E_INVALID,
			               "host name \"%s\": only a-z, 0-9, dot "
			               "and dash",
			               name);
	if (strchr(".-", name[0]) != NULL ||
	    strchr(".-", name[len - 1]) != NULL)
		return tn_fail(err, TN_E_INVALID,
		               "host name \"%s\": a dot or dash at its end",
		               name);
	return TN_OK;
}

int
tn_certificate_key(char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_datum_t text = { NULL, 0 };
	int status;
	int code;

	status = gnutls_x509_privkey_init(&key);
	if (status >= 0)
		status = gnutls_x509_privkey_generate(
		    key, GNUTLS_PK_ECDSA,
		    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	if (status >= 0)
		status = gnutls_x509_privkey_export2_pkcs8(
		    key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &text);
	if (status < 0)
		code = tn_gnutls_fail(err, TN_E_BUG, status, "new key");
	else
		code = tn_pem_take(&text, ret, err);
	gnutls_x509_privkey_deinit(key);
	return code;
}

static int
set_name(gnutls_x509_crt_t certificate, const char *oid, const char *value)
{
	return gnutls_x509_crt_set_dn_by_oid(certificate, oid, 0, value,
	                                     (unsigned int)strlen(value));
}

int
tn_certificate_authority(const char *key_text, const char *organisation,
                         char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t text = { NULL, 0 };
	int status;
	int code;

	code = tn_pem_key(key_text, &key, err);
	if (code != TN_OK)
		return code;
	status = gnutls_x509_crt_init(&crt);
	if (status >= 0)
		status = set_name(crt, GNUTLS_OID_X520_ORGANIZATION_NAME,
		                  organisation);
	if (status >= 0)
		status = set_name(crt, GNUTLS_OID_X520_COMMON_NAME,
		                  "Tenure authority");
	if (status >= 0)
		status = gnutls_x509_crt_set_key(crt, key);
	/* Path length 0: nobody below may be an authority. */
	if (status >= 0)
		status = gnutls_x509_crt_set_basic_constraints(crt, 1, 0);
	if (status >= 0)
		status = gnutls_x509_crt_set_key_usage(
		    crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
	if (status < 0) {
		code = tn_gnutls_fail(err, TN_E_INVALID, status, "authority");
		goto out;
	}
	code = tn_certificate_frame(crt, NULL, AUTHORITY_DAYS, err);
	if (code != TN_OK)
		goto out;
	status = gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
	if (status >= 0)
		status =
		    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text);
	if (status < 0)
		code = tn_gnutls_fail(err, TN_E_BUG, status, "authority");
	else
		code = tn_pem_take(&text, ret, err);
out:
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
	return code;
}
