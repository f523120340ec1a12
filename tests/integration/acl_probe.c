/*
 * acl_probe TABLE SUFFIX CERTIFICATES: every cell of the access table, every
 * letter of it, tried on real connections; what a cell does not name must be
 * refused. One TAP line for a row.
 */
#include "acl_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS (3 + IDENTITIES)

static const char *const identity_names[IDENTITIES] = {
	"anonymous", "host",     "otherhost", "person",    "self",
	"scheduler", "enforcer", "system",    "security",  "audit",
	"bootstrap", "hr",       "it-manager", "provider",
};

struct count {
	unsigned int cells;
	unsigned int allowed;
	unsigned int denied;
	unsigned int wrong;
};

/* One attribute, one identity, all letters. */
static void
try_cell(const struct probe_place *place, enum identity who, const char *dn,
         const char *attribute, bool is_absent, const char *cell,
         struct count *count)
{
	const bool is_password = !strcmp(attribute, "userPassword");
	const char *letters = attribute[0] == '+'               ? "adn"
	                      : is_password                     ? "rwx"
	                      : is_absent && !strchr(cell, 'r') ? "wad"
	                                                        : "rwad";
	const char *letter;

	for (letter = letters; *letter; letter++) {
		bool wanted = strchr(cell, *letter) != NULL;
		enum probe_result result;
		int code = 0;

		/* Whoever has the password is nobody before he is bound. */
		if (*letter == 'x' && who != ANONYMOUS)
			continue;
		result = probe_try(place, who, dn, attribute, *letter, &code);
		if (result == PROBE_ALLOWED)
			count->allowed++;
		else
			count->denied++;
		if (result != PROBE_ODD && (result == PROBE_ALLOWED) == wanted)
			continue;
		count->wrong++;
		printf("# %s %s %s: '%c' is %s, the table says %s (%s)\n",
		       identity_names[who], dn, attribute, *letter,
		       result == PROBE_ODD       ? "odd"
		       : result == PROBE_ALLOWED ? "allowed"
		                                 : "denied",
		       cell, ldap_err2string(code));
	}
}

static void
try_row(const struct probe_place *place, char *columns[COLUMNS],
        struct count *total)
{
	struct count count = { 0 };
	char dn[PROBE_TEXT_MAX];
	size_t len = strlen(columns[1]);
	char *attributes = columns[2];
	char *attribute;
	int who;

	if (len && columns[1][len - 1] == '@')
		snprintf(dn, sizeof(dn), "%.*s%s", (int)len - 1, columns[1],
		         place->suffix);
	else
		snprintf(dn, sizeof(dn), "%s", columns[1]);
	while ((attribute = strsep(&attributes, ","))) {
		bool is_absent = attribute[0] == '?';

		attribute += is_absent;
		if (attribute[0] != '+' && !is_absent &&
		    !probe_sample_has(place, dn, attribute)) {
			printf("# %s: the sample has no %s\n", dn, attribute);
			count.wrong++;
		}
		for (who = 0; who < IDENTITIES; who++) {
			const char *cell = columns[3 + who];

			if (!strcmp(cell, "."))
				continue;
			count.cells++;
			try_cell(place, (enum identity)who, dn, attribute,
			         is_absent, cell, &count);
		}
	}
	printf("%s - access: %s (%u cells)\n", count.wrong ? "not ok" : "ok",
	       columns[0], count.cells);
	total->cells += count.cells;
	total->allowed += count.allowed;
	total->denied += count.denied;
	total->wrong += count.wrong;
}

int
main(int argc, char **argv)
{
	struct probe_place place = { .password = "Vogel-und-Kirsche-7" };
	struct count total = { 0 };
	char line[4096];
	FILE *table;

	if (argc != 4 || !(table = fopen(argv[1], "re"))) {
		fputs("usage: acl_probe TABLE SUFFIX CERTIFICATES\n", stderr);
		return 2;
	}
	place.suffix = argv[2];
	place.certificates = argv[3];
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), table)) {
		char *columns[COLUMNS];
		char *at = line;
		int count = 0;

		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		while (count < COLUMNS && (columns[count] = strsep(&at, "\t")))
			count++;
		if (count != COLUMNS || at) {
			printf("not ok - access: a row of %d columns: %s\n",
			       count, line);
			total.wrong++;
			continue;
		}
		if (strcmp(columns[0], "row"))
			try_row(&place, columns, &total);
	}
	fclose(table);
	printf("# %u cells, %u attempts allowed, %u refused, %u wrong\n",
	       total.cells, total.allowed, total.denied, total.wrong);
	return total.wrong || !total.cells;
}
