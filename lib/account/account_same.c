#include "account/account.h"

#include <string.h>

static bool
is_same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
tn_account_is_same(const struct tn_account *a, const struct tn_account *b)
{
	return memcmp(&a->uuid, &b->uuid, sizeof(a->uuid)) == 0 &&
	       is_same_text(a->dn, b->dn) && a->kind == b->kind &&
	       is_same_text(a->login, b->login) &&
	       is_same_text(a->real_name, b->real_name) &&
	       is_same_text(a->staff_number, b->staff_number) &&
	       a->uid == b->uid && a->gid == b->gid &&
	       is_same_text(a->home, b->home) &&
	       is_same_text(a->shell, b->shell) &&
	       is_same_text(a->department, b->department) &&
	       is_same_text(a->language, b->language) &&
	       is_same_text(a->owner, b->owner) &&
	       is_same_text(a->reason, b->reason) &&
	       is_same_text(a->application, b->application) &&
	       is_same_text(a->keys, b->keys) &&
	       is_same_text(a->reset_by, b->reset_by) &&
	       a->status == b->status && a->start_day == b->start_day &&
	       a->end_day == b->end_day && a->created == b->created &&
	       a->key_only == b->key_only && a->interactive == b->interactive &&
	       a->vanished == b->vanished &&
	       a->password_reset == b->password_reset &&
	       a->password_changed == b->password_changed &&
	       a->initial_deadline == b->initial_deadline &&
	       a->reset_time == b->reset_time &&
	       a->policy_locked == b->policy_locked &&
	       a->policy_end == b->policy_end &&
	       a->policy_start == b->policy_start;
}
