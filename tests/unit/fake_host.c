/*
 * The parts around the modules, for tests in a machine of the lab: publishes a
 * snapshot of a few people and answers as the fake tenured does, until it is
 * ended. usage: fake_host SNAPSHOT-FOLDER SOCKET
 */
#include <config.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"
#include "fake_tenured.h"
#include "snapshot/snapshot_writer.h"

static const char *const people[] = { "ok",       "change",    "warned",
	                              "departed", "elsewhere", "hung" };

static int
publish(const char *folder, struct tn_err *err)
{
	struct tn_snapshot_writer *writer = NULL;
	int r;

	r = tn_snapshot_writer_new(&writer, err);
	for (size_t i = 0; i < TN_ARRAY_LEN(people) && r == TN_OK; i++) {
		char home[64];
		struct tn_snapshot_user user = {
			.name = people[i],
			.uid = 2000001 + (uint32_t)i,
			.gid = 2000000,
			.gecos = "王小明",
			.home = home,
			.shell = "/bin/bash",
		};

		snprintf(home, sizeof(home), "/home/%s", people[i]);
		r = tn_snapshot_add_user(writer, &user, err);
	}
	if (r == TN_OK)
		r = tn_snapshot_add_group(writer, "employees", 2000000, people,
		                          1, err);
	if (r == TN_OK)
		r = tn_snapshot_finish(writer, folder, 1, 1700000000, "", err);
	tn_snapshot_writer_free(writer);
	return r;
}

int
main(int argc, char **argv)
{
	struct tn_err err = TN_ERR_INIT;
	struct fake_tenured fake;

	if (argc != 3)
		return 2;
	if (publish(argv[1], &err) != TN_OK) {
		fprintf(stderr, "fake_host: %s\n", err.text);
		return 1;
	}
	fake_tenured_start(&fake, argv[2]);
	if (chmod(argv[2], 0666) != 0)
		return 1;
	for (;;)
		pause();
}
