#include "snapshot/account_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"
#include "snapshot/account_file_format.h"

#define NEW_SUFFIX ".new"

struct tn_account_file {
	char *path;
	char *new_path;
	int fd;
	bool is_new; /* stands beside path yet */
	uint32_t slots;
	uint32_t count;       /* records */
	uint32_t login_slots; /* in use */
	uint8_t *map;         /* NULL between a settle and the next put */
};

static size_t
size_of(uint32_t slots)
{
	return (size_t)tn_account_record_at(slots, slots / 2 + 1);
}

/* A failure is never TN_OK: analysers see that where it is returned. */
#define fail_io(...) tn_failure(put_io(__VA_ARGS__))

static int
put_io(const struct tn_account_file *file, const char *what, struct tn_err *err)
{
	return tn_fail_errno(err, TN_E_IO, errno, "%s: %s", file->path, what);
}

/* Mapped only while something is written: its pages are no burden then. */
static int
map_in(struct tn_account_file *file, struct tn_err *err)
{
	void *map;

	if (file->map != NULL)
		return TN_OK;
	map = mmap(NULL, size_of(file->slots), PROT_READ | PROT_WRITE,
	           MAP_SHARED, file->fd, 0);
	if (map == MAP_FAILED || map == NULL)
		return fail_io(file, "mapping", err);
	file->map = map;
	return TN_OK;
}

static void
map_out(struct tn_account_file *file)
{
	if (file->map != NULL)
		munmap(file->map, size_of(file->slots));
	file->map = NULL;
}

/* An empty file of so many slots in new_path; all of it is there, so that no
   full disk can hit who writes to the mapping. */
static int
make(struct tn_account_file *file, uint32_t slots, struct tn_err *err)
{
	int rc;

	(void)unlink(file->new_path);
	file->fd =
	    open(file->new_path,
	         O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file->fd < 0)
		return fail_io(file, "making", err);
	file->slots = slots;
	file->count = 0;
	file->login_slots = 0;
	file->is_new = true;
	rc = posix_fallocate(file->fd, 0, (off_t)size_of(slots));
	if (rc != 0)
		return tn_fail_errno(err, TN_E_IO, rc, "%s: room for it",
		                     file->path);
	return TN_OK;
}

int
tn_account_file_new(const char *path, struct tn_account_file **ret,
                    struct tn_err *err)
{
	struct tn_account_file *file = calloc(1, sizeof(*file));
	size_t len = strlen(path);
	int rc;

	if (file == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", path);
	file->fd = -1;
	file->path = strdup(path);
	file->new_path = malloc(len + sizeof(NEW_SUFFIX));
	if (file->path == NULL || file->new_path == NULL) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "%s", path);
		goto out;
	}
	(void)snprintf(file->new_path, len + sizeof(NEW_SUFFIX),
	               "%s" NEW_SUFFIX, path);
	rc = make(file, TN_ACCOUNT_SLOTS_MIN, err);
	if (rc != TN_OK)
		goto out;
	*ret = file;
	file = NULL;
out:
	tn_account_file_free(file);
	return rc;
}

void
tn_account_file_free(struct tn_account_file *file)
{
	if (file == NULL)
		return;
	map_out(file);
	if (file->fd >= 0)
		close(file->fd);
	if (file->is_new && file->new_path != NULL)
		(void)unlink(file->new_path);
	free(file->path);
	free(file->new_path);
	free(file);
}

static uint32_t
get_number(const struct tn_account_file *file, uint64_t at)
{
	uint32_t number;

	memcpy(&number, file->map + at, sizeof(number));
	return number;
}

static struct tn_account_file_record *
record_of(const struct tn_account_file *file, uint32_t number)
{
	void *at = file->map + tn_account_record_at(file->slots, number);

	return at;
}

