#include <config.h>

#include "enforcer_askers.h"

#include <stdlib.h>
#include <string.h>
#include "base/text.h"

void
tn_askers_begin(struct tn_askers *askers)
{
	size_t i;

	for (i = 0; i < askers->count; i++)
		askers->of[i]->seen = 0;
}

/* The asker's place, or NULL where there is none for it. */
static struct tn_asker *
place_of(struct tn_askers *askers, const char *dn)
{
	struct tn_asker *asker;
	size_t i;

	for (i = 0; i < askers->count; i++)
		if (strcmp(askers->of[i]->dn, dn) == 0)
			return askers->of[i];
	if (askers->count == TN_ASKERS_MAX)
		return NULL;
	asker = calloc(1, sizeof(*asker));
	if (asker == NULL || !tn_text_copy(asker->dn, sizeof(asker->dn), dn)) {
		free(asker);
		return NULL;
	}
	asker->told_at = INT64_MIN;
	askers->of[askers->count++] = asker;
	return asker;
}

bool
tn_askers_takes(struct tn_askers *askers, const char *dn)
{
	struct tn_asker *asker = place_of(askers, dn);

	return asker == NULL || asker->seen++ < TN_ASKER_LOOK;
}

bool
tn_askers_tells(struct tn_askers *askers, const char *dn, int64_t now)
{
	struct tn_asker *asker = place_of(askers, dn);

	if (asker == NULL)
		return true;
	if (asker->told_at != INT64_MIN && now >= asker->told_at &&
	    now - asker->told_at < TN_ASKER_TELL)
		return false;
	asker->told_at = now;
	return true;
}

void
tn_askers_done(struct tn_askers *askers)
{
	while (askers->count > 0)
		free(askers->of[--askers->count]);
}
