/*
 * How often does a text stand in the memory of processes, as it is, in lower
 * case, reversed, without its signs, or several of these? For tests, as root.
 *
 * usage: memory_search PID...	the text is the first line of standard input
 *
 * Prints "PID COUNT WHERE" for each mapping that holds it, and at the end the
 * sum. Exit status 0: nowhere; 1: somewhere; 2: could not be searched.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MIN 8
#define FORMS    8

static char text[256];
static size_t text_len;
/* What is looked for: the text first. */
static char forms[FORMS][sizeof(text)];
static size_t form_count;

static void
reverse(char *form)
{
	size_t len = strlen(form);
	size_t i;

	for (i = 0; i < len / 2; i++) {
		char c = form[i];

		form[i] = form[len - 1 - i];
		form[len - 1 - i] = c;
	}
}

static void
drop_signs(char *form)
{
	char *to = form;

	for (; *form != '\0'; form++) {
		if (isalnum((unsigned char)*form))
			*to++ = *form;
	}
	*to = '\0';
}

static void
make_forms(void)
{
	unsigned int which;
	size_t i;

	for (which = 0; which < FORMS; which++) {
		char *form = forms[form_count];

		memcpy(form, text, sizeof(text));
		for (i = 0; (which & 1) != 0 && form[i] != '\0'; i++)
			form[i] = (char)tolower((unsigned char)form[i]);
		if ((which & 2) != 0)
			reverse(form);
		if ((which & 4) != 0)
			drop_signs(form);
		for (i = 0; i < form_count && strcmp(forms[i], form) != 0;)
			i++;
		if (i == form_count && strlen(form) >= TEXT_MIN)
			form_count++;
	}
}

static size_t
count_form(const char *data, size_t len, const char *form)
{
	const char *end = data + len;
	const char *at = data;
	size_t found = 0;

	while ((at = memmem(at, (size_t)(end - at), form, strlen(form))) !=
	       NULL) {
		found++;
		at++;
	}
	return found;
}

static size_t
count_in(const char *data, size_t len)
{
	size_t found = 0;
	size_t i;

	for (i = 0; i < form_count; i++)
		found += count_form(data, len, forms[i]);
	return found;
}

/* Blocks overlap by a text less a byte: none is missed, a shorter form may be
   counted twice. */
static size_t
search_mapping(int memory, unsigned long start, unsigned long end)
{
	static char block[1 << 20];
	size_t found = 0;
	size_t kept = 0;
	ssize_t got;

	while (start < end) {
		size_t want = sizeof(block) - kept;

		if (want > end - start)
			want = end - start;
		got = pread(memory, block + kept, want, (off_t)start);
		if (got <= 0)
			break;
		found += count_in(block, kept + (size_t)got);
		start += (unsigned long)got;
		kept += (size_t)got;
		if (kept >= text_len) {
			memmove(block, block + kept - (text_len - 1),
			        text_len - 1);
			kept = text_len - 1;
		}
	}
	memset(block, 0, sizeof(block));
	return found;
}

/* -1: could not. */
static long
search(const char *pid)
{
	unsigned long start;
	unsigned long end;
	char line[512];
	char path[64];
	char mode[8];
	long sum = 0;
	long found;
	FILE *maps;
	int memory;

	(void)snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "re");
	(void)snprintf(path, sizeof(path), "/proc/%s/mem", pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	if (maps == NULL || memory < 0) {
		perror(path);
		return -1;
	}
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3 ||
		    mode[0] != 'r' || strstr(line, "[v") != NULL)
			continue;
		found = (long)search_mapping(memory, start, end);
		if (found > 0)
			printf("%s %ld %s", pid, found, line);
		sum += found;
	}
	(void)fclose(maps);
	(void)close(memory);
	return sum;
}

int
main(int argc, char **argv)
{
	long sum = 0;
	long found;
	int i;

	if (fgets(text, sizeof(text), stdin) == NULL)
		return 2;
	text[strcspn(text, "\n")] = '\0';
	text_len = strlen(text);
	if (text_len < TEXT_MIN || argc < 2)
		return 2;
	make_forms();
	for (i = 1; i < argc; i++) {
		found = search(argv[i]);
		if (found < 0)
			return 2;
		sum += found;
	}
	printf("%ld\n", sum);
	return sum > 0 ? 1 : 0;
}
