#include <config.h>

#include "hostile_entry.h"

#include <string.h>
#include "hostile_account.h"

#define TEXT_MAX 1400

/* What a sound entry says; %u is the slot. NULL: absent. */
static const struct {
	const char *name;
	const char *person;
	const char *group;
} sound[HOSTILE_ATTRIBUTES] = {
	{ "objectClass", "tenurePerson", "posixGroup" },
	{ "uid", "p%u", NULL },
	{ "cn", "王小明", "g%u" },
	{ "employeeNumber", "E%u", NULL },
	{ "uidNumber", "200000%u", NULL },
	{ "gidNumber", "2100000", "210000%u" },
	{ "homeDirectory", "/home/p%u", NULL },
	{ "loginShell", "/bin/bash", NULL },
	{ "departmentNumber", NULL, NULL },
	{ "tenureStatus", "active", NULL },
	{ "tenureStartDate", NULL, NULL },
	{ "tenureEndDate", NULL, NULL },
	{ "owner", NULL, NULL },
	{ "description", NULL, NULL },
	{ "memberUid", NULL, "p0" },
	{ "member", NULL, "uid=p1,ou=people,dc=x" },
};

static const char *const words[] = {
	"tenurePerson",
	"tenureService",
	"posixGroup",
	"tenureLock",
	"active",
	"leak",
	"departed",
	"suspended",
	"2026-01-01",
	"19700101",
	"1970-04-11",
	"1969-01-01",
	"uid=p2,ou=people,dc=x",
	"uid=p\\33,dc=x",
	"p0",
	"p1",
	"p2",
	"p3",
	"uid=owner,dc=x",
	"reason",
	"P1",
	" p1",
	"p1 ",
	"4294967296",
	"-1",
	"02000001",
	"+2000001",
	"/home/p0",
	"/home/./p1",
	"//home/p1",
	"王 小明",
	"\xc0\x80",
	"p\xcc\x81",
};

/* A text of the slot's own or of another's, so that two are alike. */
static size_t
sound_text(unsigned int slot, bool is_group, size_t attribute,
           char text[TEXT_MAX])
{
	const char *from =
	    is_group ? sound[attribute].group : sound[attribute].person;
	const char *at = from != NULL ? strstr(from, "%u") : NULL;

	if (at == NULL)
		return (size_t)snprintf(text, TEXT_MAX, "%s",
		                        from != NULL ? from : "");
	return (size_t)snprintf(text, TEXT_MAX, "%.*s%u%s", (int)(at - from),
	                        from, slot, at + 2);
}

static size_t
read_text(struct fuzz_script *script, bool is_group, size_t attribute,
          char text[TEXT_MAX])
{
	uint8_t kind = fuzz_byte(script);
	const uint8_t *bytes;
	size_t len;

	if (kind < 64) {
		bytes = fuzz_bytes(script, kind, &len);
		if (len > 0)
			memcpy(text, bytes, len);
		return len;
	}
	if (kind < 128)
		return sound_text(kind % 4, is_group, attribute, text);
	if (kind < 160)
		return (size_t)snprintf(
		    text, TEXT_MAX, "%s",
		    words[fuzz_byte(script) % TN_ARRAY_LEN(words)]);
	if (kind < 192)
		return (size_t)snprintf(
		    text, TEXT_MAX, "%u",
		    ids[fuzz_byte(script) % TN_ARRAY_LEN(ids)].id);
	if (kind < 224)
		return (size_t)snprintf(
		    text, TEXT_MAX, "%s",
		    lines[fuzz_byte(script) % TN_ARRAY_LEN(lines)].value);
	len = (size_t)(kind - 223) * 40;
	memset(text, 'a', len);
	return len;
}

static void
drop_values(struct hostile_entry *entry, size_t attribute)
{
	struct tn_attribute *at = &entry->attributes[attribute];

	while (at->count-- > 0)
		if (entry->is_own[attribute][at->count])
			free((void *)(uintptr_t)entry
			         ->values[attribute][at->count]
			         .data);
	at->count = 0;
}

static void
add_value(struct hostile_entry *entry, size_t attribute, const char *text,
          size_t len)
{
	struct tn_attribute *at = &entry->attributes[attribute];

	if (at->count == HOSTILE_VALUES)
		return;
	entry->is_own[attribute][at->count] = true;
	entry->values[attribute][at->count].data = fuzz_copy(text, len, true);
	entry->values[attribute][at->count++].len = len;
}

/* A block for each slot, kind and attribute that is sound. */
static const struct tn_value *
sound_value(unsigned int slot, bool is_group, size_t attribute)
{
	static struct tn_value made[HOSTILE_SLOTS][2][HOSTILE_ATTRIBUTES];
	struct tn_value *value = &made[slot][is_group][attribute];
	char text[TEXT_MAX];

	if (value->data == NULL) {
		value->len = sound_text(slot, is_group, attribute, text);
		value->data = fuzz_copy(text, value->len, true);
	}
	return value;
}

static const char *
sound_dn(unsigned int slot)
{
	static char *made[HOSTILE_SLOTS];
	char text[TEXT_MAX];

	if (made[slot] == NULL) {
		snprintf(text, sizeof(text), "uid=p%u,dc=x", slot);
		made[slot] = fuzz_copy(text, strlen(text), true);
	}
	return made[slot];
}

void
hostile_entry_make(struct fuzz_script *script, unsigned int slot, bool is_group,
                   struct hostile_entry *ret)
{
	char text[TEXT_MAX];
	unsigned int changes = fuzz_byte(script) % 5;
	size_t i;
	size_t len;

	FUZZ_EXPECT(slot < HOSTILE_SLOTS);
	(void)good(); /* fills the long text */
	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < HOSTILE_ATTRIBUTES; i++) {
		ret->attributes[i].name = sound[i].name;
		ret->attributes[i].values = ret->values[i];
		if ((is_group ? sound[i].group : sound[i].person) != NULL)
			ret->values[i][ret->attributes[i].count++] =
			    *sound_value(slot, is_group, i);
	}
	while (changes-- > 0) {
		uint8_t what = fuzz_byte(script);

		i = what % HOSTILE_ATTRIBUTES;
		if (what >> 6 != 1)
			drop_values(ret, i);
		if (what >> 6 == 2)
			continue;
		len = read_text(script, is_group, i, text);
		add_value(ret, i, text, len);
	}
	ret->entry.dn = sound_dn(slot);
	ret->entry.uuid.byte[0] = (uint8_t)(slot + 1);
	ret->entry.count = HOSTILE_ATTRIBUTES;
	ret->entry.attributes = ret->attributes;
}

void
hostile_entry_done(struct hostile_entry *entry)
{
	size_t i;

	for (i = 0; i < HOSTILE_ATTRIBUTES; i++)
		drop_values(entry, i);
	memset(entry, 0, sizeof(*entry));
}
