/* The authority, and what it signs. */
#include <string.h>
#include <criterion/criterion.h>
#include <gnutls/x509.h>
#include "certificate/certificate.h"

#define SERIAL "00112233445566778899aabbccddeeff"

static char ca_key[TN_CERTIFICATE_TEXT_MAX];
static char ca[TN_CERTIFICATE_TEXT_MAX];
static char key[TN_CERTIFICATE_TEXT_MAX];
static char request[TN_CERTIFICATE_TEXT_MAX];
static char crt[TN_CERTIFICATE_TEXT_MAX];
static struct tn_err err = TN_ERR_INIT;

static void
start(void)
{
	cr_assert_eq(tn_certificate_key(ca_key, &err), TN_OK);
	cr_assert_eq(tn_certificate_authority(ca_key, "示例公司", ca, &err),
	             TN_OK, "%s", err.text);
	cr_assert_eq(tn_certificate_key(key, &err), TN_OK);
	cr_assert_eq(
	    tn_certificate_request(key, "web01.example.org", request, &err),
	    TN_OK, "%s", err.text);
}

TestSuite(certificate, .init = start);

static gnutls_x509_crt_t
parse(char *text)
{
	gnutls_x509_crt_t parsed = NULL;
	gnutls_datum_t datum = { (unsigned char *)text,
		                 (unsigned int)strlen(text) };

	cr_assert_eq(gnutls_x509_crt_init(&parsed), 0);
	cr_assert_eq(
	    gnutls_x509_crt_import(parsed, &datum, GNUTLS_X509_FMT_PEM), 0);
	return parsed;
}

static void
sign(void)
{
	cr_assert_eq(tn_certificate_sign(request, "web01.example.org", SERIAL,
	                                 ca, ca_key, crt, &err),
	             TN_OK, "%s", err.text);
}

Test(certificate, subject_is_made_by_the_authority_in_the_order_slapd_maps)
{
	gnutls_x509_crt_t parsed;
	gnutls_datum_t dn = { NULL, 0 };

	sign();
	parsed = parse(crt);
	cr_assert_eq(gnutls_x509_crt_get_dn3(parsed, &dn, 0), 0);
	cr_expect_str_eq((char *)dn.data,
	                 "CN=web01.example.org,serialNumber=" SERIAL
	                 ",OU=hosts,O=Tenure");
	gnutls_free(dn.data);
	gnutls_x509_crt_deinit(parsed);
}

Test(certificate, of_a_host_is_for_clients_and_is_no_authority)
{
	gnutls_x509_crt_t parsed;
	char purpose[64] = "";
	size_t size = sizeof(purpose);
	unsigned int is_ca = 9;

	sign();
	parsed = parse(crt);
	cr_expect_eq(gnutls_x509_crt_get_key_purpose_oid(parsed, 0, purpose,
	                                                 &size, NULL),
	             0);
	cr_expect_str_eq(purpose, GNUTLS_KP_TLS_WWW_CLIENT);
	cr_expect_eq(
	    gnutls_x509_crt_get_basic_constraints(parsed, NULL, &is_ca, NULL),
	    0);
	gnutls_x509_crt_deinit(parsed);
}

Test(certificate, checks_against_its_key_and_its_authority)
{
	char name[TN_HOST_NAME_MAX + 1];
	char other[TN_CERTIFICATE_TEXT_MAX];

	sign();
	cr_expect_eq(tn_certificate_check(crt, key, ca, &err), TN_OK, "%s",
	             err.text);
	cr_expect_eq(tn_certificate_check(crt, ca_key, ca, &err), TN_E_INVALID);
	cr_assert_eq(tn_certificate_authority(key, "Other", other, &err),
	             TN_OK);
	cr_expect_eq(tn_certificate_check(crt, key, other, &err), TN_E_INVALID);
	cr_assert_eq(tn_certificate_name(crt, name, &err), TN_OK);
	cr_expect_str_eq(name, "web01.example.org");
}

Test(certificate, request_for_another_host_is_refused)
{
	cr_expect_eq(tn_certificate_sign(request, "web02.example.org", SERIAL,
	                                 ca, ca_key, crt, &err),
	             TN_E_INVALID);
}

