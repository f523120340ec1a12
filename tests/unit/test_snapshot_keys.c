/* The keys file: what is written is read, and what is damaged, foreign or a
   lie gives no key, and never a crash. */
#include <config.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_keys.h"

#define PREFIX "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"
#define PEOPLE 200

static char folder[] = "/tmp/tenure-keys-XXXXXX";
static char path[64];

static void
make_folder(void)
{
	cr_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/" TN_KEYS_FILE, folder);
}

static void
remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

TestSuite(snapshot_keys, .init = make_folder, .fini = remove_folder);

/* Person i has i % 3 + 1 keys. */
static const char *
keys_of(unsigned int i, char ret[512])
{
	unsigned int k;
	size_t len = 0;

	for (k = 0; k <= i % 3; k++)
		len += (size_t)snprintf(ret + len, 512 - len,
		                        "%s" PREFIX "A%05uA%036u",
		                        k == 0 ? "" : "\n", i, k);
	return ret;
}

static void
save(void)
{
	struct tn_keys_writer *writer = NULL;
	struct tn_err err = TN_ERR_INIT;
	char login[32];
	char keys[512];
	unsigned int i;

	cr_assert_eq(tn_keys_writer_new(&writer, &err), TN_OK);
	for (i = 0; i < PEOPLE; i++) {
		snprintf(login, sizeof(login), "person%u", i);
		cr_assert_eq(tn_keys_add(writer, login, 2000000 + i,
		                         keys_of(i, keys), &err),
		             TN_OK, "%s", err.text);
	}
	cr_expect_eq(tn_keys_add(writer, "person7", 2, keys, &err),
	             TN_E_INVALID);
	cr_expect_eq(tn_keys_add(writer, "person7", 2000999, keys, &err),
	             TN_E_EXISTS);
	cr_expect_eq(tn_keys_add(writer, "other", 2000999, "", &err),
	             TN_E_INVALID);
	cr_expect_eq(tn_keys_add(writer, "other", 2000999,
	                         "command=\"id\" " PREFIX, &err),
	             TN_E_INVALID);
	cr_assert_eq(tn_keys_save(writer, folder, 42, 1700000000, &err), TN_OK,
	             "%s", err.text);
	tn_keys_writer_free(writer);
}

/* 0640, as publish leaves it: the owner is who runs this. */
static int
open_keys(struct tn_keys_map *ret)
{
	return tn_keys_open(folder, geteuid(), ret);
}

Test(snapshot_keys, as_they_went_in)
{
	char found[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_map map;
	struct stat status;
	char login[32];
	char keys[512];
	unsigned int i;

	save();
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0640);
	cr_assert_eq(open_keys(&map), TN_OK);
	cr_expect_eq(map.header.generation, 42);
	cr_expect_eq(map.header.users, PEOPLE);
	for (i = 0; i < PEOPLE; i++) {
		snprintf(login, sizeof(login), "person%u", i);
		cr_assert_eq(tn_keys_find(&map, login, 2000000 + i, found),
		             TN_OK);
		cr_expect_str_eq(found, keys_of(i, keys));
		cr_expect_eq(tn_keys_find(&map, login, 2000001 + i, found),
		             TN_E_NOT_FOUND, "the number of another");
	}
	cr_expect_eq(tn_keys_find(&map, "nobody", 2000000, found),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_keys_find(&map, "", 2000000, found), TN_E_NOT_FOUND);
	tn_keys_close(&map);
}

Test(snapshot_keys, nobody_has_any)
{
	char found[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_writer *writer = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct tn_keys_map map;

	cr_assert_eq(tn_keys_writer_new(&writer, &err), TN_OK);
	cr_assert_eq(tn_keys_save(writer, folder, 1, 1, &err), TN_OK);
	tn_keys_writer_free(writer);
	cr_assert_eq(open_keys(&map), TN_OK);
	cr_expect_eq(tn_keys_find(&map, "person1", 2000001, found),
	             TN_E_NOT_FOUND);
	tn_keys_close(&map);
}

Test(snapshot_keys, whose_and_who_reads)
{
	struct tn_keys_map map;
	char link_to[80];

	cr_expect_eq(open_keys(&map), TN_E_NOT_FOUND);
	save();
	chmod(path, 0644);
	cr_expect_eq(open_keys(&map), TN_E_DAMAGED, "the world reads it");
	chmod(path, 0660);
	cr_expect_eq(open_keys(&map), TN_E_DAMAGED, "its group writes it");
	chmod(path, 0640);
	if (geteuid() != 0)
		cr_expect_eq(tn_keys_open(folder, 0, &map), TN_E_DAMAGED,
		             "it belongs to somebody");
	snprintf(link_to, sizeof(link_to), "%s.real", path);
	cr_assert_eq(rename(path, link_to), 0);
	cr_assert_eq(symlink(link_to, path), 0);
	cr_expect_eq(open_keys(&map), TN_E_DAMAGED, "a link");
	unlink(path);
	cr_assert_eq(mkfifo(path, 0640), 0);
	cr_expect_eq(open_keys(&map), TN_E_DAMAGED, "a pipe");
	unlink(link_to);
}

static uint8_t *
read_file(size_t *ret_size)
{
	struct stat status;
	uint8_t *data;
	int fd = open(path, O_RDONLY);

	cr_assert(fd >= 0);
	cr_assert_eq(fstat(fd, &status), 0);
	*ret_size = (size_t)status.st_size;
	data = malloc(*ret_size);
	cr_assert(data);
	cr_assert_eq(read(fd, data, *ret_size), status.st_size);
	close(fd);
	return data;
}

static void
write_file(const uint8_t *data, size_t size)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0640);
	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, data, size), (ssize_t)size);
	cr_assert_eq(fchmod(fd, 0640), 0);
	close(fd);
}

