/*
 * Changes at random, and the first, second, ... allocation of what publish makes
 * of them failing: it says so, and the next publication has everybody.
 */
#include <config.h>

#include "failing_memory.h"
#include "publish_scene.h"

TestSuite(publish_memory, .init = start, .fini = end, .timeout = 120);

/* What is half done then is not shown to anybody: the next one is whole. */
Test(publish_memory, where_memory_does_not_suffice_nobody_is_lost)
{
	struct tn_publish_view view = view_now();
	const struct tn_snapshot *previous;
	struct tn_err err = TN_ERR_INIT;
	int failures = 0;
	int round;
	bool told;
	int rc;

	for (round = 0; round < 40; round++)
		round % 4 != 0 ? change_account() : change_group();
	(void)publish(false);
	for (round = 1; round <= 200; round++) {
		cr_assert_eq(tn_snapshot_take(folder, &previous), TN_OK);
		change_account();
		change_account();
		change_group();
		memory_fail_after((size_t)round / 2);
		rc = tn_publish_files_write(&files, &state, &view, moment.now,
		                            false, &told, &err);
		(void)memory_is_back();
		cr_assert(rc == TN_OK || rc == TN_E_NO_MEMORY, "%d: %s", rc,
		          err.text);
		failures += rc != TN_OK;
		if (rc != TN_OK)
			(void)publish(false);
		expect_as_whole(previous, round);
		tn_snapshot_drop(previous);
	}
	cr_expect_geq(failures, 50, "%d", failures);
}
