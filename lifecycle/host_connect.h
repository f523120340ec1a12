/* A host verb's connection: root over ldapi, by SASL EXTERNAL. */
#ifndef TN_LIFECYCLE_HOST_CONNECT_H
#define TN_LIFECYCLE_HOST_CONNECT_H

#include "base/err.h"
#include "command.h"
#include "config/config.h"
#include "directory/connection.h"

struct host_session {
	struct tn_config *config;
	struct tn_connection *connection;
};

int host_session_open(const struct command_run *run, struct host_session *ret,
                      struct tn_err *err);
void host_session_close(struct host_session *session);

#endif
