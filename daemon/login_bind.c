/* A bind with a person's password, at the best server that answers. */
#include <config.h>

#include "login.h"

#include "prepared.h"

/* With less left than this a second server is not tried. */
#define RETRY_MS 1000

static int
connect_now(struct tn_net *net, bool to_write, int64_t deadline,
            struct tn_connection **ret, size_t *ret_place, struct tn_err *err)
{
	if (to_write)
		return tn_rotation_connect_writer(net->rotation, deadline, ret,
		                                  ret_place, err);
	return tn_rotation_connect(net->rotation, deadline, ret, ret_place,
	                           err);
}

int
tn_login_bind(struct tn_net *net, const char *dn,
              const struct tn_secret *password, bool to_write, int64_t deadline,
              struct tn_connection **ret_connection, struct tn_bind_result *ret,
              struct tn_err *err)
{
	struct tn_connection *connection = NULL;
	bool may_be_prepared = !to_write;
	bool was_prepared;
	size_t place = 0;
	int attempt = 0;
	int rc = TN_E_UNREACHABLE;

	*ret_connection = NULL;
	/* A server that took the connection and then went: one more try. */
	while (attempt < 2) {
		was_prepared =
		    may_be_prepared && tn_prepared_take(net->prepared, deadline,
		                                        &connection, &place);
		if (!was_prepared)
			rc = connect_now(net, to_write, deadline, &connection,
			                 &place, err);
		else
			rc = TN_OK;
		if (rc != TN_OK)
			return rc;
		rc = tn_bind_password(connection, dn, password, ret, err);
		if (rc == TN_OK)
			tn_rotation_worked(net->rotation, place);
		if (rc == TN_OK && ret->accepted) {
			tn_connection_deadline(connection, 0);
			*ret_connection = connection;
			return TN_OK;
		}
		tn_connection_closep(&connection);
		if (rc != TN_E_UNREACHABLE && rc != TN_E_TIMEOUT)
			return rc;
		may_be_prepared = false;
		tn_prepared_forget(net->prepared, place);
		/* One that waited too long says nothing of the server. */
		if (was_prepared && rc == TN_E_UNREACHABLE)
			continue;
		tn_rotation_failed(net->rotation, place, tn_now_ms());
		if (deadline - tn_now_ms() < RETRY_MS)
			break;
		attempt++;
	}
	return rc;
}
