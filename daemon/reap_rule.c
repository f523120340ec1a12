#include <config.h>

#include "reap_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account/serve_rule.h"
#include "base/text.h"

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void
tn_dead_set_make(struct tn_dead_set *set, uint32_t min_uid)
{
	size_t kept = 0;
	size_t i;

	if (set->count == 0)
		return;
	qsort(set->uids, set->count, sizeof(set->uids[0]), compare);
	for (i = 0; i < set->count; i++) {
		if (!tn_id_is_allowed(set->uids[i], min_uid))
			continue;
		if (kept > 0 && set->uids[kept - 1] == set->uids[i])
			continue;
		set->uids[kept++] = set->uids[i];
	}
	set->count = kept;
}

bool
tn_dead_set_has(const struct tn_dead_set *set, uint32_t uid)
{
	return set->count > 0 && bsearch(&uid, set->uids, set->count,
	                                 sizeof(uid), compare) != NULL;
}

enum tn_reap
tn_reap_decide(const struct tn_process *process, const struct tn_dead_set *dead)
{
	if (process->is_zombie)
		return TN_REAP_LEAVE;
	if (tn_dead_set_has(dead, process->real) ||
	    tn_dead_set_has(dead, process->effective) ||
	    tn_dead_set_has(dead, process->saved) ||
	    tn_dead_set_has(dead, process->filesystem))
		return TN_REAP_END;
	if (process->login != TN_NO_LOGIN_UID &&
	    tn_dead_set_has(dead, process->login))
		return TN_REAP_REPORT;
	return TN_REAP_LEAVE;
}

/* The text behind "\nKey:\t", or NULL. */
static const char *
line_of(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at != NULL ? at + strlen(key) : NULL;
}

bool
tn_process_parse(const char *status, const char *loginuid,
                 struct tn_process *ret)
{
	struct tn_process process = { .login = TN_NO_LOGIN_UID };
	const char *uid = line_of(status, "\nUid:\t");
	const char *state = line_of(status, "\nState:\t");
	unsigned long long login;
	char number[16];

	/* The name is the first line and the process chooses it; the kernel
	   escapes a newline in it, so the first "\nUid:" is the kernel's. */
	if (uid == NULL || state == NULL || strncmp(status, "Name:\t", 6) != 0)
		return false;
	/* NOLINTNEXTLINE(cert-err34-c): numbers that the kernel wrote */
	if (sscanf(uid, "%u\t%u\t%u\t%u", &process.real, &process.effective,
	           &process.saved, &process.filesystem) != 4)
		return false;
	(void)sscanf(status + 6, "%31[^\n]", process.name);
	process.is_zombie = state[0] == 'Z' || state[0] == 'X';
	if (loginuid != NULL &&
	    tn_text_copy(number, sizeof(number), loginuid)) {
		tn_text_trim(number);
		number[strcspn(number, "\n")] = '\0';
		if (tn_text_to_u64(number, UINT32_MAX, &login))
			process.login = (uint32_t)login;
	}
	*ret = process;
	return true;
}
