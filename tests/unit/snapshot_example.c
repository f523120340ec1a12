#include <config.h>

#include "snapshot_example.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "snapshot/snapshot_reader.h"

static void
need(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(99);
}

void
example_init(struct example *example)
{
	static const char in_memory[] = "/dev/shm/tenure-test-XXXXXX";
	static const char on_disk[] = "/tmp/tenure-test-XXXXXX";

	/* Where a sync costs nothing, if there is such a place. */
	*example = (struct example){ .generation = 0 };
	memcpy(example->directory, in_memory, sizeof(in_memory));
	if (mkdtemp(example->directory) != NULL)
		return;
	memcpy(example->directory, on_disk, sizeof(on_disk));
	need(mkdtemp(example->directory) != NULL, "mkdtemp");
}

const char *
example_path(const struct example *example, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", example->directory, name);
	return path;
}

void
example_done(struct example *example)
{
	DIR *folder = opendir(example->directory);
	struct dirent *entry;

	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			remove(example_path(example, entry->d_name));
	closedir(folder);
	rmdir(example->directory);
}

static void
add_user(struct tn_snapshot_writer *writer, const char *name, uint32_t uid,
         const char *gecos, bool dead)
{
	char home[64];
	const struct tn_snapshot_user user = {
		.name = name,
		.uid = uid,
		.gid = EXAMPLE_STAFF_GID,
		.gecos = gecos,
		.home = home,
		.shell = dead ? "/usr/sbin/nologin" : "/bin/bash",
		.dead = dead,
	};

	snprintf(home, sizeof(home), "/home/%s", name);
	need(tn_snapshot_add_user(writer, &user, NULL) == TN_OK, "add_user");
}

struct tn_snapshot_writer *
example_gather(uint32_t extra)
{
	static const char *const tunnel[] = { "wang", "li" };
	struct tn_snapshot_writer *writer = NULL;
	char(*names)[16] = calloc(extra + 2, sizeof(*names));
	const char **members = calloc(extra + 2, sizeof(*members));
	uint32_t i;

	need(names != NULL && members != NULL, "calloc");
	need(tn_snapshot_writer_new(&writer, NULL) == TN_OK, "new");
	memcpy(names[0], "wang", 5);
	memcpy(names[1], "li", 3);
	add_user(writer, "wang", EXAMPLE_FIRST_UID,
	         "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", false);
	add_user(writer, "li", EXAMPLE_FIRST_UID + 1,
	         "\xe6\x9d\x8e\xe9\x9b\xb7", true);
	for (i = 0; i < extra; i++) {
		snprintf(names[i + 2], sizeof(names[0]), "u%06u", i);
		add_user(writer, names[i + 2], EXAMPLE_FIRST_UID + 100 + i,
		         "Extra", false);
	}
	for (i = 0; i < extra + 2; i++)
		members[i] = names[i];
	need(tn_snapshot_add_group(writer, "staff", EXAMPLE_STAFF_GID, NULL, 0,
	                           NULL) == TN_OK,
	     "staff");
	need(tn_snapshot_add_group(writer, "tunnel", EXAMPLE_STAFF_GID + 1,
	                           tunnel, 2, NULL) == TN_OK,
	     "tunnel");
	need(tn_snapshot_add_group(writer, "bridge", EXAMPLE_STAFF_GID + 2,
	                           tunnel, 1, NULL) == TN_OK,
	     "bridge");
	need(tn_snapshot_add_group(writer, "everyone", EXAMPLE_STAFF_GID + 3,
	                           members, extra + 2, NULL) == TN_OK,
	     "everyone");
	free(members);
	free(names);
	return writer;
}

void
example_publish(struct example *example, struct tn_snapshot_writer *writer)
{
	struct tn_err err = TN_ERR_INIT;

	if (tn_snapshot_finish(writer, example->directory,
	                       ++example->generation, 1700000000, "cookie",
	                       &err) != TN_OK) {
		fprintf(stderr, "%s\n", err.text);
		exit(99);
	}
	tn_snapshot_writer_free(writer);
}

struct tn_snapshot_overlay *
example_overlay(const struct example *example)
{
	struct tn_snapshot_overlay *overlay = NULL;
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;

	need(tn_snapshot_take(example->directory, &snapshot) == TN_OK, "take");
	tn_snapshot_info(snapshot, &info);
	need(tn_snapshot_overlay_new(example->directory,
	                             &(struct tn_snapshot_base){
	                                 .slot = info.base_slot,
	                                 .generation = info.base_generation,
	                                 .published = info.base_published,
	                                 .size = info.base_size,
	                             },
	                             &overlay, NULL) == TN_OK,
	     "overlay");
	tn_snapshot_drop(snapshot);
	return overlay;
}

void
example_save(struct example *example, struct tn_snapshot_overlay *overlay)
{
	need(tn_snapshot_overlay_save(overlay, example->directory,
	                              ++example->generation, 1700000001,
	                              "later", false, NULL) == TN_OK,
	     "save");
}

static void
put(struct tn_snapshot_overlay *overlay, const char *name, uint32_t uid,
    const char *shell, bool dead)
{
	char home[64];
	const struct tn_snapshot_user user = {
		.name = name,
		.uid = uid,
		.gid = EXAMPLE_STAFF_GID,
		.gecos = "Changed",
		.home = home,
		.shell = shell,
		.dead = dead,
	};

	snprintf(home, sizeof(home), "/home/%s", name);
	need(tn_snapshot_overlay_put_user(overlay, &user, NULL) == TN_OK,
	     "put_user");
}

void
example_change(struct tn_snapshot_overlay *overlay)
{
	static const char *const everyone[] = {
		"wang",    "li",      "v000000", "u000002",
		"u000003", "u000004", "u000005", "zhao",
	};
	static const char *const bridge[] = { "wang", "zhao", "wang", "x" };

	put(overlay, "wang", EXAMPLE_FIRST_UID, "/bin/zsh", false);
	put(overlay, "v000000", EXAMPLE_FIRST_UID + 100, "/bin/bash", false);
	put(overlay, "u000002", EXAMPLE_FIRST_UID + 102, "/usr/sbin/nologin",
	    true);
	put(overlay, "zhao", EXAMPLE_FIRST_UID + 50, "/bin/bash", false);
	need(tn_snapshot_overlay_remove_user(overlay, "u000001", NULL) ==
	             TN_OK &&
	         tn_snapshot_overlay_remove_group(overlay, "tunnel", NULL) ==
	             TN_OK &&
	         tn_snapshot_overlay_put_group(overlay, "bridge",
	                                       EXAMPLE_STAFF_GID + 2, bridge, 4,
	                                       NULL) == TN_OK &&
	         tn_snapshot_overlay_put_group(overlay, "everyone",
	                                       EXAMPLE_STAFF_GID + 3, everyone,
	                                       8, NULL) == TN_OK &&
	         tn_snapshot_overlay_put_group(overlay, "fresh",
	                                       EXAMPLE_STAFF_GID + 9,
	                                       everyone + 7, 1, NULL) == TN_OK,
	     "change");
}
