/* A base while it is written. Internal to lib/snapshot; writer only. */
#ifndef TN_SNAPSHOT_SNAPSHOT_BASE_FILE_H
#define TN_SNAPSHOT_SNAPSHOT_BASE_FILE_H

#include "snapshot/snapshot_base.h"
#include "snapshot/snapshot_format.h"

struct base_places { /* where the records are */
	uint32_t *data;
	size_t count;
	size_t room;
};

struct tn_snapshot_base_file {
	int folder;
	int descriptor;
	uint8_t *start; /* mapped; as long as the file */
	uint64_t size;
	uint64_t first; /* of the records */
	uint64_t end;   /* of what was put */
	struct tn_snapshot_header header;
	struct base_places users;
	struct base_places groups;
	size_t dead;
	/* Of tn_snapshot_base_step. */
	bool is_laid_out;
	size_t indexed; /* people and groups */
	uint64_t synced;
	uint64_t sum; /* of what was synced */
};

/* See to it that so many bytes are there behind .end; they are zero. */
int tn_base_file_reserve(struct tn_snapshot_base_file *file, uint64_t size,
                         struct tn_err *err);

/* snapshot_publish.c: the file that is not in use, of the folder. */
#define TN_SNAPSHOT_NEW_BASE ".base.new"
uint32_t tn_snapshot_free_slot(const char *directory);
const char *tn_snapshot_base_name(uint32_t slot);

#endif
