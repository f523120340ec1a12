/* A base of everybody in a folder, and an empty overlay on it. */
#ifndef TN_TESTS_BUILD_WHOLE_H
#define TN_TESTS_BUILD_WHOLE_H

#include "publish_build.h"

/* Errors as of tn_publish_build and tn_snapshot_overlay_save. */
int
build_whole(struct tn_publish_state *state, const struct tn_publish_view *view,
            const char *directory, uint64_t generation,
            struct tn_publish_result *ret, struct tn_err *err);

#endif
