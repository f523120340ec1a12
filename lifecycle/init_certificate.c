#include "config.h"
#include "init_certificate.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "host_verb.h"
#include "secret/secret.h"

int
init_certificates_new(const struct init_plan *plan,
                      struct init_certificates *ret, struct tn_err *err)
{
	char request[TN_CERTIFICATE_TEXT_MAX];
	char name[16];
	int status;

	snprintf(name, sizeof(name), INIT_PROVIDER_CN, plan->provider);
	tn_random_hex(16, ret->serial);
	status = tn_certificate_key(ret->authority_key, err);
	if (status == TN_OK)
		status = tn_certificate_authority(ret->authority_key,
		                                  plan->organisation,
		                                  ret->authority, err);
	if (status == TN_OK)
		status = tn_certificate_key(ret->server_key, err);
	if (status == TN_OK)
		status = tn_certificate_request(ret->server_key, name, request,
		                                err);
	if (status == TN_OK)
		status = tn_certificate_provider(
		    request, name, ret->serial, plan->server_names,
		    ret->authority, ret->authority_key, ret->server, err);
	return status;
}

int
init_server_key(const struct init_plan *plan, char ret[TN_CERTIFICATE_TEXT_MAX],
                struct tn_err *err)
{
	int status = host_read(INIT_SERVER_KEY, HOST_FILE_ANY, ret, err);

	if (status != TN_E_NOT_FOUND)
		return status;
	status = tn_certificate_key(ret, err);
	if (status == TN_OK)
		status = tn_file_save(INIT_SERVER_KEY, ret, strlen(ret), 0400,
		                      plan->slapd_uid, plan->slapd_gid, err);
	return status;
}
