#include "host_connect.h"

int
host_session_open(const struct command_run *run, struct host_session *ret,
                  struct tn_err *err)
{
	struct tn_server server = { 0 };
	int status;

	if (run->as)
		return tn_fail(err, TN_E_RULE, "--as: hosts are root's");
	status = tn_config_read(run->config_path, &ret->config, err);
	if (status != TN_OK)
		return status;
	server.uri = ret->config->servers[0];
	server.ca_file = ret->config->ca_file;
	server.certificate = ret->config->certificate;
	server.key = ret->config->key;
	server.connect_timeout = ret->config->connect_timeout;
	server.operation_timeout = ret->config->operation_timeout;
	if (!server.uri)
		return tn_fail(err, TN_E_INVALID, "%s names no server",
		               run->config_path);
	status = tn_directory_start(err);
	if (status == TN_OK)
		status = tn_connection_open(&server, &ret->connection, err);
	if (status == TN_OK)
		status = tn_bind_external(ret->connection, err);
	return status;
}

void
host_session_close(struct host_session *session)
{
	tn_connection_closep(&session->connection);
	tn_config_free(session->config);
	session->config = NULL;
}
