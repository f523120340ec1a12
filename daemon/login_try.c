/* A try at a password as the throttle counts it, and the connection that a
   right one leaves for a change. */
#include <config.h>

#include "login.h"

#include "held.h"
#include "prepared.h"

bool
tn_login_begin(struct tn_net *net, const struct tn_request *request)
{
	return tn_guesses_begin(net->guesses, request->user,
	                        tn_request_source(request), request->is_self,
	                        tn_now_ms() / 1000);
}

void
tn_login_end(struct tn_net *net, const struct tn_request *request,
             const struct tn_bind_result *bound)
{
	const char *source = tn_request_source(request);
	int64_t now = tn_now_ms() / 1000;

	if (bound == NULL)
		tn_guesses_undo(net->guesses, request->user);
	else if (bound->accepted || bound->expired)
		tn_guesses_right(net->guesses, request->user, source, now);
	else
		tn_guesses_wrong(net->guesses, request->user, source, now);
}

static struct tn_held_owner
owner_of(const struct tn_request *request)
{
	return (struct tn_held_owner){ .user = request->user,
		                       .peer = request->peer,
		                       .caller = request->caller };
}

void
tn_login_hold_connection(struct tn_net *net, const struct tn_request *request,
                         struct tn_connection **connection,
                         struct tn_answer *answer)
{
	const struct tn_held_owner owner = owner_of(request);

	tn_held_put(net->held, &owner, connection, tn_now_ms(), answer->token);
}

struct tn_connection *
tn_login_held(struct tn_net *net, const struct tn_request *request)
{
	const struct tn_held_owner owner = owner_of(request);
	struct tn_connection *connection =
	    tn_held_take(net->held, &owner, request->token, tn_now_ms());

	if (connection != NULL && tn_connection_is_lost(connection))
		tn_prepared_closep(net->prepared, &connection);
	return connection;
}
