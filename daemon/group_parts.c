#include <config.h>

#include "group_parts.h"

#include <stdlib.h>
#include <string.h>
#include "wire/record.h"

/* Takes the part over. */
static int
add(struct tn_group_parts *parts, struct tn_group *part, struct tn_err *err)
{
	size_t room = parts->room != 0 ? parts->room * 2 : 4;
	struct tn_group **grown;
	int rc = TN_OK;

	if (parts->members + part->count > TN_MEMBERS_MAX)
		rc = tn_fail(err, TN_E_LIMIT, "group %s: too many members",
		             part->name);
	if (rc == TN_OK && parts->count == parts->room) {
		grown = reallocarray(parts->parts, room, sizeof(*grown));
		if (grown != NULL) {
			parts->parts = grown;
			parts->room = room;
		} else {
			rc = tn_fail(err, TN_E_NO_MEMORY, "a group");
		}
	}
	if (rc != TN_OK) {
		tn_group_free(part);
		return rc;
	}
	parts->parts[parts->count++] = part;
	parts->members += part->count;
	return TN_OK;
}

/* All members, copied once. */
static int
join(const struct tn_group_parts *parts, struct tn_group **ret,
     struct tn_err *err)
{
	const char **members = calloc(parts->members + 1, sizeof(*members));
	struct tn_group whole = *parts->parts[0];
	size_t count = 0;
	size_t i;
	int rc;

	if (members == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	for (i = 0; i < parts->count; i++) {
		const struct tn_group *part = parts->parts[i];

		if (part->count > 0)
			memcpy(members + count, part->members,
			       part->count * sizeof(*members));
		count += part->count;
	}
	whole.count = count;
	whole.members = members;
	rc = tn_group_dup(&whole, ret, err);
	free(members);
	return rc;
}

int
tn_group_parts_take(struct tn_group_parts *parts,
                    const struct tn_message *message, struct tn_group **ret,
                    struct tn_err *err)
{
	struct tn_group *group = NULL;
	bool more = false;
	int rc = tn_record_get_group(message, &group, &more, err);

	if (rc == TN_OK && parts->count > 0 &&
	    memcmp(parts->parts[0]->uuid.byte, group->uuid.byte, TN_UUID_LEN) !=
	        0)
		tn_group_parts_done(parts);
	if (rc == TN_OK)
		rc = add(parts, group, err);
	if (rc == TN_OK && more)
		return TN_OK;
	if (rc == TN_OK && parts->count == 1) {
		*ret = parts->parts[0];
		parts->count = 0;
	} else if (rc == TN_OK) {
		rc = join(parts, ret, err);
	}
	tn_group_parts_done(parts);
	return rc;
}

void
tn_group_parts_done(struct tn_group_parts *parts)
{
	while (parts->count > 0)
		tn_group_free(parts->parts[--parts->count]);
	free(parts->parts);
	*parts = (struct tn_group_parts){ .count = 0 };
}
