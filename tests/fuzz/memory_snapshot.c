#include <config.h>

#include "memory_snapshot.h"

#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "memory_disk.h"

bool
memory_file(const void *data, size_t size, bool is_overlay,
            struct tn_snapshot_file *ret)
{
	void *copy = fuzz_copy(data, size, false);

	memset(ret, 0, sizeof(*ret));
	if (tn_snapshot_look_over(copy, size, is_overlay, ret) == TN_OK)
		return true;
	free(copy);
	return false;
}

void
memory_file_done(struct tn_snapshot_file *file)
{
	free((void *)(uintptr_t)file->start); /* memory_file made it */
	memset(file, 0, sizeof(*file));
}

void
memory_take_base(const struct tn_snapshot_base *base,
                 struct tn_snapshot_file *ret)
{
	size_t size = 0;
	uint8_t *image = memory_disk_take(TN_SNAPSHOT_BASE, &size);

	FUZZ_EXPECT(base->slot == 0 && size == base->size);
	FUZZ_EXPECT(memory_file(image, size, false, ret));
	free(image);
}

void
memory_base(const struct tn_snapshot_writer *writer, uint64_t generation,
            struct tn_snapshot_file *ret)
{
	struct tn_snapshot_base base;

	FUZZ_EXPECT(tn_snapshot_base_save(writer, MEMORY_DISK_FOLDER,
	                                  generation, 1, "", &base,
	                                  NULL) == TN_OK);
	memory_take_base(&base, ret);
}

struct tn_snapshot_overlay *
memory_overlay_new(const struct tn_snapshot_file *base)
{
	struct tn_snapshot_overlay *overlay = calloc(1, sizeof(*overlay));

	if (overlay == NULL)
		abort();
	memcpy(&overlay->base, base, sizeof(*base));
	overlay->is_changed = true;
	return overlay;
}

void
memory_overlay_free(struct tn_snapshot_overlay *overlay)
{
	if (overlay == NULL)
		return;
	/* Nothing is mapped: unmapping no bytes is refused, and no more. */
	memset(&overlay->base, 0, sizeof(overlay->base));
	tn_snapshot_overlay_free(overlay);
}

void
memory_overlay(struct tn_snapshot_overlay *overlay, uint64_t generation,
               struct tn_snapshot_file *ret)
{
	uint8_t *image = NULL;
	size_t size = 0;

	tn_overlay_settle(overlay);
	FUZZ_EXPECT(tn_overlay_image(overlay, generation, 1, "", true, &image,
	                             &size, NULL) == TN_OK);
	FUZZ_EXPECT(memory_file(image, size, true, ret));
	free(image);
	overlay->is_changed = false;
}

static void
add_user(struct tn_snapshot_writer *writer, const char *name, uint32_t number,
         bool dead)
{
	const struct tn_snapshot_user user = {
		.name = name,
		.uid = MEMORY_FIRST_UID + number,
		.gid = MEMORY_FIRST_GID,
		.gecos = "王小明",
		.home = "/home/w",
		.shell = dead ? "/usr/sbin/nologin" : "/bin/sh",
		.dead = dead,
	};

	FUZZ_EXPECT(tn_snapshot_add_user(writer, &user, NULL) == TN_OK);
}

struct tn_snapshot_writer *
memory_example(unsigned int count)
{
	static const char *const members[] = { "wang", "li", "a0", "a1",
		                               "a2",   "a3", "a4", "a5" };
	struct tn_snapshot_writer *writer = NULL;
	unsigned int i;

	FUZZ_EXPECT(count <= 6 &&
	            tn_snapshot_writer_new(&writer, NULL) == TN_OK);
	add_user(writer, "wang", 0, false);
	add_user(writer, "li", 1, true);
	for (i = 0; i < count; i++)
		add_user(writer, members[2 + i], 2 + i, false);
	for (i = 0; i < 4; i++) {
		static const char *const names[] = { "staff", "tunnel",
			                             "bridge", "everyone" };

		FUZZ_EXPECT(tn_snapshot_add_group(
		                writer, names[i], MEMORY_FIRST_GID + i, members,
		                i == 3 ? 2 + count : i, NULL) == TN_OK);
	}
	return writer;
}

void
memory_change(struct tn_snapshot_overlay *overlay)
{
	static const char *const members[] = { "wang", "li", "zhao", "a1" };
	struct tn_snapshot_user user = {
		.name = "zhao",
		.uid = MEMORY_FIRST_UID + 20,
		.gid = MEMORY_FIRST_GID,
		.gecos = "Zhao Yi",
		.home = "/home/zhao",
		.shell = "/bin/sh",
	};

	FUZZ_EXPECT(tn_snapshot_overlay_put_user(overlay, &user, NULL) ==
	            TN_OK);
	user.name = "b0"; /* was a0 */
	user.uid = MEMORY_FIRST_UID + 2;
	FUZZ_EXPECT(tn_snapshot_overlay_put_user(overlay, &user, NULL) ==
	            TN_OK);
	FUZZ_EXPECT(tn_snapshot_overlay_remove_user(overlay, "li", NULL) ==
	            TN_OK);
	FUZZ_EXPECT(tn_snapshot_overlay_put_group(overlay, "everyone",
	                                          MEMORY_FIRST_GID + 3, members,
	                                          4, NULL) == TN_OK);
	FUZZ_EXPECT(tn_snapshot_overlay_put_group(overlay, "fresh",
	                                          MEMORY_FIRST_GID + 9, members,
	                                          3, NULL) == TN_OK);
	FUZZ_EXPECT(tn_snapshot_overlay_remove_group(overlay, "tunnel", NULL) ==
	            TN_OK);
}
