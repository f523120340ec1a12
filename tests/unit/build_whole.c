#include "build_whole.h"

#include "snapshot/snapshot_overlay.h"

int
build_whole(struct tn_publish_state *state, const struct tn_publish_view *view,
            const char *directory, uint64_t generation,
            struct tn_publish_result *ret, struct tn_err *err)
{
	struct tn_snapshot_base_file *file = NULL;
	struct tn_snapshot_overlay *overlay = NULL;
	struct tn_snapshot_base base;
	int rc;

	rc =
	    tn_snapshot_base_begin(directory, generation, 1, "", 0, &file, err);
	if (rc == TN_OK)
		rc = tn_publish_build(state, view, file, ret, err);
	if (rc == TN_OK)
		rc = tn_snapshot_base_end(file, &base, err);
	if (rc == TN_OK)
		rc = tn_snapshot_overlay_new(directory, &base, &overlay, err);
	if (rc == TN_OK)
		rc = tn_snapshot_overlay_save(overlay, directory, generation, 1,
		                              "", false, err);
	tn_snapshot_overlay_free(overlay);
	tn_snapshot_base_free(file);
	return rc;
}