/* The subject's serialNumber is half of what identifies a host. */
Test(certificate, serial_that_is_not_32_hexadecimal_digits_is_refused)
{
	static const char *const bad[] = { "",
		                           "*",
		                           "00",
		                           SERIAL "0",
		                           "00112233445566778899AABBCCDDEEFF",
		                           "0011223344556677*8899aabbccddeef" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(tn_certificate_sign(request, "web01.example.org",
		                                 bad[i], ca, ca_key, crt, &err),
		             TN_E_INVALID, "%s", bad[i]);
}

Test(certificate, request_whose_signature_is_broken_is_refused)
{
	char *at = strstr(request, "-----END");

	at -= 12;
	*at = *at == 'A' ? 'B' : 'A';
	cr_expect_eq(tn_certificate_sign(request, "web01.example.org", SERIAL,
	                                 ca, ca_key, crt, &err),
	             TN_E_INVALID);
}

Test(certificate, of_a_server_carries_its_names_and_addresses)
{
	gnutls_x509_crt_t parsed;
	char name[TN_HOST_NAME_MAX + 1];
	char first[TN_HOST_NAME_MAX + 1];

	cr_assert_eq(tn_certificate_provider(
	                 request, "web01.example.org", SERIAL,
	                 "10.0.0.1, ldap.example.org,::1", ca, ca_key, crt,
	                 &err),
	             TN_OK, "%s", err.text);
	parsed = parse(crt);
	cr_expect(gnutls_x509_crt_check_hostname(parsed, "ldap.example.org"));
	cr_expect(gnutls_x509_crt_check_hostname(parsed, "10.0.0.1"));
	cr_expect(gnutls_x509_crt_check_hostname(parsed, "::1"));
	cr_expect_not(gnutls_x509_crt_check_hostname(parsed, "10.0.0.2"));
	gnutls_x509_crt_deinit(parsed);
	cr_expect_eq(tn_certificate_check(crt, key, ca, &err), TN_OK);
	cr_expect_eq(tn_certificate_name(crt, name, &err), TN_OK);
	cr_expect_str_eq(name, "web01.example.org");
	cr_expect_eq(tn_certificate_first_name(crt, first, &err), TN_OK);
	cr_expect_str_eq(first, "ldap.example.org");
	cr_expect_eq(tn_certificate_provider(request, "web01.example.org",
	                                     SERIAL, "*.example.org", ca,
	                                     ca_key, crt, &err),
	             TN_E_INVALID);
	cr_expect_eq(tn_certificate_provider(request, "web01.example.org",
	                                     SERIAL, "", ca, ca_key, crt,
	                                     &err),
	             TN_E_INVALID);
	cr_expect_eq(tn_certificate_provider(request, "provider2", SERIAL,
	                                     "ldap.example.org", ca, ca_key,
	                                     crt, &err),
	             TN_E_INVALID);
}

Test(certificate, texts_that_are_none_are_refused)
{
	static const char hollow[] = "-----BEGIN CERTIFICATE-----\nAAAA\n"
	                             "-----END CERTIFICATE-----\n";
	static const char *const bad[] = { "", "garbage", hollow };
	char name[TN_HOST_NAME_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect_eq(tn_certificate_name(bad[i], name, &err),
		             TN_E_INVALID);
		cr_expect_eq(tn_certificate_check(bad[i], key, ca, &err),
		             TN_E_INVALID);
		cr_expect_eq(tn_certificate_authority(bad[i], "x", crt, &err),
		             TN_E_INVALID);
	}
}

Test(certificate, host_names_are_plain)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = {
		{ "web01", TN_OK },
		{ "web01.example.org", TN_OK },
		{ "a", TN_OK },
		{ "10-0-0-1", TN_OK },
		{ "", TN_E_INVALID },
		{ "*", TN_E_INVALID },
		{ "Web01", TN_E_INVALID },
		{ "web_01", TN_E_INVALID },
		{ ".web01", TN_E_INVALID },
		{ "web01.", TN_E_INVALID },
		{ "-web01", TN_E_INVALID },
		{ "web01-", TN_E_INVALID },
		{ "web)(cn=*", TN_E_INVALID },
		{ "a,ou=b", TN_E_INVALID },
		{ "w\303\251b", TN_E_INVALID },
	};
	char long_name[TN_HOST_NAME_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(tn_host_name_check(rows[i].name, &err),
		             rows[i].code, "\"%s\"", rows[i].name);
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	cr_expect_eq(tn_host_name_check(long_name, &err), TN_E_INVALID);
	long_name[TN_HOST_NAME_MAX] = '\0';
	cr_expect_eq(tn_host_name_check(long_name, &err), TN_OK);
}
