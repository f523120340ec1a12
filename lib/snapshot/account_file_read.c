/* Linked into the PAM module: libc alone, and nothing in the file is believed
   before it is checked. */
#include "snapshot/account_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"
#include "snapshot/account_file_format.h"

/* A record that is being written is whole a moment later. */
#define TRIES 3

static bool
read_at(int fd, void *ret, size_t len, uint64_t at)
{
	ssize_t n;

	do
		n = pread(fd, ret, len, (off_t)at);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)len;
}

static int
damaged(const char *path, const char *what, struct tn_err *err)
{
	return tn_fail(err, TN_E_DAMAGED, "%s: %s", path, what);
}

static int
open_trusted(const char *path, int *ret, uint64_t *ret_size, struct tn_err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
	                        O_NOCTTY);
	bool is_owned;

	if (fd < 0)
		return tn_fail_errno(err,
		                     errno == ENOENT ? TN_E_NOT_FOUND
		                     : errno == EACCES || errno == EPERM
		                         ? TN_E_DENIED
		                         : TN_E_IO,
		                     errno, "%s", path);
	if (fstat(fd, &st) != 0) {
		close(fd);
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	}
	is_owned = st.st_uid == 0;
#ifdef TN_TESTABLE
	is_owned = is_owned || st.st_uid == geteuid();
#endif
	if (!S_ISREG(st.st_mode) || !is_owned || (st.st_mode & 077) != 0) {
		close(fd);
		return damaged(path, "not a file of root's alone", err);
	}
	*ret = fd;
	*ret_size = (uint64_t)st.st_size;
	return TN_OK;
}

static bool
is_head_good(const struct tn_account_file_head *head, uint64_t size)
{
	return head->checksum ==
	           tn_account_sum(
	               head, offsetof(struct tn_account_file_head, checksum)) &&
	       memcmp(head->magic, TN_ACCOUNT_MAGIC, sizeof(head->magic)) ==
	           0 &&
	       head->endian == TN_ACCOUNT_ENDIAN &&
	       head->version == TN_ACCOUNT_VERSION &&
	       head->slots >= TN_ACCOUNT_SLOTS_MIN &&
	       head->slots <= TN_ACCOUNT_SLOTS_MAX &&
	       (head->slots & (head->slots - 1)) == 0 &&
	       head->room == head->slots / 2 &&
	       size == tn_account_record_at(head->slots, head->room + 1) &&
	       head->key_change <= TN_KEY_WARN &&
	       memchr(head->contact, '\0', sizeof(head->contact)) != NULL;
}

static bool
is_record_good(const struct tn_account_file_record *record)
{
	return record->checksum ==
	           tn_account_sum(
	               record,
	               offsetof(struct tn_account_file_record, checksum)) &&
	       memchr(record->login, '\0', sizeof(record->login)) != NULL &&
	       memchr(record->language, '\0', sizeof(record->language)) !=
	           NULL &&
	       record->kind >= TN_KIND_PERSON &&
	       record->kind <= TN_KIND_SERVICE &&
	       record->status <= TN_STATUS_SUSPENDED &&
	       (record->flags & ~TN_ACCOUNT_FLAGS) == 0 &&
	       record->refusal < TN_REFUSAL_COUNT;
}

static bool
read_head(int fd, uint64_t size, struct tn_account_file_head *ret)
{
	for (int i = 0; i < TRIES; i++) {
		if (read_at(fd, ret, sizeof(*ret), 0) &&
		    is_head_good(ret, size))
			return true;
	}
	return false;
}

static bool
read_record(int fd, const struct tn_account_file_head *head, uint32_t number,
            struct tn_account_file_record *ret)
{
	if (number == 0 || number > head->room)
		return false;
	for (int i = 0; i < TRIES; i++) {
		if (read_at(fd, ret, sizeof(*ret),
		            tn_account_record_at(head->slots, number)) &&
		    is_record_good(ret))
			return true;
	}
	return false;
}

/* The served one of those with the login, or any. */
static int
find(int fd, const struct tn_account_file_head *head, const char *login,
     struct tn_account_file_record *ret)
{
	uint32_t slot = tn_account_slot(login, strlen(login), head->slots);
	struct tn_account_file_record record;
	bool is_found = false;
	uint32_t number;

