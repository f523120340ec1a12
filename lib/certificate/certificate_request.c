/* A host or a provider asks, the authority signs: only these two texts
   travel. */
#include "certificate/certificate.h"

#include <string.h>
#include <arpa/inet.h>
#include "base/text.h"
#include "certificate/pem.h"

#define DAYS      730
#define NAMES_MAX 32 /* of one server */

static int
set_request_name(gnutls_x509_crq_t request, const char *oid, const char *value)
{
	return gnutls_x509_crq_set_dn_by_oid(request, oid, 0, value,
	                                     (unsigned int)strlen(value));
}

int
tn_certificate_request(const char *key_text, const char *host,
                       char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crq_t request = NULL;
	gnutls_datum_t text = { NULL, 0 };
	int status;
	int code;

	code = tn_host_name_check(host, err);
	if (code != TN_OK)
		return code;
	code = tn_pem_key(key_text, &key, err);
	if (code != TN_OK)
		return code;
	status = gnutls_x509_crq_init(&request);
	if (status >= 0)
		status = gnutls_x509_crq_set_version(request, 1);
	if (status >= 0)
		status = set_request_name(request, GNUTLS_OID_X520_COMMON_NAME,
		                          host);
	if (status >= 0)
		status = gnutls_x509_crq_set_key(request, key);
	if (status >= 0)
		status =
		    gnutls_x509_crq_sign2(request, key, GNUTLS_DIG_SHA256, 0);
	if (status >= 0)
		status = gnutls_x509_crq_export2(request, GNUTLS_X509_FMT_PEM,
		                                 &text);
	if (status < 0)
		code = tn_gnutls_fail(err, TN_E_INVALID, status, "request");
	else
		code = tn_pem_take(&text, ret, err);
	gnutls_x509_crq_deinit(request);
	gnutls_x509_privkey_deinit(key);
	return code;
}

static int
read_request(const char *text, const char *host, gnutls_x509_crq_t *ret,
             struct tn_err *err)
{
	char name[TN_HOST_NAME_MAX + 1] = "";
	union {
		const char *text;
		unsigned char *data;
	} cast = { .text = text };
	gnutls_datum_t datum = { .data = cast.data,
		                 .size = (unsigned int)strnlen(
		                     text, TN_CERTIFICATE_TEXT_MAX) };
	gnutls_x509_crq_t request = NULL;
	size_t name_size = sizeof(name);
	size_t second = sizeof(name);
	int status;
	int code = TN_OK;

	status = gnutls_x509_crq_init(&request);
	if (status >= 0)
		status = gnutls_x509_crq_import(request, &datum,
		                                GNUTLS_X509_FMT_PEM);
	if (status < 0) {
		code = tn_gnutls_fail(err, TN_E_INVALID, status, "request");
		goto out;
	}
	status = gnutls_x509_crq_verify(request, 0);
	if (status < 0) {
		code = tn_gnutls_fail(err, TN_E_INVALID, status,
		                      "the request's own signature");
		goto out;
	}
	status = gnutls_x509_crq_get_dn_by_oid(
	    request, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &name_size);
	if (status < 0 || strcmp(name, host) != 0) {
		code = tn_fail(err, TN_E_INVALID,
		               "the request is of another host than %s", host);
		goto out;
	}
	status = gnutls_x509_crq_get_dn_by_oid(
	    request, GNUTLS_OID_X520_COMMON_NAME, 1, 0, NULL, &second);
	if (status != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
		code = tn_fail(err, TN_E_INVALID,
		               "the request has more than one name");
		goto out;
	}
	*ret = request;
	request = NULL;
out:
	gnutls_x509_crq_deinit(request);
	return code;
}

static int
check_serial(const char *serial, struct tn_err *err)
{
	size_t len = strnlen(serial, TN_SERIAL_TEXT_MAX);

	if (len != 32 || strspn(serial, "0123456789abcdef") != len)
		return tn_fail(err, TN_E_INVALID,
		               "a serial number has 32 hexadecimal "
		               "digits");
	return TN_OK;
}

/* In this order, so that slapd sees
   cn=HOST,serialNumber=...,ou=UNIT,o=Tenure. */
static int
set_subject(gnutls_x509_crt_t crt, const char *unit, const char *host,
            const char *serial)
{
	const struct {
		const char *oid;
		const char *value;
	} parts[] = {
		{ GNUTLS_OID_X520_ORGANIZATION_NAME, "Tenure" },
		{ GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME, unit },
		{ "2.5.4.5", serial }, /* serialNumber */
		{ GNUTLS_OID_X520_COMMON_NAME, host },
	};
	size_t i;
	int status = 0;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && status >= 0; i++)
		status = gnutls_x509_crt_set_dn_by_oid(
		    crt, parts[i].oid, 0, parts[i].value,
		    (unsigned int)strlen(parts[i].value));
	return status;
}

