/* From net's datagrams to the keys file. */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "publish_keys.h"
#include "snapshot/snapshot_keys.h"
#include "wire/record.h"

#define KEY                                                            \
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA" \
	"000000000000000000000000000000000000000000"

static char folder[] = "/tmp/tenure-publish-keys-XXXXXX";
static struct tn_publish_keys keys = { .is_due = true };

static void
make_folder(void)
{
	cr_assert(mkdtemp(folder));
}

static void
remove_folder(void)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/" TN_KEYS_FILE, folder);
	unlink(path);
	rmdir(folder);
	tn_publish_keys_done(&keys);
}

TestSuite(publish_keys, .init = make_folder, .fini = remove_folder);

static void
take(const struct tn_buf *buf)
{
	struct tn_message message;

	cr_assert_eq(tn_message_parse(buf->data, buf->len, &message, NULL),
	             TN_OK);
	tn_publish_keys_take(&keys, &message);
}

/* The key's last sign is of the last argument. */
static void
tell(unsigned int number, const char *login, enum tn_refusal refusal, char sign)
{
	struct tn_account_record record = { .refusal = refusal };
	char text[sizeof(KEY)] = KEY;
	struct tn_buf buf;

	tn_account_init(&record.account);
	record.account.uuid.byte[3] = (uint8_t)(number >> 8);
	record.account.uuid.byte[9] = (uint8_t)number;
	record.account.kind = TN_KIND_PERSON;
	record.account.login = login;
	record.account.uid = 2000000 + number;
	text[sizeof(KEY) - 2] = sign;
	record.account.keys = sign != '\0' ? text : "";
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
}

static void
tell_gone(unsigned int number)
{
	uint8_t uuid[TN_UUID_LEN] = { 0 };
	struct tn_buf buf;

	uuid[3] = (uint8_t)(number >> 8);
	uuid[9] = (uint8_t)number;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_message_start(&buf, TN_WIRE_ACCOUNT_GONE);
	tn_message_put(&buf, TN_TAG_UUID, uuid, sizeof(uuid));
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
}

/* The last sign of the key that the file has; 0 when it has none. */
static char
written(const char *login, unsigned int number)
{
	char found[TN_SSH_KEYS_TEXT_MAX + 1];
	struct tn_keys_map map;
	char sign = '\0';

	cr_assert_eq(tn_keys_open(folder, geteuid(), &map), TN_OK);
	if (tn_keys_find(&map, login, 2000000 + number, found) == TN_OK)
		sign = found[strlen(found) - 1];
	tn_keys_close(&map);
	return sign;
}

static void
save(uint64_t generation)
{
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(tn_publish_keys_write(&keys, folder, generation, 1, &err),
	             TN_OK, "%s", err.text);
	cr_assert_not(keys.is_due);
}

Test(publish_keys, come_change_and_go)
{
	tell(1, "wang", TN_REFUSAL_NONE, 'a');
	tell(2, "li", TN_REFUSAL_NONE, '\0');
	save(5);
	cr_expect_eq(written("wang", 1), 'a');
	cr_expect_eq(written("li", 2), '\0');
	tell(1, "wang", TN_REFUSAL_NONE, 'a');
	cr_expect_not(keys.is_due, "nothing is different");
	tell(2, "li", TN_REFUSAL_NONE, '\0');
	cr_expect_not(keys.is_due, "nor here");
	tell(1, "wang", TN_REFUSAL_NONE, 'b');
	cr_expect(keys.is_due);
	save(6);
	cr_expect_eq(written("wang", 1), 'b');
	tell(1, "wang2", TN_REFUSAL_NONE, 'b');
	save(7);
	cr_expect_eq(written("wang", 1), '\0', "renamed");
	cr_expect_eq(written("wang2", 1), 'b');
	tell(1, "wang2", TN_REFUSAL_NONE, '\0');
	save(8);
	cr_expect_eq(written("wang2", 1), '\0', "withdrawn");
	tell(2, "li", TN_REFUSAL_NONE, 'c');
	tell_gone(2);
	save(9);
	cr_expect_eq(written("li", 2), '\0', "gone");
	tell_gone(2);
	cr_expect_not(keys.is_due);
}

Test(publish_keys, the_second_of_two_accounts_has_none)
{
	tell(1, "wang", TN_REFUSAL_SECOND_UID, 'a');
	tell(2, "wang", TN_REFUSAL_NONE, 'b');
	save(5);
	cr_expect_eq(written("wang", 1), '\0');
	cr_expect_eq(written("wang", 2), 'b');
}

Test(publish_keys, a_refresh_forgets)
{
	struct tn_buf buf;

	tell(1, "wang", TN_REFUSAL_NONE, 'a');
	save(5);
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_message_start(&buf, TN_WIRE_RESET);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
	cr_expect(keys.is_due);
	save(6);
	cr_expect_eq(written("wang", 1), '\0');
}

Test(publish_keys, many)
{
	char login[32];
	unsigned int i;

	for (i = 0; i < 3000; i++) {
		snprintf(login, sizeof(login), "person%u", i);
		tell(i, login, TN_REFUSAL_NONE, (char)('a' + i % 26));
	}
	for (i = 0; i < 3000; i += 3)
		tell_gone(i);
	for (i = 0; i < 3000; i += 7) {
		snprintf(login, sizeof(login), "person%u", i);
		tell(i, login, TN_REFUSAL_NONE, 'z');
	}
	save(5);
	for (i = 0; i < 3000; i++) {
		char expected = i % 7 == 0   ? 'z'
		                : i % 3 == 0 ? '\0'
		                             : (char)('a' + i % 26);

		snprintf(login, sizeof(login), "person%u", i);
		cr_assert_eq(written(login, i), expected, "%u", i);
	}
}
