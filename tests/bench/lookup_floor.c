/*
 * The floor: a tinycdb file, mapped, read without a library, a check of the
 * file or a system call. What it finds is copied into the caller's buffer and
 * cut at its colons, which is the least that a module must do.
 */
#include <config.h>

#include "lookup_source.h"

#include <endian.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TABLES 256u

static const uint8_t *start;

static uint32_t
word(uint32_t at)
{
	uint32_t value;

	memcpy(&value, start + at, sizeof(value));
	return le32toh(value);
}

/* Returns the data's length, or 0. */
static uint32_t
find(const char *key, uint32_t len, const char **ret)
{
	uint32_t hash = 5381;
	uint32_t table;
	uint32_t slots;
	uint32_t slot;
	uint32_t tries;
	uint32_t i;

	for (i = 0; i < len; i++)
		hash = ((hash << 5) + hash) ^ (uint8_t)key[i];
	table = word(hash % TABLES * 8);
	slots = word(hash % TABLES * 8 + 4);
	if (slots == 0)
		return 0;
	slot = (hash / TABLES) % slots;
	for (tries = 0; tries < slots; tries++) {
		uint32_t at = word(table + slot * 8 + 4);

		if (at == 0)
			return 0;
		if (word(table + slot * 8) == hash && word(at) == len &&
		    memcmp(start + at + 8, key, len) == 0) {
			*ret = (const char *)start + at + 8 + len;
			return word(at + 4);
		}
		if (++slot == slots)
			slot = 0;
	}
	return 0;
}

static uint32_t
number(const char *text)
{
	uint32_t value = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (uint32_t)(*text - '0');
	return value;
}

static enum lookup_found
fill(const char *key, uint32_t len, struct passwd *ret, char *buffer,
     size_t size)
{
	const char *data = NULL;
	char *fields[7];
	uint32_t have = find(key, len, &data);
	char *at = buffer;
	size_t i;

	if (have == 0)
		return LOOKUP_MISSING;
	if (have >= size)
		return LOOKUP_FAILED;
	memcpy(buffer, data, have);
	buffer[have] = '\0';
	for (i = 0; i < 7; i++) {
		fields[i] = at;
		at = i < 6 ? strchr(at, ':') : NULL;
		if (i < 6) {
			if (at == NULL)
				return LOOKUP_FAILED;
			*at++ = '\0';
		}
	}
	*ret = (struct passwd){ .pw_name = fields[0],
		                .pw_passwd = fields[1],
		                .pw_uid = number(fields[2]),
		                .pw_gid = number(fields[3]),
		                .pw_gecos = fields[4],
		                .pw_dir = fields[5],
		                .pw_shell = fields[6] };
	return LOOKUP_FOUND;
}

static enum lookup_found
floor_name(const char *name, struct passwd *ret, char *buffer, size_t size)
{
	char key[64] = "n";
	size_t len = strlen(name);

	if (len > sizeof(key) - 2)
		return LOOKUP_MISSING;
	memcpy(key + 1, name, len);
	return fill(key, (uint32_t)len + 1, ret, buffer, size);
}

static enum lookup_found
floor_uid(uid_t uid, struct passwd *ret, char *buffer, size_t size)
{
	char key[16];
	char *at = key + sizeof(key);

	do
		*--at = (char)('0' + uid % 10);
	while ((uid /= 10) != 0);
	*--at = 'u';
	return fill(at, (uint32_t)(key + sizeof(key) - at), ret, buffer, size);
}

bool
lookup_open_cdb(const char *path, struct lookup_source *ret)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) != 0 || status.st_size < 2048) {
		fprintf(stderr, "lookup: %s: no cdb\n", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	start =
	    mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (start == MAP_FAILED) {
		perror("lookup: mmap");
		return false;
	}
	*ret = (struct lookup_source){ .name = floor_name, .uid = floor_uid };
	return true;
}
