#include "config.h"
#include "init_provider.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "config/config.h"
#include "host_verb.h"
#include "init_build.h"
#include "init_certificate.h"
#include "init_place.h"
#include "init_slapd.h"
#include "secret/secret.h"
#include "upgrade.h"

int
init_provider_ask(struct init_plan *plan, const char *request_out,
                  struct tn_err *err)
{
	char key[TN_CERTIFICATE_TEXT_MAX];
	char text[TN_CERTIFICATE_TEXT_MAX];
	char name[16];
	int status;

	snprintf(name, sizeof(name), INIT_PROVIDER_CN, plan->provider);
	status = tn_secret_start(err);
	if (status != TN_OK)
		return status;
	if (mkdir(TENURE_SYSCONFDIR, 0755) && errno != EEXIST)
		return tn_fail_errno(err, TN_E_IO, errno, TENURE_SYSCONFDIR);
	status = init_server_key(plan, key, err);
	if (status == TN_OK)
		status = tn_certificate_request(key, name, text, err);
	tn_wipe(key, sizeof(key));
	if (status == TN_OK)
		status = tn_file_save(request_out, text, strlen(text), 0644,
		                      (uid_t)-1, (gid_t)-1, err);
	return status;
}

static int
sign(const char *name, const struct init_plan *plan, const char *request_path,
     const char *serial, struct init_bundle *bundle, struct tn_err *err)
{
	char request[TN_CERTIFICATE_TEXT_MAX];
	char key[TN_CERTIFICATE_TEXT_MAX];
	int status;

	status = host_read(request_path, HOST_FILE_ANY, request, err);
	if (status == TN_OK)
		status = host_read(HOST_CA, HOST_FILE_TRUSTED,
		                   bundle->authority, err);
	if (status == TN_OK)
		status = host_read(HOST_CA_KEY, HOST_FILE_KEY, key, err);
	if (status == TN_OK) {
		status = tn_certificate_provider(
		    request, name, serial, plan->server_names,
		    bundle->authority, key, bundle->certificate, err);
		tn_wipe(key, sizeof(key));
		if (status != TN_OK)
			tn_context(err, "%s", request_path);
	}
	return status;
}

/* Where the second finds this server: the first name of its certificate. */
static int
own_uri(char *ret, size_t size, struct tn_err *err)
{
	char certificate[TN_CERTIFICATE_TEXT_MAX];
	char name[TN_HOST_NAME_MAX + 1];
	int status;

	status = host_read(INIT_SERVER, HOST_FILE_ANY, certificate, err);
	if (status == TN_OK)
		status = tn_certificate_first_name(certificate, name, err);
	if (status == TN_OK)
		snprintf(ret, size, "ldaps://%s", name);
	else
		tn_context(err, INIT_SERVER);
	return status;
}

/* Does this line of tenure.conf set key? */
static bool
is_setting(const char *line, const char *key)
{
	line += strspn(line, " \t");
	if (strncmp(line, key, strlen(key)) != 0)
		return false;
	line += strlen(key);
	return line[strspn(line, " \t")] == '=';
}

/* The line "peer = ..." of tenure.conf, in place of an older one. */
static int
save_peer(const char *config_path, const char *peer, struct tn_err *err)
{
	struct tn_buf text;
	char *old = NULL;
	const char *at;
	size_t len;
	int status;

	status = tn_file_read_trusted(config_path, TN_CONFIG_FILE_MAX, false,
	                              &old, &len, err);
	if (status != TN_OK)
		return status;
	tn_buf_init(&text, TN_CONFIG_FILE_MAX);
	for (at = old; *at; at += len) {
		len = strcspn(at, "\n");
		len += at[len] == '\n';
		if (!is_setting(at, "peer"))
			tn_buf_put(&text, at, len);
	}
	if (text.len && text.data[text.len - 1] != '\n')
		tn_buf_put(&text, "\n", 1);
	tn_buf_printf(&text, "peer = %s\n", peer);
	if (tn_buf_text(&text))
		status = tn_file_save(config_path, text.data, text.len, 0644,
		                      (uid_t)-1, (gid_t)-1, err);
	else
		status = tn_fail(err, text.failed, "%s", config_path);
	tn_buf_done(&text);
	free(old);
	return status;
}

/* What a reader of tenure.conf must have, and who may not be asked. */
static int
check_writer(const struct tn_config *config, int provider, struct tn_err *err)
{
	if (*config->writer)
		return tn_fail(err, TN_E_RULE,
		               "a provider is added at the writer, %s",
		               config->writer);
	if (config->provider == provider)
		return tn_fail(err, TN_E_RULE,
		               "provider %d is this server itself", provider);
	return TN_OK;
}

static int
write_bundle(const struct init_bundle *bundle, const char *out,
             struct tn_err *err)
{
	struct tn_buf text;
	int status;

