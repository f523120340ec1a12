/*
 * Changes at random, and a model of what must come of them that is too plain
 * to be wrong.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static struct tn_snapshot_overlay *overlay;
static const struct tn_snapshot *snapshot;
static char buffer[65536];

static void
clean(void)
{
	if (snapshot != NULL)
		tn_snapshot_drop(snapshot);
	tn_snapshot_overlay_free(overlay);
	example_done(&example);
}

static void
save(void)
{
	example_save(&example, overlay);
	if (snapshot != NULL)
		tn_snapshot_drop(snapshot);
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);
}

static uint32_t
uid_of(const char *name)
{
	struct passwd person;

	return tn_snapshot_user_by_name(snapshot, name, &person, buffer,
	                                sizeof(buffer), NULL) == TN_OK
	           ? person.pw_uid
	           : 0;
}

static const char *
name_of(uint32_t uid)
{
	struct passwd person;

	return tn_snapshot_user_by_uid(snapshot, uid, &person, buffer,
	                               sizeof(buffer), NULL) == TN_OK
	           ? person.pw_name
	           : NULL;
}

/* A fixed seed: what fails once fails again. */
static uint32_t
next_random(void)
{
	static uint64_t seed = 4;

	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33);
}

#define MODEL_USERS  40u
#define MODEL_GROUPS 12u

/* The plainest thing that can be right. */
static struct {
	uint32_t user[MODEL_USERS]; /* uid, 0: is none */
	bool dead[MODEL_USERS];
	uint32_t gid[MODEL_GROUPS]; /* 0: is none */
	bool member[MODEL_GROUPS][MODEL_USERS];
} model;

static const char *
model_name(char kind, uint32_t i)
{
	static char names[2][16];
	char *name = names[kind == 'g'];

	snprintf(name, sizeof(names[0]), "%c%u", kind, i);
	return name;
}

static void
model_put_group(uint32_t g)
{
	char names[MODEL_USERS][16];
	const char *members[MODEL_USERS];
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < MODEL_USERS; i++)
		if (model.member[g][i]) {
			snprintf(names[count], sizeof(names[0]), "m%u", i);
			members[count] = names[count];
			count++;
		}
	cr_assert_eq(tn_snapshot_overlay_put_group(overlay, model_name('g', g),
	                                           model.gid[g], members, count,
	                                           NULL),
	             TN_OK);
}

static void
model_regroup(uint32_t user)
{
	uint32_t g;

	for (g = 0; g < MODEL_GROUPS; g++)
		if (model.gid[g] != 0 && model.member[g][user])
			model_put_group(g);
}

static void
model_step(void)
{
	uint32_t u = next_random() % MODEL_USERS;
	uint32_t g = next_random() % MODEL_GROUPS;
	uint32_t i;
	struct tn_snapshot_user user = {
		.gid = EXAMPLE_STAFF_GID,
		.gecos = "",
		.home = "/",
		.shell = "/bin/sh",
	};

	switch (next_random() % 5) {
	case 0: /* who has the number loses it, and the name */
		model.user[u] = 3000000 + next_random() % 50;
		model.dead[u] = next_random() % 2 == 0;
		for (i = 0; i < MODEL_USERS; i++)
			if (i != u && model.user[i] == model.user[u])
				model.user[i] = 0;
		user.name = model_name('m', u);
		user.uid = model.user[u];
		user.dead = model.dead[u];
		cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL),
		             TN_OK);
		for (i = 0; i < MODEL_USERS; i++)
			model_regroup(i);
		break;
	case 1:
		model.user[u] = 0;
		cr_assert_eq(tn_snapshot_overlay_remove_user(
		                 overlay, model_name('m', u), NULL),
		             TN_OK);
		model_regroup(u);
		break;
	case 2: /* so do groups */
		model.gid[g] = 3100000 + next_random() % 14;
		for (i = 0; i < MODEL_GROUPS; i++)
			if (i != g && model.gid[i] == model.gid[g])
				model.gid[i] = 0;
		model_put_group(g);
		break;
	case 3:
		model.gid[g] = 0;
		cr_assert_eq(tn_snapshot_overlay_remove_group(
		                 overlay, model_name('g', g), NULL),
		             TN_OK);
		break;
	default:
		model.member[g][u] = !model.member[g][u];
		if (model.gid[g] != 0)
			model_put_group(g);
	}
}

