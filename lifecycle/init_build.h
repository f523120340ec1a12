/* Everything that `tenure init` makes, and the order in which it appears. */
#ifndef TN_LIFECYCLE_INIT_BUILD_H
#define TN_LIFECYCLE_INIT_BUILD_H

#include "base/err.h"
#include "init_bundle.h"
#include "init_plan.h"

/*
 * Is everything there that we need, and nothing yet that we would make?
 * TN_E_DENIED (not root), TN_E_EXISTS, TN_E_NOT_FOUND.
 */
int init_require(struct init_plan *plan, struct tn_err *err);

/*
 * Make the authority, slapd's certificate, the key for slips, the
 * configuration and the databases beside their places, then put them there.
 * On failure nothing is left.
 * bundle  of a second provider: its certificate and the authority's, which
 *         were checked, and the rest is in plan; NULL at the first.
 */
int init_build(const struct init_plan *plan, const struct init_bundle *bundle,
               struct tn_err *err);

#endif
