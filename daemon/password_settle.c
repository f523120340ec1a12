/* A password change whose answer did not come: what holds now? */
#include <config.h>

#include "login.h"

/* What one question of several may take at the least. */
#define SETTLE_MS 2000

static int64_t
no_less(int64_t deadline)
{
	const int64_t least = tn_now_ms() + SETTLE_MS;

	return deadline < least ? least : deadline;
}

static int
opens(struct tn_net *net, const char *dn, const struct tn_secret *password,
      int64_t deadline, bool *ret, struct tn_err *err)
{
	struct tn_connection *connection = NULL;
	struct tn_bind_result bound;
	int rc = tn_login_bind(net, dn, password, true, no_less(deadline),
	                       &connection, &bound, err);

	tn_connection_closep(&connection);
	if (rc == TN_OK)
		*ret = bound.accepted;
	return rc;
}

/* With *is_old false the old password opens nothing any more. */
static int
ask_again(struct tn_net *net, const char *dn, const struct tn_secret *old,
          const struct tn_secret *new_password, int64_t deadline, bool *is_old,
          enum tn_passwd_result *ret, struct tn_err *err)
{
	struct tn_connection *connection = NULL;
	struct tn_bind_result bound;
	int rc = tn_login_bind(net, dn, old, true, no_less(deadline),
	                       &connection, &bound, err);

	*is_old = rc == TN_OK && bound.accepted;
	if (*is_old)
		rc = tn_password_modify(connection, NULL, old, new_password,
		                        ret, err);
	tn_connection_closep(&connection);
	return rc;
}

int
tn_password_settle(struct tn_net *net, const char *dn,
                   const struct tn_secret *old,
                   const struct tn_secret *new_password, int64_t deadline,
                   enum tn_passwd_result *ret, struct tn_err *err)
{
	bool is_made = false;
	bool is_old = false;
	int again;
	int rc = opens(net, dn, new_password, deadline, &is_made, err);

	if (rc != TN_OK)
		return rc;
	if (!is_made) {
		again = ask_again(net, dn, old, new_password, deadline, &is_old,
		                  ret, err);
		if (again == TN_OK && is_old && *ret == TN_PASSWD_DONE)
			return TN_OK;
		/* The first request may have come before the second. */
		rc = opens(net, dn, new_password, deadline, &is_made, err);
		if (rc != TN_OK)
			return rc;
		if (!is_made)
			return again == TN_OK && is_old ? TN_OK : TN_E_TIMEOUT;
	}
	*ret = TN_PASSWD_DONE;
	return TN_OK;
}
