/*
 * A second provider, in three steps, in which only a request and a bundle
 * travel (docs/directory.md): it makes its key and asks; the writer signs and
 * opens the link on its side; the second is built from the bundle.
 */
#ifndef TN_LIFECYCLE_INIT_PROVIDER_H
#define TN_LIFECYCLE_INIT_PROVIDER_H

#include "base/err.h"
#include "init_bundle.h"
#include "init_plan.h"

/* At the second: a key, which stays, and the request for its certificate.
   Errors: as init_require(). */
int init_provider_ask(struct init_plan *plan, const char *request_out,
                      struct tn_err *err);

/*
 * At the writer, while its slapd is stopped: sign the request, let the second
 * in, take locks from it, and save the bundle. Can be repeated: a second that
 * was lost is made anew.
 * config_path  tenure.conf, which learns of the peer
 * plan         provider: the new one's; server_names: its names; folders
 * Errors: TN_E_RULE (slapd runs, this is not the writer), of the request.
 */
int init_provider_add(const char *config_path, struct init_plan *plan,
                      const char *request, const char *out, struct tn_err *err);

/* At the second: read the bundle, check it against our key, and fill plan in.
   ret must outlive plan. */
int init_provider_read(struct init_plan *plan, const char *path,
                       struct init_bundle *ret, struct tn_err *err);

#endif
