/* A group of the base with some members less and some more. */
#include <config.h>

#include "snapshot/snapshot_group.h"

#include <string.h>

#include "base/err.h"

/* Closes the gaps that members who are no more leave; rising numbers. */
static bool
leave_out(char **members, uint32_t count, const uint32_t *less,
          uint32_t less_count)
{
	uint32_t kept = 0;
	uint32_t gone = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (gone < less_count && less[gone] == i)
			gone++;
		else
			members[kept++] = members[i];
	}
	return gone == less_count; /* else they did not rise */
}

/* The buffer: pointers, the base's texts, our own texts, the password. */
int
tn_snapshot_give_delta(const struct tn_snapshot *snapshot,
                       const struct tn_snapshot_found_group *group,
                       struct group *ret, char *buffer, size_t size)
{
	const struct tn_snapshot_group_record *more = &group->record;
	struct tn_snapshot_found_group base;
	size_t pad = -(uintptr_t)buffer % _Alignof(char *);
	size_t room;
	size_t pointers;
	size_t count;
	char **members;
	char *texts;
	char *own;

	if (tn_snapshot_read_group(snapshot->base,
	                           (uint64_t)group->delta.base_at *
	                               TN_SNAPSHOT_AT_UNIT,
	                           &base) != TN_OK ||
	    base.less != NULL ||
	    group->delta.less_count > base.record.member_count)
		return TN_E_DAMAGED;
	count = (size_t)base.record.member_count + more->member_count;
	pointers = (count + 1) * sizeof(char *);
	if (pad > size || pointers > size - pad)
		return TN_E_LIMIT;
	room = size - pad - pointers;
	if (room < 2 || base.record.text_size > room - 2 ||
	    more->text_size > room - 2 - base.record.text_size)
		return TN_E_LIMIT;
	members = (void *)(buffer + pad);
	texts = buffer + pad + pointers;
	own = texts + base.record.text_size;
	memcpy(texts, base.texts, base.record.text_size);
	memcpy(own, group->texts, more->text_size);
	if (!tn_snapshot_put_members(&base, texts, members) ||
	    !leave_out(members, base.record.member_count, group->less,
	               group->delta.less_count) ||
	    !tn_snapshot_put_members(group, own,
	                             members + base.record.member_count -
	                                 group->delta.less_count))
		return TN_E_DAMAGED;
	members[count - group->delta.less_count] = NULL;
	own[more->text_size] = '*';
	own[more->text_size + 1] = '\0';
	*ret = (struct group){
		.gr_name = own,
		.gr_passwd = own + more->text_size,
		.gr_gid = more->gid,
		.gr_mem = members,
	};
	return TN_OK;
}
