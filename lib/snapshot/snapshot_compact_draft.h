/* A base while it is made of a pair. Internal to lib/snapshot; writer only. */
#ifndef TN_SNAPSHOT_SNAPSHOT_COMPACT_DRAFT_H
#define TN_SNAPSHOT_SNAPSHOT_COMPACT_DRAFT_H

#include "snapshot/snapshot_base.h"
#include "snapshot/snapshot_compact.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/snapshot_sum.h"

struct tn_snapshot_compaction {
	const struct tn_snapshot *pair;
	struct tn_snapshot_base_file *file;
	struct tn_snapshot_summing summing; /* of the pair's base */
	bool is_checked;
	uint32_t user; /* the next in the pair's table */
	uint32_t group;
	char *buffer;
	size_t buffer_size;
	size_t damaged;
	bool has_users; /* all of them */
	bool has_groups;
};

#endif
