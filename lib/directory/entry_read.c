/*
 * Two passes: what libldap parsed is listed and measured, then copied into one
 * allocation of just that size. A message is bounded by TN_MESSAGE_MAX, and so
 * is everything here.
 */
#include "directory/entry_read.h"

#include <stdlib.h>
#include <string.h>

#define ATTRIBUTES_MAX 64 /* of one entry; we ask for about forty */

struct found {
	struct berval name;
	struct berval *values; /* libldap's; the bytes are the message's */
	size_t count;
};

struct listing {
	struct berval dn;
	struct found found[ATTRIBUTES_MAX];
	size_t count;
	size_t values; /* of all attributes */
	size_t bytes;  /* of all texts, with their NULs */
};

/* An attribute with an option (cn;lang-en) is another one than we asked for;
   ";binary" is only a way to send it. */
static bool
is_wanted(struct berval *name)
{
	const char *option = memchr(name->bv_val, ';', name->bv_len);

	if (option == NULL)
		return true;
	if (strcmp(option, ";binary") != 0)
		return false;
	name->bv_len = (ber_len_t)(option - name->bv_val);
	return true;
}

static int
list_entry(LDAP *ld, LDAPMessage *message, struct listing *listing,
           struct tn_err *err)
{
	BerElement *ber = NULL;
	struct berval name;
	struct berval *values = NULL;
	struct found *found;
	size_t n;
	int status;
	int code = TN_OK;

	if (ldap_get_dn_ber(ld, message, &ber, &listing->dn) != LDAP_SUCCESS ||
	    listing->dn.bv_val == NULL) {
		code = tn_fail(err, TN_E_PROTOCOL, "an entry without a dn");
		goto out;
	}
	listing->bytes = listing->dn.bv_len + 1;
	for (;;) {
		status =
		    ldap_get_attribute_ber(ld, message, ber, &name, &values);
		if (status != LDAP_SUCCESS) {
			code = tn_fail(err, TN_E_PROTOCOL, "a damaged entry");
			goto out;
		}
		if (name.bv_val == NULL)
			break;
		if (!is_wanted(&name)) {
			ldap_memfree(values);
			continue;
		}
		if (listing->count == ATTRIBUTES_MAX) {
			ldap_memfree(values);
			code = tn_fail(err, TN_E_LIMIT,
			               "an entry with more than %d attributes",
			               ATTRIBUTES_MAX);
			goto out;
		}
		found = &listing->found[listing->count++];
		found->name = name;
		found->values = values;
		for (n = 0; values != NULL && values[n].bv_val != NULL; n++)
			listing->bytes += values[n].bv_len + 1;
		found->count = n;
		listing->values += n;
		listing->bytes += name.bv_len + 1;
	}
out:
	ber_free(ber, 0);
	return code;
}

struct arena {
	struct tn_attribute *attributes;
	struct tn_value *values;
	char *bytes;
};

static const char *
put(struct arena *arena, const struct berval *value)
{
	char *text = arena->bytes;

	if (value->bv_len > 0)
		memcpy(text, value->bv_val, value->bv_len);
	text[value->bv_len] = '\0';
	arena->bytes += value->bv_len + 1;
	return text;
}

static void
copy_attribute(struct arena *arena, const struct found *found)
{
	struct tn_attribute *attribute = arena->attributes++;
	size_t i;

	attribute->name = put(arena, &found->name);
	attribute->count = found->count;
	attribute->values = arena->values;
	for (i = 0; i < found->count; i++) {
		arena->values->data = put(arena, &found->values[i]);
		arena->values->len = found->values[i].bv_len;
		arena->values++;
	}
}

static struct tn_entry *
copy_entry(const struct listing *listing)
{
	struct tn_entry *entry;
	struct arena arena;
	size_t i;

	/* Cannot overflow: all three are bounded by one message. */
	entry = malloc(
	    sizeof(*entry) + listing->count * sizeof(struct tn_attribute) +
	    listing->values * sizeof(struct tn_value) + listing->bytes);
	if (entry == NULL)
		return NULL;
	memset(entry, 0, sizeof(*entry));
	arena.attributes = (struct tn_attribute *)(entry + 1);
	arena.values = (struct tn_value *)(arena.attributes + listing->count);
	arena.bytes = (char *)(arena.values + listing->values);
	entry->dn = put(&arena, &listing->dn);
	entry->count = listing->count;
	entry->attributes = arena.attributes;
	for (i = 0; i < listing->count; i++)
		copy_attribute(&arena, &listing->found[i]);
	return entry;
}

int
tn_entry_read(LDAP *ld, LDAPMessage *message, struct tn_entry **ret,
              struct tn_err *err)
{
	struct listing listing = { .count = 0 };
	struct tn_entry *entry = NULL;
	const char *uuid;
	size_t i;
	int code;

	code = list_entry(ld, message, &listing, err);
	if (code != TN_OK)
		goto out;
	if (memchr(listing.dn.bv_val, '\0', listing.dn.bv_len) != NULL) {
		code = tn_fail(err, TN_E_PROTOCOL, "a dn with a NUL");
		goto out;
	}
	entry = copy_entry(&listing);
	if (entry == NULL) {
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory for an entry");
		goto out;
	}
	uuid = tn_entry_text(entry, "entryUUID");
	if (uuid != NULL && tn_uuid_parse(uuid, &entry->uuid, NULL) != TN_OK)
		memset(&entry->uuid, 0, sizeof(entry->uuid));
	*ret = entry;
out:
	for (i = 0; i < listing.count; i++)
		ldap_memfree(listing.found[i].values);
	return code;
}