/* The first empty slot for a login; false when the record is in one already. */
static bool
login_slot(const struct tn_account_file *file, const char *login,
           uint32_t number, uint64_t *ret)
{
	uint32_t slot = tn_account_slot(login, strlen(login), file->slots);
	uint32_t there;

	for (;;) {
		*ret = tn_account_login_at(slot);
		there = get_number(file, *ret);
		if (there == 0)
			return true;
		if (there == number)
			return false;
		slot = (slot + 1) & (file->slots - 1);
	}
}

/* The number of the account's record, 0 when it has none; *ret_at is its slot,
   or the one that it is to have. */
static uint32_t
find_uuid(const struct tn_account_file *file, const uint8_t *uuid,
          uint64_t *ret_at)
{
	uint32_t slot = tn_account_slot(uuid, TN_UUID_LEN, file->slots);
	uint32_t number;

	for (;;) {
		*ret_at = tn_account_uuid_at(file->slots, slot);
		number = get_number(file, *ret_at);
		if (number == 0 || memcmp(record_of(file, number)->uuid, uuid,
		                          TN_UUID_LEN) == 0)
			return number;
		slot = (slot + 1) & (file->slots - 1);
	}
}

static void
seal(struct tn_account_file_record *record)
{
	record->checksum = tn_account_sum(
	    record, offsetof(struct tn_account_file_record, checksum));
}

/* The record first, then what leads to it. There is room. */
static void
store(struct tn_account_file *file, const struct tn_account_file_record *record)
{
	uint64_t uuid_at;
	uint64_t login_at;
	uint32_t number = find_uuid(file, record->uuid, &uuid_at);
	bool is_known = number != 0;

	if (!is_known)
		number = ++file->count;
	memcpy(record_of(file, number), record, sizeof(*record));
	if (!is_known)
		memcpy(file->map + uuid_at, &number, sizeof(number));
	if (login_slot(file, record->login, number, &login_at)) {
		memcpy(file->map + login_at, &number, sizeof(number));
		file->login_slots++;
	}
}

/* Into a file of twice the size, or of the same where renames have used up the
   slots of logins. */
static int
grow(struct tn_account_file *file, struct tn_err *err)
{
	uint32_t slots =
	    file->count >= file->slots / 2 ? file->slots * 2 : file->slots;
	struct tn_account_file old = *file;
	int rc;

	if (slots > TN_ACCOUNT_SLOTS_MAX)
		return tn_fail(err, TN_E_LIMIT, "%s: too many accounts",
		               file->path);
	file->map = NULL;
	rc = make(file, slots, err);
	if (rc == TN_OK)
		rc = map_in(file, err);
	for (uint32_t i = 1; rc == TN_OK && i <= old.count; i++)
		store(file, record_of(&old, i));
	map_out(&old);
	close(old.fd);
	return rc;
}

static int
make_room(struct tn_account_file *file, struct tn_err *err)
{
	int rc = map_in(file, err);

	if (rc == TN_OK && (file->count >= file->slots / 2 ||
	                    file->login_slots >= file->slots / 4 * 3))
		rc = grow(file, err);
	return rc;
}

int
tn_account_file_put(struct tn_account_file *file,
                    const struct tn_account_entry *entry, struct tn_err *err)
{
	const struct tn_account *account = entry->account;
	struct tn_account_file_record record;
	size_t len = strlen(account->login);
	unsigned int flags = 0;
	int rc;

	if (len > TN_LOGIN_MAX) /* never served */
		return tn_account_file_refuse(file, &account->uuid, err);
	rc = make_room(file, err);
	if (rc != TN_OK)
		return rc;
	memset(&record, 0, sizeof(record));
	memcpy(record.uuid, account->uuid.byte, TN_UUID_LEN);
	memcpy(record.login, account->login, len);
	/* Its beginning says which it is. */
	len = strnlen(account->language, sizeof(record.language) - 1);
	memcpy(record.language, account->language, len);
	record.kind = (uint8_t)account->kind;
	record.status = (uint8_t)account->status;
	flags |= account->key_only ? TN_ACCOUNT_KEY_ONLY : 0u;
	flags |= account->interactive ? TN_ACCOUNT_INTERACTIVE : 0u;
	flags |= account->vanished ? TN_ACCOUNT_VANISHED : 0u;
	flags |= account->password_reset ? TN_ACCOUNT_RESET : 0u;
	flags |= entry->admitted ? TN_ACCOUNT_ADMITTED : 0u;
	record.flags = (uint8_t)flags;
	record.locks = (uint8_t)entry->locks;
	record.refusal = (uint8_t)entry->refusal;
	record.start_day = account->start_day;
	record.end_day = account->end_day;
	record.password_changed = account->password_changed;
	record.initial_deadline = account->initial_deadline;
	record.policy_locked = account->policy_locked;
	record.policy_end = account->policy_end;
	record.policy_start = account->policy_start;
	seal(&record);
	store(file, &record);
	return TN_OK;
}

