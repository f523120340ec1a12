/* Which records of the base are no more. */
#include <config.h>

#include <stdlib.h>

#include "snapshot/snapshot_overlay_draft.h"

bool
tn_overlay_is_hidden(const struct tn_snapshot_overlay *overlay, uint32_t at)
{
	struct overlay_hidden *hidden = NULL;

	HASH_FIND(hh, overlay->hidden, &at, sizeof(at), hidden);
	return hidden != NULL;
}

int
tn_overlay_hide(struct tn_snapshot_overlay *overlay, uint32_t at, bool is_group,
                struct tn_err *err)
{
	struct overlay_hidden *hidden;

	if (tn_overlay_is_hidden(overlay, at))
		return TN_OK;
	hidden = calloc(1, sizeof(*hidden));
	if (hidden == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	hidden->at = at;
	hidden->is_group = is_group;
	HASH_ADD(hh, overlay->hidden, at, sizeof(at), hidden);
	if (TN_HASH_LOST(hh, hidden)) {
		free(hidden);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	overlay->is_changed = true;
	return TN_OK;
}

void
tn_overlay_show(struct tn_snapshot_overlay *overlay, uint32_t at)
{
	struct overlay_hidden *hidden = NULL;

	HASH_FIND(hh, overlay->hidden, &at, sizeof(at), hidden);
	if (hidden == NULL)
		return;
	HASH_DEL(overlay->hidden, hidden);
	free(hidden);
	overlay->is_changed = true;
}
