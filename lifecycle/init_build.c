#include "config.h"
#include "init_build.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "init_certificate.h"
#include "init_place.h"
#include "init_slapd.h"
#include "secret/sealed_box.h"
#include "secret/secret.h"
#include "upgrade.h"

#define CONFIG_MAX 4096

/* The folders that things are made in, each on the file system where they
   are to be. */
struct workshop {
	char etc[PLACE_PATH_MAX];
	char state[PLACE_PATH_MAX];
	char config[PLACE_PATH_MAX];
	char data[PLACE_PATH_MAX];
};

static int
save(const char *folder, const char *name, const char *text, mode_t mode,
     uid_t uid, gid_t gid, struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return tn_file_save(path, text, strlen(text), mode, uid, gid, err);
}

static int
make_folder(struct init_place *place, const char *folder, const char *name,
            mode_t mode, uid_t uid, gid_t gid, struct tn_err *err)
{
	char path[PLACE_PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (len < 0 || (size_t)len >= sizeof(path))
		return tn_fail(err, TN_E_LIMIT, "%s: too long", folder);
	return init_place_folder(place, path, mode, uid, gid, err);
}

/* The folder that path stands in. */
static void
parent_of(const char *path, char ret[PLACE_PATH_MAX])
{
	snprintf(ret, PLACE_PATH_MAX, "%s", path);
	strrchr(ret, '/')[ret[0] == '/' && !strchr(ret + 1, '/')] = '\0';
}

static int
open_workshop(const struct init_plan *plan, struct init_place *place,
              struct workshop *shop, struct tn_err *err)
{
	char beside[PLACE_PATH_MAX];
	int status;

	parent_of(plan->config_dir, beside);
	init_place_sweep(TENURE_SYSCONFDIR);
	init_place_sweep(TENURE_STATEDIR);
	init_place_sweep(beside);
	init_place_sweep(plan->data_dir);
	status =
	    init_place_beside(place, TENURE_SYSCONFDIR, 0, 0, shop->etc, err);
	if (status == TN_OK)
		status =
		    init_place_folder(place, TENURE_STATEDIR, 0755, 0, 0, err);
	if (status == TN_OK)
		status = init_place_beside(place, TENURE_STATEDIR, 0, 0,
		                           shop->state, err);
	if (status == TN_OK)
		status = init_place_beside(place, beside, plan->slapd_uid,
		                           plan->slapd_gid, shop->config, err);
	if (status == TN_OK)
		status =
		    init_place_folder(place, plan->data_dir, 0755,
		                      plan->slapd_uid, plan->slapd_gid, err);
	if (status == TN_OK)
		status =
		    init_place_beside(place, plan->data_dir, plan->slapd_uid,
		                      plan->slapd_gid, shop->data, err);
	return status;
}

static int
save_certificates(const struct init_plan *plan, struct init_place *place,
                  const struct workshop *shop,
                  const struct init_certificates *made, struct tn_err *err)
{
	int status = make_folder(place, shop->etc, "ca", 0755, 0, 0, err);

	if (status == TN_OK && *made->authority_key)
		status = save(shop->etc, "ca/ca.key", made->authority_key, 0600,
		              0, 0, err);
	if (status == TN_OK)
		status = save(shop->etc, "ca/ca.crt", made->authority, 0644, 0,
		              0, err);
	if (status == TN_OK && *made->server_key)
		status = save(shop->etc, "server.key", made->server_key, 0400,
		              plan->slapd_uid, plan->slapd_gid, err);
	if (status == TN_OK)
		status = save(shop->etc, "server.crt", made->server, 0644, 0, 0,
		              err);
	return status;
}

static int
save_config(const struct init_plan *plan, const struct workshop *shop,
            struct tn_err *err)
{
	struct tn_buf text;
	int status;

	tn_buf_init(&text, CONFIG_MAX);
	tn_buf_printf(&text,
	              "# The directory server itself; see tenure.conf(5).\n"
	              "servers = ldapi:///\n"
	              "base = %s\n"
	              "organisation = %s\n"
	              "max_age_days = %d\n"
	              "ca_file = " TENURE_SYSCONFDIR "/ca/ca.crt\n"
	              "certificate = " INIT_SERVER "\n"
	              "key = " INIT_SERVER_KEY "\n",
	              plan->suffix, plan->organisation, plan->max_age_days);
	if (plan->break_glass)
		tn_buf_printf(&text, "break_glass = %s\n", plan->break_glass);
	if (init_plan_is_reader(plan))
		tn_buf_printf(&text,
		              "provider = %d\npeer = %s\nwriter = %s\n"
		              "replication = %s\n",
		              plan->provider, plan->peer, plan->writer,
		              plan->replication);
	if (!tn_buf_text(&text))
		status = tn_fail(err, text.failed, "tenure.conf");
	else
		status = save(shop->etc, "tenure.conf", tn_buf_text(&text),
		              0644, 0, 0, err);
	tn_buf_done(&text);
	return status;
}

/* tenure.conf, and at the writer what opens initial-password slips. */
static int
make_own_files(const struct init_plan *plan, struct init_place *place,
               const struct workshop *shop, struct tn_err *err)
{
	char path[PLACE_PATH_MAX + 16];
	int status = save_config(plan, shop, err);

	snprintf(path, sizeof(path), "%s/slip.key", shop->state);
	if (status == TN_OK && !init_plan_is_reader(plan))
		status = tn_seal_key_create(path, err);
	if (status == TN_OK && !init_plan_is_reader(plan))
		status =
		    make_folder(place, shop->state, "slips", 0700, 0, 0, err);
	if (status == TN_OK)
		status =
		    make_folder(place, shop->state, "shipped", 0700, 0, 0, err);
	snprintf(path, sizeof(path), "%s/shipped", shop->state);
	if (status == TN_OK)
		status = upgrade_shipped_save(plan, path, err);
	return status;
}

/*
 * slapd's part. The databases are filled through a configuration of their own
 * that points into the workshop; the one to stay names their final folders,
 * which slapadd wants to see, and which are empty until the very end.
 */
static int
make_slapd(const struct init_plan *plan, struct init_place *place,
           const struct workshop *shop, struct tn_err *err)
{
	const uid_t uid = plan->slapd_uid;
	const gid_t gid = plan->slapd_gid;
	char loading[PLACE_PATH_MAX + 16];
	char staying[PLACE_PATH_MAX + 16];
	size_t i;
	int status;

	snprintf(loading, sizeof(loading), "%s/loading", shop->config);
	snprintf(staying, sizeof(staying), "%s/slapd.d", shop->config);
	status =
	    make_folder(place, shop->config, "loading", 0750, uid, gid, err);
	if (status == TN_OK)
		status = make_folder(place, shop->config, "slapd.d", 0750, uid,
		                     gid, err);
	for (i = 0; status == TN_OK && i < INIT_DATABASES; i++) {
		status =
		    make_folder(place, shop->data, init_databases[i].folder,
		                0700, uid, gid, err);
		if (status == TN_OK)
			status = make_folder(place, plan->data_dir,
			                     init_databases[i].folder, 0700,
			                     uid, gid, err);
	}
	if (status == TN_OK)
		status = init_slapd_config(plan, loading, shop->data, err);
	if (status == TN_OK)
		status = init_slapd_data(plan, loading, shop->data, err);
	if (status == TN_OK)
		status = init_slapd_config(plan, staying, plan->data_dir, err);
	return status;
}

/* slapd's configuration comes last: without it nothing of this starts. */
static int
put_in_place(const struct init_plan *plan, struct init_place *place,
             const struct workshop *shop, struct tn_err *err)
{
	const struct {
		const char *from;
		const char *name;
		const char *to;
		bool is_writers; /* a second provider has none */
	} moves[] = {
		{ shop->etc, "ca", TENURE_SYSCONFDIR "/ca", false },
		{ shop->etc, "server.key", INIT_SERVER_KEY, true },
		{ shop->etc, "server.crt", INIT_SERVER, false },
		{ shop->etc, "tenure.conf", TENURE_SYSCONFDIR "/tenure.conf",
		  false },
		{ shop->state, "slip.key", TENURE_STATEDIR "/slip.key", true },
		{ shop->state, "slip.key.pub",
		  TENURE_STATEDIR "/slip.key.pub", true },
		{ shop->state, "slips", TENURE_STATEDIR "/slips", true },
		{ shop->state, "shipped", UPGRADE_SHIPPED, false },
		{ shop->config, "slapd.d", plan->config_dir, false },
	};
	char to[PLACE_PATH_MAX];
	int status = TN_OK;
	size_t i;

	for (i = 0; status == TN_OK && i < INIT_DATABASES; i++) {
		int len = snprintf(to, sizeof(to), "%s/%s", plan->data_dir,
		                   init_databases[i].folder);

		if (len < 0 || (size_t)len >= sizeof(to))
			return tn_fail(err, TN_E_LIMIT, "%s: too long",
			               plan->data_dir);
		status = init_place_move(place, shop->data,
		                         init_databases[i].folder, to, err);
	}
	sync(); /* what the names are about to point at must be on disk */
	for (i = 0; status == TN_OK && i < TN_ARRAY_LEN(moves); i++) {
		if (moves[i].is_writers && init_plan_is_reader(plan))
			continue;
		status = init_place_move(place, moves[i].from, moves[i].name,
		                         moves[i].to, err);
	}
	return status;
}

int
init_build(const struct init_plan *asked, const struct init_bundle *bundle,
           struct tn_err *err)
{
	struct init_certificates made = { .serial = "" };
	struct init_plan plan_here = *asked;
	const struct init_plan *plan = &plan_here;
	struct init_place place = { 0 };
	struct workshop shop;
	sigset_t blocked, before;
	int locked = -1;
	int status;

	/* It takes a second; an interruption must not leave half of it. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigprocmask(SIG_BLOCK, &blocked, &before);

	status = tn_secret_start(err);
	if (status == TN_OK)
		status = init_place_folder(&place, TENURE_SYSCONFDIR, 0755, 0,
		                           0, err);
	if (status == TN_OK)
		status = init_place_lock(&locked, err);
	if (status == TN_OK)
		status = open_workshop(plan, &place, &shop, err);
	if (status == TN_OK && bundle) {
		memcpy(made.authority, bundle->authority,
		       sizeof(made.authority));
		memcpy(made.server, bundle->certificate, sizeof(made.server));
	} else if (status == TN_OK) {
		status = init_certificates_new(plan, &made, err);
	}
	/* cppcheck-suppress unreadVariable; plan points there */
	plan_here.serial = made.serial;
	if (status == TN_OK)
		status = save_certificates(plan, &place, &shop, &made, err);
	tn_wipe(made.authority_key, sizeof(made.authority_key));
	tn_wipe(made.server_key, sizeof(made.server_key));
	if (status == TN_OK)
		status = make_own_files(plan, &place, &shop, err);
	if (status == TN_OK)
		status = make_slapd(plan, &place, &shop, err);
	if (status == TN_OK)
		status = put_in_place(plan, &place, &shop, err);
	if (status == TN_OK)
		init_place_finish(&place);
	else
		init_place_undo(&place);
	if (locked >= 0)
		close(locked);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
