#include "session.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "account/serve_rule.h"
#include "ask_password.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/file.h"
#include "base/text.h"
#include "directory/search.h"

#define NO_LOGIN_UID UINT32_MAX

int
session_config(const struct command_run *run, struct session *ret,
               struct tn_err *err)
{
	int64_t now = (int64_t)time(NULL);
	int r;

	r = tn_config_read(run->config_path, &ret->config, err);
	if (r == TN_E_NOT_FOUND)
		return tn_context(err, "Tenure is not set up here (tenure init "
		                       "on a directory server, tenure host "
		                       "join on a login host)");
	if (r)
		return r;
	ret->moment.now = now;
	ret->moment.today = tn_day_of(now, ret->config->utc_offset);
	return TN_OK;
}

static int
bind_person(struct session *session, const struct command_run *run,
            const struct tn_secret *password, struct tn_err *err)
{
	struct tn_bind_result result;
	struct tn_buf dn;
	const char *text;
	int r;

	tn_buf_init(&dn, TN_DN_MAX);
	tn_buf_put_text(&dn, "uid=");
	tn_dn_escape(&dn, run->as);
	tn_buf_printf(&dn, ",ou=people,%s", session->config->base);
	text = tn_buf_text(&dn);
	if (!text) {
		r = tn_fail(err, TN_E_LIMIT, "the name is too long");
		goto out;
	}
	r = tn_bind_password(session->connection, text, password, &result, err);
	if (r)
		goto out;
	if (!result.accepted)
		r = tn_fail(err, TN_E_DENIED,
		            "%s is not let in with this password", run->as);
	else if (result.must_change || result.grace_used)
		r = tn_fail(err, TN_E_DENIED,
		            "%s has to change the password first: log in "
		            "anywhere",
		            run->as);
out:
	tn_buf_done(&dn);
	return r;
}

/* A machine that the directory does not know (any more) was refused nothing by
   a rule: it could not tell. */
static int
bind_machine(struct session *session, struct tn_err *err)
{
	int r = tn_bind_external(session->connection, err);

	if (r == TN_E_DENIED && err)
		err->code = TN_E_UNREACHABLE;
	return r == TN_E_DENIED ? TN_E_UNREACHABLE : r;
}

/* A key without a value is "", which libldap would take for a file's name. */
static int
check_keys(const struct command_run *run, const struct tn_config *config,
           const char *uri, struct tn_err *err)
{
	const char *missing = NULL;

	if (strncasecmp(uri, "ldaps:", 6))
		return TN_OK;
	if (!run->as && !*config->key)
		missing = "key";
	if (!run->as && !*config->certificate)
		missing = "certificate";
	if (!*config->ca_file)
		missing = "ca_file";
	if (!missing)
		return TN_OK;
	return tn_fail(err, TN_E_INVALID, "%s has no %s, which %.120s needs",
	               run->config_path, missing, uri);
}

static const char *
or_null(const char *path)
{
	return *path ? path : NULL;
}

/* Connect to one server and bind. */
static int
try_server(struct session *session, const struct command_run *run,
           const char *uri, const struct tn_secret *password,
           struct tn_err *err)
{
	const struct tn_config *config = session->config;
	const struct tn_server server = {
		.uri = uri,
		.ca_file = or_null(config->ca_file),
		.certificate = or_null(config->certificate),
		.key = or_null(config->key),
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	int r;

	r = check_keys(run, config, uri, err);
	if (!r)
		r = tn_connection_open(&server, &session->connection, err);
	if (!r && run->as)
		r = bind_person(session, run, password, err);
	else if (!r)
		r = bind_machine(session, err);
	if (!r)
		r = tn_who_am_i(session->connection, &session->who, err);
	if (!r)
		session->uri = uri;
	if (r)
		tn_connection_closep(&session->connection);
	return r;
}

/* Who acts as a person may do so at any server: best where changes are made. */
static void
servers_of(const struct tn_config *config, const char *as,
           const char *ret[TN_CONFIG_SERVERS_MAX + 2])
{
	size_t count = 0;
	size_t i;

	if (as && *config->writer)
		ret[count++] = config->writer;
	for (i = 0; config->servers[i]; i++)
		if (!count || strcmp(config->servers[i], ret[0]))
			ret[count++] = config->servers[i];
	ret[count] = NULL;
}

static void
note_writer(struct session *session, struct command_run *run)
{
	const char *writer = session->config->writer;

	session->at_writer =
	    !*writer || (session->uri && !strcmp(session->uri, writer));
	if (session->at_writer ||
	    !tn_text_copy(run->writer, sizeof(run->writer), writer))
		run->writer[0] = '\0';
}

int
session_open(struct command_run *run, struct session *ret,
             struct tn_err *err)
{
	struct tn_secret *password = NULL;
	const char *servers[TN_CONFIG_SERVERS_MAX + 2];
	struct tn_err tried = TN_ERR_INIT;
	char prompt[96];
	size_t i;
	int r;

