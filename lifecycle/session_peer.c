/* The other directory server, for what each of the two has alone: reports of
   hosts, and the access log. */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"

#define NOT_HERE "not asked: only a directory server can ask the other one"

static const char *
other_server(const struct session *session)
{
	const struct tn_config *config = session->config;
	size_t i;

	if (*config->peer)
		return config->peer;
	for (i = 0; config->servers[i]; i++)
		if (config->servers[i] != session->uri)
			return config->servers[i];
	return NULL;
}

static int
connect_peer(struct session *session, struct tn_err *err)
{
	const struct tn_config *config = session->config;
	const struct tn_server server = {
		.uri = config->peer,
		.ca_file = config->ca_file,
		.certificate = config->certificate,
		.key = config->key,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	int r;

	if (!*config->peer)
		return tn_fail(err, TN_E_UNREACHABLE, NOT_HERE);
	if (!*config->ca_file || !*config->certificate || !*config->key)
		return tn_fail(err, TN_E_INVALID,
		               "ca_file, certificate and key are needed");
	/* What libldap says of it nobody understands. */
	if (access(config->key, R_OK))
		return tn_fail_errno(err, TN_E_DENIED, errno, "%s",
		                     config->key);
	r = tn_connection_open(&server, &session->peer, err);
	if (!r)
		r = tn_bind_external(session->peer, err);
	if (r)
		tn_connection_closep(&session->peer);
	return r;
}

const char *
session_peer(struct session *session, struct tn_connection **ret,
             struct tn_err *err)
{
	const char *uri = other_server(session);

	*ret = NULL;
	if (!uri)
		return NULL;
	if (!session->peer && !session->peer_failed.code)
		(void)connect_peer(session, &session->peer_failed);
	*ret = session->peer;
	if (!*ret && err)
		*err = session->peer_failed;
	return uri;
}

void
session_peer_lost(struct session *session, const struct tn_err *why)
{
	tn_connection_closep(&session->peer);
	session->peer_failed = *why;
}
