/* What an upgrade does to the entries that every directory starts with. */
#ifndef TN_LIFECYCLE_UPGRADE_DATA_H
#define TN_LIFECYCLE_UPGRADE_DATA_H

#include "upgrade.h"
#include "upgrade_merge.h"

/*
 * Fill upgrade->edited and ->added from the backup in upgrade->source and the
 * first entries as they were shipped and are now.
 */
int upgrade_plan_data(struct upgrade *upgrade, const struct ldif_tree *base,
                      const struct ldif_tree *shipped,
                      struct upgrade_notes *notes, struct tn_err *err);

#endif
