#include <config.h>

#include "say_snapshot.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/err.h"
#include "snapshot/snapshot_reader.h"

char **
say_snapshot(const char *directory, size_t *ret_count)
{
	static char buffer[65536];
	const struct tn_snapshot *snapshot;
	char **lines = calloc(4096, sizeof(*lines));
	struct passwd person;
	struct group group;
	const uint32_t *gids;
	uint32_t index = 0;
	size_t count = 0;
	size_t many;
	size_t i;
	bool dead;

	cr_assert_not_null(lines);
	cr_assert_eq(tn_snapshot_take(directory, &snapshot), TN_OK);
	while (tn_snapshot_user_next(snapshot, &index, &person, buffer,
	                             sizeof(buffer), &dead) == TN_OK) {
		cr_assert_gt(asprintf(&lines[count++], "%s:%u:%s:%d",
		                      person.pw_name, person.pw_uid,
		                      person.pw_shell, dead),
		             0);
		cr_assert_eq(
		    tn_snapshot_gids(snapshot, person.pw_name, &gids, &many),
		    TN_OK);
		for (i = 0; i < many; i++)
			cr_assert_gt(asprintf(&lines[count++], "%s in %u",
			                      person.pw_name, gids[i]),
			             0);
	}
	for (index = 0; tn_snapshot_group_next(snapshot, &index, &group, buffer,
	                                       sizeof(buffer)) == TN_OK;) {
		cr_assert_gt(asprintf(&lines[count++], "%s:%u", group.gr_name,
		                      group.gr_gid),
		             0);
		for (i = 0; group.gr_mem[i] != NULL; i++)
			cr_assert_gt(asprintf(&lines[count++], "%s has %s",
			                      group.gr_name, group.gr_mem[i]),
			             0);
	}
	tn_snapshot_drop(snapshot);
	*ret_count = count;
	return lines;
}
