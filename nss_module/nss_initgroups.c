/*
 * The groups of one person, from the vector in the snapshot. Without this
 * function glibc would go through every group.
 */
#include <config.h>

#include "nss_tenure.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "account/account.h"
#include "base/err.h"
#include "nss_status.h"
#include "snapshot/snapshot_reader.h"

/*
 * The caller's array: start entries are in use, size fit; it came from malloc
 * and may be moved. limit: never more than so many; 0 or less: no limit.
 */
struct gid_array {
	gid_t **data;
	long *start;
	long *size;
	long limit;
};

static bool
is_full(const struct gid_array *array)
{
	return array->limit > 0 && *array->start >= array->limit;
}

static int
grow(struct gid_array *array)
{
	long wanted = *array->size > 8 ? *array->size : 8;
	gid_t *data;

	if (wanted > LONG_MAX / 2 / (long)sizeof(*data))
		return TN_E_NO_MEMORY;
	wanted *= 2;
	if (array->limit > 0 && wanted > array->limit)
		wanted = array->limit;
	data = reallocarray(*array->data, (size_t)wanted, sizeof(*data));
	if (data == NULL)
		return TN_E_NO_MEMORY;
	*array->data = data;
	*array->size = wanted;
	return TN_OK;
}

/* There is room for all. */
static void
put_all(struct gid_array *array, const uint32_t *gids, size_t count,
        gid_t primary)
{
	gid_t *to = *array->data + *array->start;
	size_t i;

	for (i = 0; i < count; i++) {
		*to = gids[i];
		to += gids[i] != primary ? 1 : 0; /* glibc put it first */
	}
	*array->start = to - *array->data;
}

/* What does not fit under the limit is left out, as nss_files does. */
static int
put_gids(struct gid_array *array, const uint32_t *gids, size_t count,
         gid_t primary)
{
	size_t i;

	if (array->limit <= 0 && *array->size >= *array->start &&
	    count <= (unsigned long)(*array->size - *array->start)) {
		put_all(array, gids, count, primary);
		return TN_OK;
	}
	for (i = 0; i < count && !is_full(array); i++) {
		if (gids[i] == primary)
			continue; /* glibc put it first */
		if (*array->start >= *array->size && grow(array) != TN_OK)
			return TN_E_NO_MEMORY;
		(*array->data)[(*array->start)++] = gids[i];
	}
	return TN_OK;
}

enum nss_status
_nss_tenure_initgroups_dyn(const char *user, gid_t group, long *start,
                           long *size, gid_t **groups, long limit, int *errnop)
{
	struct gid_array array = {
		.data = groups,
		.start = start,
		.size = size,
		.limit = limit,
	};
	static const uint32_t people[] = { TN_PEOPLE_GID };
	const struct tn_snapshot *snapshot;
	const uint32_t *gids;
	size_t count;
	int saved = errno;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc != TN_OK)
		return tn_nss_status_of_take(rc, errnop);
	rc = tn_snapshot_gids(snapshot, user, &gids, &count);
	/* First, so that no number of others leaves it out. */
	if (rc == TN_OK)
		rc = put_gids(&array, people, 1, group);
	if (rc == TN_OK)
		rc = put_gids(&array, gids, count, group);
	tn_snapshot_drop(snapshot);
	errno = saved; /* realloc's */
	return tn_nss_status_of_lookup(rc, errnop);
}
