#include "command_help.h"

#include <string.h>

#include "base/attrs.h"

#define WORD_MAX 32

const struct command *
command_find(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++) {
		if (!strcmp(command->name, name))
			return command;
	}
	return NULL;
}

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int
command_distance(const char *a, const char *b, unsigned int max)
{
	unsigned int row[3][WORD_MAX + 1];
	size_t a_len = strlen(a);
	size_t b_len = strlen(b);
	size_t i;
	size_t j;

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return max + 1;
	memset(row, 0, sizeof(row));
	for (j = 0; j <= b_len; j++)
		row[0][j] = (unsigned int)j;
	for (i = 1; i <= a_len; i++) {
		unsigned int *now = row[i % 3];
		const unsigned int *before = row[(i + 2) % 3];
		const unsigned int *earlier = row[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (j = 1; j <= b_len; j++) {
			unsigned int cost = a[i - 1] != b[j - 1];

			now[j] = least(least(before[j] + 1, now[j - 1] + 1),
			               before[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], earlier[j - 2] + 1);
		}
	}
	return least(row[a_len % 3][b_len], max + 1);
}

const struct command *
command_nearest(const char *name)
{
	const struct command *command;
	const struct command *best = NULL;
	size_t best_distance = 3;
	size_t len = strlen(name);

	for (command = commands; command->name; command++) {
		size_t distance =
		    command_distance(name, command->name, 2);

		if (len >= 2 && !strncmp(command->name, name, len))
			distance = 1;
		/* "du" is not nearly "audit": half of it must be right. */
		if (distance * 2 > strlen(command->name))
			continue;
		if (distance < best_distance) {
			best_distance = distance;
			best = command;
		}
	}
	return best;
}

int
command_unknown(const struct command_run *run, const char *name)
{
	const struct command *nearest = command_nearest(name);

	(void)run;
	fprintf(stderr, "tenure: there is no command %.64s", name);
	if (nearest)
		fprintf(stderr, "; did you mean %s?", nearest->name);
	fputs(" (try: tenure help)\n", stderr);
	return EXIT_USAGE;
}

static const char common_options[] =
    "  --config FILE       instead of " TN_CONFIG_PATH "\n"
    "  --json              for programs, not for people\n"
    "  --as LOGIN          act as this person (asks for the password)\n"
    "  --password-fd N     read that password from this descriptor\n";

void
command_help_all(FILE *out)
{
	const struct command *command;

	fputs("usage: tenure [OPTION]... COMMAND [ARGUMENT]...\n\n"
	      "One person, one account, exactly as long as they serve.\n\n",
	      out);
	for (command = commands; command->name; command++)
		fprintf(out, "  %-10s %s\n", command->name, command->summary);
	fprintf(out, "  %-10s %s\n", "help", "explain a command");
	fprintf(out,
	        "\nOptions of every command:\n%s"
	        "  --help, --version\n\n"
	        "Exit status: 0 done and clean, 1 findings or refused by a "
	        "rule, 2 usage,\n3 could not tell (nothing was written).\n",
	        common_options);
}

void
command_help_one(FILE *out, const struct command *command)
{
	const char *line = command->arguments;

	/* A line of .arguments is one way to call the command. */
	do {
		size_t len = strcspn(line, "\n");

		fprintf(out, "%s tenure %s %.*s\n",
		        line == command->arguments ? "usage:" : "      ",
		        command->name, (int)len, line);
		line += len;
		line += *line == '\n';
	} while (*line);
	fprintf(out, "\n%s.\n\n%s\nOptions of every command:\n%s",
	        command->summary, command->help, common_options);
}