	for (uint32_t i = 0; i < head->slots; i++) {
		if (!read_at(fd, &number, sizeof(number),
		             tn_account_login_at(slot)))
			return TN_E_DAMAGED;
		if (number == 0)
			return is_found ? TN_OK : TN_E_NOT_FOUND;
		if (!read_record(fd, head, number, &record))
			return TN_E_DAMAGED;
		if (strcmp(record.login, login) == 0) {
			*ret = record;
			is_found = true;
			if (record.refusal == TN_REFUSAL_NONE &&
			    (record.flags & TN_ACCOUNT_VANISHED) == 0)
				return TN_OK;
		}
		slot = (slot + 1) & (head->slots - 1);
	}
	return TN_E_DAMAGED; /* no slot is empty: not ours */
}

static void
fill_head(const struct tn_account_file_head *from, struct tn_account_head *ret)
{
	*ret = (struct tn_account_head){
		.policy = { .key_change = (enum tn_key_change)from->key_change,
		            .max_age_days = from->max_age_days,
		            .lead_days = from->lead_days,
		            .warn_days = from->warn_days,
		            .max_silence = from->max_silence,
		            .lockout_seconds = from->lockout_seconds },
		.utc_offset = from->utc_offset,
		.heard = from->heard,
		.newest_change = from->newest_change,
	};
	memcpy(ret->contact, from->contact, sizeof(ret->contact));
}

/*
 * What row 1 asks of texts was asked when the record was written, and .refusal
 * says what came of it; so here stands what passes.
 */
static void
fill_texts(struct tn_account_known *known)
{
	struct tn_account *account = &known->account;

	account->dn = "";
	account->login = known->login;
	account->language = known->language;
	account->real_name = "姓名";
	account->staff_number = "0";
	account->owner = "-";
	account->reason = "-";
	account->home = account->shell = account->department = "";
	account->application = "";
}

static void
fill(const struct tn_account_file_head *head,
     const struct tn_account_file_record *record, struct tn_account_known *ret)
{
	struct tn_account *account = &ret->account;

	*ret = (struct tn_account_known){ 0 };
	fill_head(head, &ret->head);
	memcpy(ret->login, record->login, sizeof(ret->login));
	memcpy(ret->language, record->language, sizeof(ret->language));
	fill_texts(ret);
	memcpy(account->uuid.byte, record->uuid, TN_UUID_LEN);
	account->kind = (enum tn_kind)record->kind;
	account->status = (enum tn_status)record->status;
	account->start_day = record->start_day;
	account->end_day = record->end_day;
	account->created = TN_TIME_NONE;
	account->changed = TN_TIME_NONE;
	account->key_only = (record->flags & TN_ACCOUNT_KEY_ONLY) != 0;
	account->interactive = (record->flags & TN_ACCOUNT_INTERACTIVE) != 0;
	account->vanished = (record->flags & TN_ACCOUNT_VANISHED) != 0;
	account->password_reset = (record->flags & TN_ACCOUNT_RESET) != 0;
	account->password_changed = record->password_changed;
	account->initial_deadline = record->initial_deadline;
	account->policy_locked = record->policy_locked;
	account->policy_end = record->policy_end;
	account->policy_start = record->policy_start;
	ret->facts = (struct tn_facts){
		.account = account,
		.refusal = (enum tn_refusal)record->refusal,
		.was_served = true,
		.locks = record->locks,
		.admitted = (record->flags & TN_ACCOUNT_ADMITTED) != 0,
		.heard = ret->head.heard,
	};
}

int
tn_account_file_find(const char *path, const char *login,
                     struct tn_account_known *ret, struct tn_err *err)
{
	struct tn_account_file_record record = { 0 };
	struct tn_account_file_head head;
	int saved = errno;
	uint64_t size = 0;
	int fd = -1;
	int rc;

	rc = open_trusted(path, &fd, &size, err);
	if (rc != TN_OK)
		goto out;
	if (!read_head(fd, size, &head)) {
		rc = damaged(path, "its head is not whole", err);
		goto out;
	}
	rc = find(fd, &head, login, &record);
	if (rc == TN_E_DAMAGED)
		rc = damaged(path, "a record is not whole", err);
	else if (rc != TN_OK)
		rc = tn_fail(err, rc, "%s: nobody of that name", path);
	else
		fill(&head, &record, ret);
out:
	if (fd >= 0)
		close(fd);
	errno = saved;
	return rc;
}
