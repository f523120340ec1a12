#include <config.h>

#include "served_oracle.h"

#include <string.h>

static const char nologin[] = "/usr/sbin/nologin";

/* RFC 3629, without a control character or a colon. Letters are counted. */
static bool
is_field(const char *text, size_t *ret_letters)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t letters = 0;

	while (*at != '\0') {
		unsigned int tails = *at < 0x80   ? 0
		                     : *at < 0xc2 ? 9
		                     : *at < 0xe0 ? 1
		                     : *at < 0xf0 ? 2
		                     : *at < 0xf5 ? 3
		                                  : 9;
		uint32_t point = tails == 0 ? *at : *at & (0x3fu >> tails);

		if (tails > 3)
			return false;
		at++;
		for (; tails > 0; tails--, at++) {
			if ((*at & 0xc0) != 0x80)
				return false;
			point = point << 6 | (*at & 0x3f);
		}
		if (point < 0x20 || (point >= 0x7f && point < 0xa0) ||
		    point == ':' || (point >= 0xd800 && point < 0xe000) ||
		    point > 0x10ffff || point == 0x2028 || point == 0x2029)
			return false;
		if (point >= 0xc0 || (point | 0x20) - 'a' < 26)
			letters++;
	}
	*ret_letters = letters;
	return true;
}

static bool
has_digit(const char *text)
{
	return strpbrk(text, "0123456789") != NULL;
}

static void
expect_name(const char *name)
{
	static const char *const powerful[] = {
		"root",   "sudo", "wheel", "adm",    "shadow",    "disk",
		"docker", "lxd",  "kvm",   "tenure", "localuser", "localgroup"
	};
	size_t i;

	FUZZ_EXPECT(name[0] != '\0' && strlen(name) <= 32);
	FUZZ_EXPECT(strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789.-") ==
	            strlen(name));
	FUZZ_EXPECT(strchr("0123456789.-", name[0]) == NULL);
	for (i = 0; i < TN_ARRAY_LEN(powerful); i++)
		FUZZ_EXPECT(strcmp(name, powerful[i]) != 0);
}

static void
expect_id(uint32_t id)
{
	FUZZ_EXPECT(id >= 1000);
	FUZZ_EXPECT(id < 61184 || id > 65519);
	FUZZ_EXPECT(id != 65533 && id != 65534 && id != 65535 && id != UINT32_MAX);
}

void
oracle_section_12(const struct served_user *user)
{
	size_t letters;

	expect_name(user->name);
	expect_id(user->uid);
	expect_id(user->gid);
	FUZZ_EXPECT(user->uid != 1000);
	FUZZ_EXPECT(user->uid < 100000 || user->uid > 165535);
	FUZZ_EXPECT(user->gid != 1001);
	FUZZ_EXPECT(user->gid < 200000 || user->gid > 265535);
	FUZZ_EXPECT(strncmp(user->home, "/home/", 6) == 0 ||
	            strncmp(user->home, "/srv/home/", 10) == 0);
	FUZZ_EXPECT(strstr(user->home, "..") == NULL);
	FUZZ_EXPECT(strlen(user->home) <= 256 && strlen(user->gecos) <= 256);
	FUZZ_EXPECT(is_field(user->home, &letters));
	FUZZ_EXPECT(is_field(user->gecos, &letters));
	FUZZ_EXPECT(strcmp(user->shell, nologin) == 0 ||
	            strcmp(user->shell, "/bin/bash") == 0);
	FUZZ_EXPECT(!user->dead || strcmp(user->shell, nologin) == 0);
}

static const struct tn_attribute *
find(const struct hostile_entry *entry, const char *name)
{
	size_t i;

	for (i = 0; i < HOSTILE_ATTRIBUTES; i++)
		if (strcmp(entry->attributes[i].name, name) == 0)
			return &entry->attributes[i];
	abort();
}

/* Is it one of the values, byte by byte? */
static bool
says(const struct hostile_entry *entry, const char *name, const char *text)
{
	const struct tn_attribute *at = find(entry, name);
	size_t i;

	for (i = 0; i < at->count; i++)
		if (at->values[i].len == strlen(text) &&
		    memcmp(at->values[i].data, text, strlen(text)) == 0)
			return true;
	return false;
}

/* Zeros may stand before a number. */
static bool
says_number(const struct hostile_entry *entry, const char *name,
            uint32_t number)
{
	const struct tn_attribute *at = find(entry, name);
	char text[16];
	const char *value;

	if (at->count != 1)
		return false;
	snprintf(text, sizeof(text), "%u", number);
	value = at->values[0].data;
	value += strspn(value, "0");
	return strcmp(value, text) == 0;
}