static void
model_expect_user(uint32_t u)
{
	const char *name = model_name('m', u);
	const uint32_t *gids = NULL;
	size_t wanted = 0;
	size_t count = 0;
	struct passwd person;
	bool dead = false;
	uint32_t g;

	cr_assert_eq(uid_of(name), model.user[u], "%s", name);
	if (model.user[u] == 0)
		return;
	cr_assert_str_eq(name_of(model.user[u]), name);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, name, &person, buffer,
	                                      sizeof(buffer), &dead),
	             TN_OK);
	cr_assert_eq(dead, model.dead[u]);
	cr_assert_eq(tn_snapshot_gids(snapshot, name, &gids, &count), TN_OK);
	for (g = 0; g < MODEL_GROUPS; g++) {
		bool is_in = false;
		size_t i;

		for (i = 0; i < count; i++)
			is_in = is_in || gids[i] == model.gid[g];
		if (model.gid[g] == 0 || !model.member[g][u])
			continue;
		cr_assert(is_in, "%s is in %u", name, g);
		wanted++;
	}
	cr_assert_eq(count, wanted, "%s has %zu groups, not %zu", name, count,
	             wanted);
}

static void
model_expect_group(uint32_t g)
{
	const char *name = model_name('g', g);
	struct group group;
	size_t wanted = 0;
	size_t count = 0;
	uint32_t u;
	int rc = tn_snapshot_group_by_name(snapshot, name, &group, buffer,
	                                   sizeof(buffer));

	cr_assert_eq(rc, model.gid[g] != 0 ? TN_OK : TN_E_NOT_FOUND, "%s",
	             name);
	if (rc != TN_OK)
		return;
	cr_assert_eq(group.gr_gid, model.gid[g]);
	while (group.gr_mem[count] != NULL) {
		u = (uint32_t)strtoul(group.gr_mem[count++] + 1, NULL, 10);
		cr_assert(u < MODEL_USERS && model.member[g][u]);
	}
	for (u = 0; u < MODEL_USERS; u++)
		if (model.member[g][u] && model.user[u] != 0)
			wanted++;
	cr_assert_eq(count, wanted, "%s", name);
}

/* The next base is of the state that there is. */
static void
model_rebase(void)
{
	struct tn_snapshot_writer *writer = NULL;
	struct passwd person;
	struct group group;
	uint32_t index = 0;

	cr_assert_eq(tn_snapshot_writer_new(&writer, NULL), TN_OK);
	for (;;) {
		struct tn_snapshot_user user = { .gecos = "",
			                         .home = "/",
			                         .shell = "/bin/sh" };

		if (tn_snapshot_user_next(snapshot, &index, &person, buffer,
		                          sizeof(buffer), &user.dead) != TN_OK)
			break;
		user.name = person.pw_name;
		user.uid = person.pw_uid;
		user.gid = person.pw_gid;
		cr_assert_eq(tn_snapshot_add_user(writer, &user, NULL), TN_OK);
	}
	for (index = 0; tn_snapshot_group_next(snapshot, &index, &group, buffer,
	                                       sizeof(buffer)) == TN_OK;) {
		size_t count = 0;

		while (group.gr_mem[count] != NULL)
			count++;
		cr_assert_eq(
		    tn_snapshot_add_group(writer, group.gr_name, group.gr_gid,
		                          (const char *const *)group.gr_mem,
		                          count, NULL),
		    TN_OK);
	}
	example_publish(&example, writer);
	tn_snapshot_overlay_free(overlay);
	overlay = example_overlay(&example);
}

/* Gone on with from what is on the disk, as after a restart. */
static void
model_reopen(void)
{
	size_t wanted = 0;
	size_t live = 0;
	uint32_t u;

	tn_snapshot_overlay_free(overlay);
	overlay = NULL;
	cr_assert_eq(
	    tn_snapshot_overlay_open(example.directory, &overlay, &live, NULL),
	    TN_OK);
	for (u = 0; u < MODEL_USERS; u++)
		if (model.user[u] != 0 && !model.dead[u])
			wanted++;
	/* wang, who is in every example. */
	cr_expect_eq(live, wanted + 1);
}

Test(snapshot_model, any_sequence_of_changes_ends_in_the_state_it_should)
{
	int round;
	uint32_t i;

	example_init(&example);
	example_publish(&example, example_gather(0));
	overlay = example_overlay(&example);
	for (round = 1; round <= 3000; round++) {
		model_step();
		if (round % 3 == 0) {
			save();
			for (i = 0; i < MODEL_USERS; i++)
				model_expect_user(i);
			for (i = 0; i < MODEL_GROUPS; i++)
				model_expect_group(i);
			if (round % 7 == 0)
				model_reopen();
		}
		if (round % 150 == 0)
			model_rebase();
	}
	clean();
}