int
tn_account_file_refuse(struct tn_account_file *file, const struct tn_uuid *uuid,
                       struct tn_err *err)
{
	struct tn_account_file_record record;
	uint64_t at;
	uint32_t number;
	int rc = map_in(file, err);

	if (rc != TN_OK)
		return rc;
	number = find_uuid(file, uuid->byte, &at);
	if (number == 0)
		return TN_OK;
	record = *record_of(file, number);
	record.refusal = TN_REFUSAL_UNKNOWN;
	seal(&record);
	memcpy(record_of(file, number), &record, sizeof(record));
	return TN_OK;
}

static void
put_head(struct tn_account_file *file, const struct tn_account_head *from)
{
	struct tn_account_file_head head;

	memset(&head, 0, sizeof(head));
	memcpy(head.magic, TN_ACCOUNT_MAGIC, sizeof(head.magic));
	head.endian = TN_ACCOUNT_ENDIAN;
	head.version = TN_ACCOUNT_VERSION;
	head.slots = file->slots;
	head.room = file->slots / 2;
	head.heard = from->heard;
	head.newest_change = from->newest_change;
	head.max_silence = from->policy.max_silence;
	head.lockout_seconds = from->policy.lockout_seconds;
	head.max_age_days = from->policy.max_age_days;
	head.lead_days = from->policy.lead_days;
	head.warn_days = from->policy.warn_days;
	head.utc_offset = from->utc_offset;
	head.key_change = (uint32_t)from->policy.key_change;
	memcpy(head.contact, from->contact, sizeof(head.contact));
	head.contact[sizeof(head.contact) - 1] = '\0';
	head.checksum = tn_account_sum(
	    &head, offsetof(struct tn_account_file_head, checksum));
	memcpy(file->map, &head, sizeof(head));
}

/* The name of a file is on the disk when its folder is. */
static int
sync_folder(const struct tn_account_file *file, struct tn_err *err)
{
	char *folder = strdup(file->path);
	char *slash;
	int fd = -1;
	int rc = TN_OK;

	if (folder == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", file->path);
	slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	fd = open(slash != NULL ? folder : ".",
	          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		rc = fail_io(file, "its folder", err);
	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

int
tn_account_file_settle(struct tn_account_file *file,
                       const struct tn_account_head *head, struct tn_err *err)
{
	int rc = map_in(file, err);

	if (rc != TN_OK)
		return rc;
	put_head(file, head);
	map_out(file);
	if (fdatasync(file->fd) != 0)
		return fail_io(file, "syncing", err);
	if (!file->is_new)
		return TN_OK;
	if (rename(file->new_path, file->path) != 0)
		return fail_io(file, "putting it in place", err);
	file->is_new = false;
	return sync_folder(file, err);
}

int
tn_account_file_heard(struct tn_account_file *file,
                      const struct tn_account_head *head, struct tn_err *err)
{
	int rc = map_in(file, err);

	if (rc != TN_OK)
		return rc;
	put_head(file, head);
	map_out(file);
	return TN_OK;
}