	if (run->as && !tn_login_is_valid(run->as))
		return tn_fail(err, TN_E_INVALID, "--as: %.64s is no login",
		               run->as);
	if ((r = session_config(run, ret, err)) ||
	    (r = tn_directory_start(err)))
		return r;
	if (run->as) {
		snprintf(prompt, sizeof(prompt), "Password of %s: ", run->as);
		r = ask_password(run->password_fd, prompt, &password, err);
		if (r)
			return r;
	}
	if (!ret->config->servers[0]) {
		r = tn_fail(err, TN_E_INVALID, "%s names no server",
		            run->config_path);
		goto out;
	}
	servers_of(ret->config, run->as, servers);
	for (i = 0; servers[i]; i++) {
		struct tn_err again = TN_ERR_INIT;

		r = try_server(ret, run, servers[i], password, &again);
		/* A refusal is an answer: no other server is asked. */
		if (!r || r == TN_E_DENIED) {
			if (r && err)
				*err = again;
			note_writer(ret, run);
			goto out;
		}
		if (!tried.code)
			tried = again;
		else
			tn_fail(&tried, again.code, "%.240s; %.240s",
			        tried.text, again.text);
	}
	if (err)
		*err = tried;
out:
	tn_secret_freep(&password);
	return r;
}

void
session_close(struct session *session)
{
	tn_connection_closep(&session->connection);
	tn_connection_closep(&session->peer);
	tn_config_free(session->config);
	free(session->who);
	*session = (struct session){ .config = NULL };
}

void
session_user_name(uid_t uid, char *ret, size_t size)
{
	const struct passwd *passwd = getpwuid(uid);

	if (passwd)
		snprintf(ret, size, "%s", passwd->pw_name);
	else
		snprintf(ret, size, "uid %u", (unsigned int)uid);
}

/* Who logged in, whoever they became since: the kernel's word. False where
   nobody did (a service). */
bool
session_login_uid(uid_t *ret)
{
	unsigned long long uid = NO_LOGIN_UID;
	char text[16] = "";
	FILE *file = fopen("/proc/self/loginuid", "re");

	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	if (!tn_text_to_u64(text, UINT32_MAX, &uid) || uid == NO_LOGIN_UID)
		return false;
	*ret = (uid_t)uid;
	return true;
}

void
session_actor(const struct session *session, char *ret, size_t size)
{
	const char *who = session->who;
	char self[64];
	char behind[64];
	uid_t uid;

	if (who && !strncmp(who, "dn:", 3))
		who += 3;
	session_user_name(getuid(), self, sizeof(self));
	if (session_login_uid(&uid) && uid != getuid()) {
		session_user_name(uid, behind, sizeof(behind));
		snprintf(ret, size, "%s (%s%slogged in as %s)",
		         who ? who : self, who ? self : "", who ? ", " : "",
		         behind);
	} else if (who) {
		snprintf(ret, size, "%s (%s)", who, self);
	} else {
		snprintf(ret, size, "%s", self);
	}
}