/* Every person is asked for; all that comes is keys in their one form. */
static void
ask_for_all(void)
{
	char found[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_map map;
	char login[32];
	unsigned int i;

	if (open_keys(&map) != TN_OK)
		return;
	for (i = 0; i < PEOPLE; i++) {
		snprintf(login, sizeof(login), "person%u", i);
		if (tn_keys_find(&map, login, 2000000 + i, found) == TN_OK)
			cr_assert(tn_ssh_keys_are_good(found));
	}
	tn_keys_close(&map);
}

Test(snapshot_keys, cut)
{
	size_t size = 0;
	uint8_t *data;
	size_t cut;

	save();
	data = read_file(&size);
	for (cut = 0; cut < size; cut += cut < 256 ? 1 : 97) {
		struct tn_keys_map map;

		write_file(data, cut);
		cr_expect_eq(open_keys(&map), TN_E_DAMAGED, "%zu", cut);
	}
	free(data);
}

Test(snapshot_keys, one_byte_is_another, .timeout = 120)
{
	size_t size = 0;
	uint8_t *data;
	size_t i;

	save();
	data = read_file(&size);
	srand(7);
	for (i = 0; i < 3000; i++) {
		/* Header, index and the first records more often. */
		size_t at = i < 64    ? i
		            : i % 3 == 0 ? size - 1 - (size_t)rand() % 2048
		            : i % 3 == 1 ? 64 + (size_t)rand() % 1024
		                         : (size_t)rand() % size;
		uint8_t was = data[at];

		data[at] = (uint8_t)rand();
		write_file(data, size);
		ask_for_all();
		data[at] = was;
	}
	free(data);
}

/* What a writer would never say. */
Test(snapshot_keys, lies)
{
	char found[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_header header;
	struct tn_keys_map map;
	size_t size = 0;
	uint8_t *data;
	uint8_t *option;
	uint32_t i;

	save();
	data = read_file(&size);
	memcpy(&header, data, sizeof(header));
	/* An index without an end, each slot the same record. */
	for (i = 0; i < header.index_count; i++)
		memcpy(data + header.index + i * 4, &(uint32_t){ 16 }, 4);
	write_file(data, size);
	cr_assert_eq(open_keys(&map), TN_OK);
	cr_expect_eq(tn_keys_find(&map, "nobody", 2000000, found),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_keys_find(&map, "person0", 2000000, found), TN_OK);
	tn_keys_close(&map);
	/* Slots past the end, and into the header. */
	for (i = 0; i < header.index_count; i++)
		memcpy(data + header.index + i * 4,
		       &(uint32_t){ i % 2 != 0 ? UINT32_MAX : 1 }, 4);
	write_file(data, size);
	cr_assert_eq(open_keys(&map), TN_OK);
	cr_expect_eq(tn_keys_find(&map, "person1", 2000001, found),
	             TN_E_DAMAGED);
	tn_keys_close(&map);
	free(data);
	/* An option in the place of a type. */
	save();
	data = read_file(&size);
	option = memmem(data, size, PREFIX, strlen(PREFIX));
	cr_assert(option);
	memcpy(option, "command=\"a\"", 11);
	write_file(data, size);
	cr_assert_eq(open_keys(&map), TN_OK);
	cr_expect_eq(tn_keys_find(&map, "person0", 2000000, found),
	             TN_E_DAMAGED);
	cr_expect_eq(tn_keys_find(&map, "person1", 2000001, found), TN_OK);
	tn_keys_close(&map);
	free(data);
}
