/*
 * Changes at random, with bases, compactions and restarts between them, and a
 * model of what must come of them that is too plain to be wrong. The seed of
 * what failed is printed; TN_MODEL_SEED begins with it.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "snapshot/snapshot_compact.h"
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

static uint64_t seed;

static uint32_t
next_random(void)
{
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
	uint32_t home[MODEL_USERS];
	uint32_t gid[MODEL_GROUPS]; /* 0: is none */
	bool member[MODEL_GROUPS][MODEL_USERS];
} model;

static const char *
model_home(uint32_t i)
{
	static char home[2][16];
	static int turn;

	turn = !turn;
	snprintf(home[turn], sizeof(home[0]), "/h/%u", model.home[i]);
	return home[turn];
}

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

static struct tn_snapshot_user
model_user(uint32_t u, const char *name)
{
	return (struct tn_snapshot_user){
		.name = name,
		.uid = model.user[u],
		.gid = EXAMPLE_STAFF_GID,
		.gecos = "",
		.home = model_home(u),
		.shell = "/bin/sh",
		.dead = model.dead[u],
	};
}

/* Who has the number loses it, and the name. */
static void
model_put_user(uint32_t u)
{
	struct tn_snapshot_user user;
	uint32_t i;

	model.user[u] = 3000000 + next_random() % 50;
	model.dead[u] = next_random() % 2 == 0;
	model.home[u] = next_random() % 1000;
	for (i = 0; i < MODEL_USERS; i++)
		if (i != u && model.user[i] == model.user[u])
			model.user[i] = 0;
	user = model_user(u, model_name('m', u));
	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL), TN_OK);
	for (i = 0; i < MODEL_USERS; i++)
		model_regroup(i);
}

/* Two exchange their numbers, and keep their groups. */
static void
model_exchange(uint32_t u, uint32_t v)
{
	struct tn_snapshot_user users[2];
	char names[2][16];
	uint32_t uid = model.user[u];

	if (u == v || model.user[u] == 0 || model.user[v] == 0)
		return;
	model.user[u] = model.user[v];
	model.user[v] = uid;
	snprintf(names[0], sizeof(names[0]), "m%u", u);
	snprintf(names[1], sizeof(names[1]), "m%u", v);
	users[0] = model_user(u, names[0]);
	users[1] = model_user(v, names[1]);
	cr_assert_eq(tn_snapshot_overlay_put_users(overlay, users, 2, NULL),
	             TN_OK);
}

static void
model_step(void)
{
	uint32_t u = next_random() % MODEL_USERS;
	uint32_t g = next_random() % MODEL_GROUPS;
	uint32_t i;

	switch (next_random() % 6) {
	case 0:
		model_put_user(u);
		break;
	case 1:
		model.user[u] = 0;
		cr_assert_eq(tn_snapshot_overlay_remove_user(
		                 overlay, model_name('m', u), NULL),
		             TN_OK);
		model_regroup(u);
		break;
	case 2: /* groups lose numbers and names, too */
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
	case 4:
		model_exchange(u, next_random() % MODEL_USERS);
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
	cr_assert_str_eq(person.pw_dir, model_home(u));
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

static void
model_expect_all(void)
{
	uint32_t i;

	for (i = 0; i < MODEL_USERS; i++)
		model_expect_user(i);
	for (i = 0; i < MODEL_GROUPS; i++)
		model_expect_group(i);
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
			                         .shell = "/bin/sh" };

		if (tn_snapshot_user_next(snapshot, &index, &person, buffer,
		                          sizeof(buffer), &user.dead) != TN_OK)
			break;
		user.name = person.pw_name;
		user.uid = person.pw_uid;
		user.gid = person.pw_gid;
		user.home = person.pw_dir;
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

/* A base of what stands, while changes go on; or it is given up half way. */
static void
model_compact(void)
{
	struct tn_snapshot_compaction *compaction = NULL;
	struct tn_snapshot_overlay *moved = NULL;
	struct tn_snapshot_base base;
	uint32_t left = next_random() % 4 == 0 ? next_random() % 8 : UINT32_MAX;
	bool is_done = false;

	save();
	cr_assert_eq(tn_snapshot_compact_begin(example.directory,
	                                       example.generation + 1,
	                                       1700000002, &compaction, NULL),
	             TN_OK);
	for (; !is_done && left > 0; left--) {
		cr_assert_eq(
		    tn_snapshot_compact_step(compaction, &is_done, &base, NULL),
		    TN_OK);
		if (next_random() % 2 == 0) {
			model_step();
			save();
			model_expect_all();
		}
		if (next_random() % 2 == 0)
			model_step();
	}
	if (is_done) {
		cr_assert_eq(tn_snapshot_overlay_new(example.directory, &base,
		                                     &moved, NULL),
		             TN_OK);
		cr_assert_eq(
		    tn_snapshot_compact_move(compaction, overlay, moved, NULL),
		    TN_OK);
		tn_snapshot_overlay_free(overlay);
		overlay = moved;
	}
	tn_snapshot_compact_free(compaction);
	save();
	model_expect_all();
}

static void
model_run(uint64_t first)
{
	int round;

	fprintf(stderr, "# seed %llu\n", (unsigned long long)first);
	seed = first;
	memset(&model, 0, sizeof(model));
	example_init(&example);
	example_publish(&example, example_gather(0));
	overlay = example_overlay(&example);
	for (round = 1; round <= 2000; round++) {
		model_step();
		if (round % 3 == 0) {
			save();
			model_expect_all();
			if (round % 7 == 0)
				model_reopen();
		}
		if (round % 20 == 0)
			model_compact();
		if (round % 150 == 0)
			model_rebase();
	}
	clean();
	snapshot = NULL;
	overlay = NULL;
}

Test(snapshot_model, any_sequence_of_changes_ends_in_the_state_it_should)
{
	const char *wanted = getenv("TN_MODEL_SEED");
	uint64_t first = wanted != NULL ? strtoull(wanted, NULL, 10) : 4;
	int n;

	for (n = 0; n < 4; n++)
		model_run(first + (uint64_t)n);
}
