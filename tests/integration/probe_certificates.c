#include "probe.h"

#include <stdio.h>
#include <string.h>
#include "base/file.h"
#include "certificate/certificate.h"

static char ca_key[TN_CERTIFICATE_TEXT_MAX];
static char ca[TN_CERTIFICATE_TEXT_MAX];

static void
save(const char *folder, const char *name, const char *text)
{
	struct tn_err err = TN_ERR_INIT;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	must(tn_file_save(path, text, strlen(text), 0600, (uid_t)-1, (gid_t)-1,
	                  &err) == TN_OK,
	     "%s", err.text);
}

static void
host(const char *folder, const char *file, const char *name, const char *serial)
{
	static char key[TN_CERTIFICATE_TEXT_MAX];
	static char request[TN_CERTIFICATE_TEXT_MAX];
	static char crt[TN_CERTIFICATE_TEXT_MAX];
	struct tn_err err = TN_ERR_INIT;
	char path[64];

	must(tn_certificate_key(key, &err) == TN_OK &&
	         tn_certificate_request(key, name, request, &err) == TN_OK &&
	         tn_certificate_sign(request, name, serial, ca, ca_key, crt,
	                             &err) == TN_OK,
	     "%s", err.text);
	snprintf(path, sizeof(path), "%s.key", file);
	save(folder, path, key);
	snprintf(path, sizeof(path), "%s.crt", file);
	save(folder, path, crt);
}

void
probe_certificates(const char *folder)
{
	static char key[TN_CERTIFICATE_TEXT_MAX];
	static char crt[TN_CERTIFICATE_TEXT_MAX];
	static char request[TN_CERTIFICATE_TEXT_MAX];
	struct tn_err err = TN_ERR_INIT;

	must(tn_certificate_key(ca_key, &err) == TN_OK &&
	         tn_certificate_authority(ca_key, "Example", ca, &err) ==
	             TN_OK &&
	         tn_certificate_key(key, &err) == TN_OK &&
	         tn_certificate_request(key, "provider1", request, &err) ==
	             TN_OK &&
	         tn_certificate_provider(request, "provider1",
	                                 "0123456789abcdef0123456789abcdef",
	                                 "127.0.0.1", ca, ca_key, crt,
	                                 &err) == TN_OK,
	     "%s", err.text);
	save(folder, "ca.crt", ca);
	save(folder, "server.key", key);
	save(folder, "server.crt", crt);
	host(folder, "host", "host1.example.org",
	     "00112233445566778899aabbccddeeff");
	/* The same name, a number that no entry has: withdrawn. */
	host(folder, "withdrawn", "host1.example.org",
	     "ffffffffffffffffffffffffffffffff");
	/* A host's certificate whose name is the server's address. */
	host(folder, "posing", "127.0.0.1", "0123456789abcdef0123456789abcdef");
	must(tn_certificate_authority(key, "Somebody else", crt, &err) == TN_OK,
	     "%s", err.text);
	save(folder, "stranger.crt", crt);
}