	tn_buf_init(&text, INIT_BUNDLE_MAX);
	init_bundle_write(bundle, &text);
	if (tn_buf_text(&text))
		status = tn_file_save(out, text.data, text.len, 0644,
		                      (uid_t)-1, (gid_t)-1, err);
	else
		status = tn_fail(err, text.failed, "%s", out);
	tn_buf_done(&text);
	return status;
}

/* The certificate is made; now this side of the link. */
static int
open_link(const char *config_path, const struct tn_config *config,
          struct init_plan *plan, const struct init_bundle *bundle,
          const char *serial, struct tn_err *err)
{
	struct init_plan own = *plan;
	char peer[320];
	int len = (int)strcspn(plan->server_names, ", ");
	int n;
	int status;

	n = snprintf(peer, sizeof(peer), "ldaps://%.*s", len,
	             plan->server_names);
	if (n < 0 || (size_t)n >= sizeof(peer))
		return tn_fail(err, TN_E_LIMIT, "--server-names: too long");
	init_plan_from(&own, config);
	own.peer = peer;
	status = init_plan_check(&own, err);
	if (status == TN_OK)
		status = init_slapd_tools(&own, err);
	if (status == TN_OK)
		status = init_plan_users(&own, err);
	if (status == TN_OK)
		status = init_slapd_replicate(&own, own.config_dir, err);
	if (status == TN_OK)
		status = init_slapd_provider(&own, own.config_dir,
		                             bundle->provider, serial, err);
	if (status == TN_OK)
		status = save_peer(config_path, peer, err);
	return status;
}

int
init_provider_add(const char *config_path, struct init_plan *plan,
                  const char *request, const char *out, struct tn_err *err)
{
	struct tn_config *config = NULL;
	struct init_bundle bundle;
	char serial[TN_SERIAL_TEXT_MAX];
	int locked = -1;
	int status;

	if (geteuid())
		return tn_fail(err, TN_E_DENIED, "must be run as root");
	status = tn_secret_start(err);
	if (status == TN_OK)
		status = tn_config_read(config_path, &config, err);
	if (status != TN_OK)
		return status;
	memset(&bundle, 0, sizeof(bundle));
	tn_random_hex(16, serial);
	snprintf(bundle.provider, sizeof(bundle.provider), INIT_PROVIDER_CN,
	         plan->provider);
	if (!tn_text_copy(bundle.suffix, sizeof(bundle.suffix),
	                  config->base) ||
	    !tn_text_copy(bundle.organisation, sizeof(bundle.organisation),
	                  config->organisation))
		status = tn_fail(err, TN_E_LIMIT, "%s: base or organisation",
		                 config_path);
	if (status == TN_OK)
		status = check_writer(config, plan->provider, err);
	if (status == TN_OK)
		status = init_place_lock(&locked, err);
	/* slapd would write its configuration over ours. */
	if (status == TN_OK)
		status = upgrade_require_offline(NULL, err);
	if (status == TN_OK)
		status = own_uri(bundle.writer, sizeof(bundle.writer), err);
	if (status == TN_OK)
		status = sign(bundle.provider, plan, request, serial, &bundle,
		              err);
	if (status == TN_OK)
		status = open_link(config_path, config, plan, &bundle, serial,
		                   err);
	if (status == TN_OK)
		status = write_bundle(&bundle, out, err);
	if (locked >= 0)
		close(locked);
	tn_config_free(config);
	return status;
}

int
init_provider_read(struct init_plan *plan, const char *path,
                   struct init_bundle *ret, struct tn_err *err)
{
	char key[TN_CERTIFICATE_TEXT_MAX];
	char name[16];
	char *text = NULL;
	size_t len;
	int status;

	snprintf(name, sizeof(name), INIT_PROVIDER_CN, plan->provider);
	status = tn_file_read(path, INIT_BUNDLE_MAX, &text, &len, err);
	if (status != TN_OK)
		return status;
	if (strlen(text) != len)
		status = tn_fail(err, TN_E_INVALID, "it holds a NUL");
	else
		status = init_bundle_parse(text, ret, err);
	free(text);
	if (status == TN_OK && strcmp(ret->provider, name))
		status = tn_fail(err, TN_E_RULE, "it is for %s, not for %s",
		                 ret->provider, name);
	if (status != TN_OK)
		return tn_context(err, "%s", path);
	status = host_read(INIT_SERVER_KEY, HOST_FILE_ANY, key, err);
	if (status == TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_RULE,
		               "no request was made here: tenure init "
		               "--provider %d --request-out FILE first",
		               plan->provider);
	if (status == TN_OK)
		status = tn_certificate_check(ret->certificate, key,
		                              ret->authority, err);
	tn_wipe(key, sizeof(key));
	if (status != TN_OK)
		return tn_context(err, "%s", path);
	plan->suffix = ret->suffix;
	plan->organisation = ret->organisation;
	plan->writer = ret->writer;
	plan->peer = ret->writer;
	return TN_OK;
}
