#include <config.h>

#include "group_parts.h"

#include <stdlib.h>
#include <string.h>
#include "wire/record.h"

/* Puts the members of more behind those of the part that waits. */
static int
append(struct tn_group_parts *parts, struct tn_group *more, struct tn_err *err)
{
	struct tn_group whole = *parts->part;
	const char **members = NULL;
	struct tn_group *copy = NULL;
	int rc;

	if (whole.count + more->count > TN_MEMBERS_MAX)
		return tn_fail(err, TN_E_LIMIT, "group %s: too many members",
		               whole.name);
	members = calloc(whole.count + more->count + 1, sizeof(*members));
	if (members == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	if (whole.count > 0)
		memcpy(members, whole.members, whole.count * sizeof(*members));
	if (more->count > 0)
		memcpy(members + whole.count, more->members,
		       more->count * sizeof(*members));
	whole.count += more->count;
	whole.members = members;
	rc = tn_group_dup(&whole, &copy, err);
	free(members);
	if (rc != TN_OK)
		return rc;
	tn_group_free(parts->part);
	parts->part = copy;
	return TN_OK;
}

int
tn_group_parts_take(struct tn_group_parts *parts,
                    const struct tn_message *message, struct tn_group **ret,
                    struct tn_err *err)
{
	struct tn_group *group = NULL;
	bool more = false;
	int rc = tn_record_get_group(message, &group, &more, err);

	if (rc != TN_OK)
		return rc;
	if (parts->part != NULL && memcmp(parts->part->uuid.byte,
	                                  group->uuid.byte, TN_UUID_LEN) == 0) {
		rc = append(parts, group, err);
		tn_group_free(group);
		if (rc != TN_OK) {
			tn_group_parts_done(parts);
			return rc;
		}
	} else {
		tn_group_parts_done(parts);
		parts->part = group;
	}
	if (more)
		return TN_OK;
	*ret = parts->part;
	parts->part = NULL;
	return TN_OK;
}

void
tn_group_parts_done(struct tn_group_parts *parts)
{
	tn_group_free(parts->part);
	parts->part = NULL;
}