static int
add_name(gnutls_x509_crt_t crt, const char *name, struct tn_err *err)
{
	unsigned char address[sizeof(struct in6_addr)];
	int status;
	int code;

	if (inet_pton(AF_INET, name, address) == 1) {
		status = gnutls_x509_crt_set_subject_alt_name(
		    crt, GNUTLS_SAN_IPADDRESS, address, 4, GNUTLS_FSAN_APPEND);
	} else if (inet_pton(AF_INET6, name, address) == 1) {
		status = gnutls_x509_crt_set_subject_alt_name(
		    crt, GNUTLS_SAN_IPADDRESS, address, 16, GNUTLS_FSAN_APPEND);
	} else {
		code = tn_host_name_check(name, err);
		if (code != TN_OK)
			return code;
		status = gnutls_x509_crt_set_subject_alt_name(
		    crt, GNUTLS_SAN_DNSNAME, name, (unsigned int)strlen(name),
		    GNUTLS_FSAN_APPEND);
	}
	if (status < 0)
		return tn_gnutls_fail(err, TN_E_BUG, status, name);
	return TN_OK;
}

static int
add_names(gnutls_x509_crt_t crt, const char *names, struct tn_err *err)
{
	char name[TN_HOST_NAME_MAX + 1];
	size_t count = 0;
	size_t len;
	int code;

	do {
		len = strcspn(names, ",");
		if (len > TN_HOST_NAME_MAX || count == NAMES_MAX)
			return tn_fail(err, TN_E_LIMIT,
			               "too many or too long server names");
		memcpy(name, names, len);
		name[len] = '\0';
		tn_text_trim(name);
		code = add_name(crt, name, err);
		if (code != TN_OK)
			return code;
		count++;
		names += len;
	} while (*names++ == ',');
	return TN_OK;
}

/* names: of a server, or NULL for who only ever asks one. */
static int
sign(const char *request_text, const char *unit, const char *host,
     const char *serial, const char *names, const char *authority,
     const char *authority_key, char ret[TN_CERTIFICATE_TEXT_MAX],
     struct tn_err *err)
{
	gnutls_x509_crq_t request = NULL;
	gnutls_x509_privkey_t ca_key = NULL;
	gnutls_pubkey_t public_key = NULL;
	gnutls_x509_crt_t ca = NULL;
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t text = { NULL, 0 };
	int status;
	int code;

	code = tn_host_name_check(host, err);
	if (code == TN_OK)
		code = check_serial(serial, err);
	if (code == TN_OK)
		code = read_request(request_text, host, &request, err);
	if (code == TN_OK)
		code = tn_pem_key(authority_key, &ca_key, err);
	if (code == TN_OK)
		code = tn_pem_certificate(authority, &ca, err);
	if (code != TN_OK)
		goto out;
	/* Only the key is taken over: no name, no extension. */
	status = gnutls_pubkey_init(&public_key);
	if (status >= 0)
		status = gnutls_pubkey_import_x509_crq(public_key, request, 0);
	if (status >= 0)
		status = gnutls_x509_crt_init(&crt);
	if (status >= 0)
		status = gnutls_x509_crt_set_pubkey(crt, public_key);
	if (status >= 0)
		status = set_subject(crt, unit, host, serial);
	if (status >= 0)
		status = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	if (status >= 0)
		status = gnutls_x509_crt_set_key_usage(
		    crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (status >= 0)
		status = gnutls_x509_crt_set_key_purpose_oid(
		    crt, GNUTLS_KP_TLS_WWW_CLIENT, 0);
	if (status >= 0 && names != NULL)
		status = gnutls_x509_crt_set_key_purpose_oid(
		    crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	if (status < 0) {
		code = tn_gnutls_fail(err, TN_E_INVALID, status,
		                      "certificate");
		goto out;
	}
	code = names != NULL ? add_names(crt, names, err) : TN_OK;
	if (code == TN_OK)
		code = tn_certificate_frame(crt, ca, DAYS, err);
	if (code != TN_OK)
		goto out;
	status = gnutls_x509_crt_sign2(crt, ca, ca_key, GNUTLS_DIG_SHA256, 0);
	if (status >= 0)
		status =
		    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text);
	if (status < 0)
		code = tn_gnutls_fail(err, TN_E_INVALID, status,
		                      "certificate");
	else
		code = tn_pem_take(&text, ret, err);
out:
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_crt_deinit(ca);
	gnutls_pubkey_deinit(public_key);
	gnutls_x509_privkey_deinit(ca_key);
	gnutls_x509_crq_deinit(request);
	return code;
}

int
tn_certificate_sign(const char *request, const char *host, const char *serial,
                    const char *authority, const char *authority_key,
                    char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	return sign(request, "hosts", host, serial, NULL, authority,
	            authority_key, ret, err);
}

int
tn_certificate_provider(const char *request, const char *provider,
                        const char *serial, const char *names,
                        const char *authority, const char *authority_key,
                        char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err)
{
	return sign(request, "providers", provider, serial, names, authority,
	            authority_key, ret, err);
}
