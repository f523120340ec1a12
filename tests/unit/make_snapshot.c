/*
 * Publishes a snapshot for tests in shell.
 *     make_snapshot FOLDER GENERATION < LINES
 * A line is "user:NAME:UID:GID:GECOS:HOME:SHELL", "dead:..." likewise, or
 * "group:NAME:GID:MEMBER,MEMBER,...".
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "snapshot/snapshot_writer.h"

#define FIELDS  7
#define MEMBERS 4096

static uint32_t
number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

/* Cuts line at each separator, in place; what is missing is "". */
static size_t
split(char *line, const char *separator, char *fields[], size_t most)
{
	static char nothing[] = "";
	size_t count = 0;
	size_t i;

	while (line != NULL && *line != '\0' && count < most)
		fields[count++] = strsep(&line, separator);
	for (i = count; i < most; i++)
		fields[i] = nothing;
	return count;
}

static int
add_line(struct tn_snapshot_writer *writer, char *line, struct tn_err *err)
{
	char *field[FIELDS];
	char *members[MEMBERS];

	line[strcspn(line, "\n")] = '\0';
	split(line, ":", field, FIELDS);
	if (strcmp(field[0], "group") == 0) {
		size_t count = split(field[3], ",", members, MEMBERS);

		return tn_snapshot_add_group(writer, field[1], number(field[2]),
		                             (const char *const *)members,
		                             count, err);
	}
	return tn_snapshot_add_user(writer,
	                            &(struct tn_snapshot_user){
	                                .name = field[1],
	                                .uid = number(field[2]),
	                                .gid = number(field[3]),
	                                .gecos = field[4],
	                                .home = field[5],
	                                .shell = field[6],
	                                .dead = strcmp(field[0], "dead") == 0,
	                            },
	                            err);
}

int
main(int argc, char **argv)
{
	struct tn_snapshot_writer *writer = NULL;
	struct tn_err err = TN_ERR_INIT;
	char *line = NULL;
	size_t size = 0;
	int rc;

	if (argc != 3) {
		fputs("usage: make_snapshot FOLDER GENERATION\n", stderr);
		return 2;
	}
	rc = tn_snapshot_writer_new(&writer, &err);
	while (rc == TN_OK && getline(&line, &size, stdin) > 0)
		rc = add_line(writer, line, &err);
	if (rc == TN_OK)
		rc = tn_snapshot_finish(writer, argv[1], number(argv[2]), 0, "",
		                        &err);
	if (rc != TN_OK)
		fprintf(stderr, "make_snapshot: %s\n", err.text);
	free(line);
	tn_snapshot_writer_free(writer);
	return rc == TN_OK ? 0 : 1;
}