/* What is served is what the entry says, to the byte. */
static bool
is_said_by(const struct served_user *user, const struct hostile_entry *entry)
{
	return says(entry, "uid", user->name) &&
	       says_number(entry, "uidNumber", user->uid) &&
	       says_number(entry, "gidNumber", user->gid) &&
	       says(entry, "homeDirectory", user->home) &&
	       (says(entry, "cn", user->gecos) || user->gecos[0] == '\0') &&
	       (strcmp(user->shell, nologin) == 0 ||
	        says(entry, "loginShell", user->shell));
}

static bool
was_served(const struct oracle *oracle, const struct served_user *user)
{
	const struct served *before = oracle->before;
	size_t i;

	for (i = 0; i < before->users; i++)
		if (strcmp(before->user[i].name, user->name) == 0 &&
		    before->user[i].uid == user->uid &&
		    before->user[i].gid == user->gid)
			return true;
	return false;
}

static bool
was_alive(const struct oracle *oracle, const struct served_user *user)
{
	const struct served *before = oracle->before;
	size_t i;

	for (i = 0; i < before->users; i++)
		if (before->user[i].uid == user->uid && !before->user[i].dead)
			return true;
	return false;
}

/* Says the directory of anybody with that number that he is locked or gone? */
static bool
is_closed(const struct said *said, uint32_t uid)
{
	size_t i;

	for (i = 0; i < ORACLE_SLOTS; i++) {
		const struct hostile_entry *entry = &said->entry[i];

		if (said->is_there[i] &&
		    tn_entry_kind(&entry->entry) == TN_ENTRY_ACCOUNT &&
		    says_number(entry, "uidNumber", uid) &&
		    (said->locks[i] != 0 ||
		     (find(entry, "tenureStatus")->count == 1 &&
		      (says(entry, "tenureStatus", "leak") ||
		       says(entry, "tenureStatus", "departed") ||
		       says(entry, "tenureStatus", "suspended")))))
			return true;
	}
	return false;
}

/* Whoever has not a name of two letters is no person (UM-5.3). */
static void
expect_person(const struct served_user *user)
{
	size_t letters = 0;

	FUZZ_EXPECT(is_field(user->gecos, &letters));
	FUZZ_EXPECT(letters >= 2 && !has_digit(user->gecos));
}

void
oracle_user(const struct oracle *oracle, const struct served_user *user)
{
	bool is_said = false;
	bool is_open = false;
	size_t i;

	oracle_section_12(user);
	if (oracle->is_local_p1 &&
	    (strcmp(user->name, "p1") == 0 || user->uid == 2000001))
		FUZZ_EXPECT(was_served(oracle, user));
	for (i = 0; i < ORACLE_SLOTS; i++) {
		const struct hostile_entry *entry = &oracle->said->entry[i];

		if (!oracle->said->is_there[i] || !is_said_by(user, entry))
			continue;
		is_said = true;
		if (says(entry, "tenureStatus", "active") &&
		    find(entry, "tenureStatus")->count == 1 &&
		    oracle->said->locks[i] == 0)
			is_open = true;
		if (find(entry, "objectClass")->count == 1 &&
		    says(entry, "objectClass", "tenurePerson"))
			expect_person(user);
	}
	if (!is_said)
		FUZZ_EXPECT(was_served(oracle, user));
	/* The brake holds who is missing, not who is locked. */
	FUZZ_EXPECT(user->dead || is_open ||
	            (oracle->is_held && was_alive(oracle, user) &&
	             !is_closed(oracle->said, user->uid)));
}

static bool
is_member(const struct said *said, const struct served_group *group,
          const char *login)
{
	size_t i;

	for (i = 0; i < ORACLE_SLOTS; i++) {
		const struct hostile_entry *entry = &said->entry[i];

		if (said->is_there[i] && says(entry, "cn", group->name) &&
		    says_number(entry, "gidNumber", group->gid) &&
		    (says(entry, "memberUid", login) ||
		     find(entry, "member")->count > 0))
			return true;
	}
	return false;
}

void
oracle_group(const struct oracle *oracle, const struct served *served,
             const struct served_group *group)
{
	size_t i;

	expect_name(group->name);
	expect_id(group->gid);
	FUZZ_EXPECT(group->gid != 1001);
	FUZZ_EXPECT(group->gid < 200000 || group->gid > 265535);
	FUZZ_EXPECT(group->count == 0 ||
	            is_member(oracle->said, group,
	                      served->user[group->members[0]].name));
	for (i = 1; i < group->count; i++)
		FUZZ_EXPECT(is_member(oracle->said, group,
		                      served->user[group->members[i]].name));
}
