/*
 * A target without libFuzzer: its seeds, the inputs that were kept in
 * tests/fuzz/corpus/TARGET, and some thousand changes of both by a fixed seed.
 * What is wrong ends the program.
 *
 * usage: fuzz_TARGET                 the above, as TAP
 *        fuzz_TARGET --seeds FOLDER  write the seeds, for libFuzzer
 *        fuzz_TARGET FILE...         one input after another
 */
#include <config.h>

#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define INPUT_MAX   ((size_t)1 << 20)
#define CHANGES     4000 /* of all inputs together */
#define CPU_SECONDS 4    /* and not for longer */
#define SECONDS     120

struct input {
	uint8_t *data;
	size_t size;
};

static struct input *inputs;
static size_t count;
static uint64_t change_seed = 20261123;

static void
add(const uint8_t *data, size_t size)
{
	inputs = reallocarray(inputs, count + 1, sizeof(*inputs));
	if (inputs == NULL)
		abort();
	inputs[count].data = fuzz_copy(data, size, false);
	inputs[count++].size = size;
}

static void
run(const uint8_t *data, size_t size)
{
	uint8_t *copy = fuzz_copy(data, size, false);

	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	size_t at = size > 0 ? fuzz_random(&change_seed) % size : 0;
	uint32_t what = fuzz_random(&change_seed) % 6;
	uint8_t byte = (uint8_t)fuzz_random(&change_seed);

	if (what == 0 && size < max) { /* one byte more */
		memmove(data + at + 1, data + at, size - at);
		data[at] = byte;
		return size + 1;
	}
	if (size == 0)
		return 0;
	switch (what) {
	case 1: /* one less */
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	case 2: /* cut */
		return at;
	case 3: /* one bit */
		data[at] ^= (uint8_t)(1u << byte % 8);
		return size;
	case 4: /* what is at the edge of a type */
		data[at] = byte < 128 ? 0 : 0xff;
		return size;
	default:
		data[at] = byte;
		return size;
	}
}

/* The seeds, as inputs. */
static void
gather_seeds(void)
{
	uint8_t *room = malloc(FUZZ_SEED_MAX);
	size_t size;
	size_t i;

	if (room == NULL)
		abort();
	for (i = 0; (size = fuzz_seed(i, room, FUZZ_SEED_MAX)) != FUZZ_NO_SEED;
	     i++)
		add(room, size);
	free(room);
}

static bool
gather_file(const char *path)
{
	uint8_t *room = malloc(INPUT_MAX);
	FILE *file = fopen(path, "re");
	size_t size;

	if (room == NULL || file == NULL) {
		free(room);
		return false;
	}
	size = fread(room, 1, INPUT_MAX, file);
	fclose(file);
	add(room, size);
	free(room);
	return true;
}

/* What was kept; no folder is nothing kept. */
static bool
gather_corpus(const char *program)
{
	const char *name = strrchr(program, '/');
	const char *top = getenv("top_srcdir");
	const struct dirent *entry;
	char path[4096];
	bool is_good = true;
	DIR *folder;

	name = name != NULL ? name + 1 : program;
	if (strncmp(name, "lt-", 3) == 0)
		name += 3;
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s",
	         top != NULL ? top : ".", name);
	folder = opendir(path);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		char file[8192];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		is_good = gather_file(file) && is_good;
	}
	if (folder != NULL)
		closedir(folder);
	return is_good;
}

static void
write_seeds(const char *folder)
{
	char path[4096];
	size_t i;

	for (i = 0; i < count; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/seed-%03zu", folder, i);
		file = fopen(path, "we");
		if (file == NULL ||
		    fwrite(inputs[i].data, 1, inputs[i].size, file) !=
		        inputs[i].size ||
		    fclose(file) != 0)
			abort();
	}
}

static void
change(const struct input *input)
{
	size_t max = input->size + 64;
	uint8_t *data = malloc(max);
	size_t size = input->size;
	uint32_t times = 1 + fuzz_random(&change_seed) % 4;

	if (data == NULL)
		abort();
	memcpy(data, input->data, size);
	while (times-- > 0)
		size = LLVMFuzzerCustomMutator(data, size, max,
		                               fuzz_random(&change_seed));
	run(data, size);
	free(data);
}

static int
replay(const char *program)
{
	bool is_kept_readable = gather_corpus(program);
	size_t i;

	printf("1..3\n");
	for (i = 0; i < count; i++)
		run(inputs[i].data, inputs[i].size);
	printf("%sok 1 - what was kept is readable\n",
	       is_kept_readable ? "" : "not ");
	printf("%sok 2 - %zu inputs, seeds and what was kept\n",
	       count > 0 ? "" : "not ", count);
	for (i = 0; count > 0 && i < CHANGES &&
	            clock() < (clock_t)CPU_SECONDS * CLOCKS_PER_SEC;
	     i++)
		change(&inputs[i % count]);
	printf("%sok 3 - %zu changes of them\n", i > 0 ? "" : "not ", i);
	return 0;
}

int
main(int argc, char **argv)
{
	int status = 0;
	int i;

	setvbuf(stdout, NULL, _IONBF, 0);
	alarm(SECONDS);
	if (argc > 2 && strcmp(argv[1], "--seeds") == 0) {
		gather_seeds();
		write_seeds(argv[2]);
	} else if (argc > 1) {
		for (i = 1; i < argc; i++)
			if (!gather_file(argv[i]))
				status = 2;
		for (i = 0; i < (int)count; i++)
			run(inputs[i].data, inputs[i].size);
	} else {
		gather_seeds();
		status = replay(argv[0]);
	}
	while (count > 0)
		free(inputs[--count].data);
	free(inputs);
	return status;
}
