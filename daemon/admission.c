#include <config.h>

#include "admission.h"

#include <stdlib.h>
#include <string.h>

/* How many admitting groups list the login, or have the number. */
struct tn_admitted_login {
	char login[TN_LOGIN_MAX + 1];
	size_t groups;
	UT_hash_handle hh;
};

struct tn_admitted_gid {
	uint32_t gid;
	size_t groups;
	UT_hash_handle hh;
};

static bool
admits_everybody(const struct tn_admission *admission)
{
	return admission->names == NULL || admission->names[0] == NULL;
}

bool
tn_admission_names(const struct tn_admission *admission,
                   const struct tn_group *group)
{
	size_t i;

	if (group == NULL || admits_everybody(admission))
		return false;
	for (i = 0; admission->names[i] != NULL; i++)
		if (strcmp(admission->names[i], group->name) == 0)
			return true;
	return false;
}

static bool
add_login(struct tn_admission *admission, const char *login)
{
	struct tn_admitted_login *at = NULL;
	size_t len = strlen(login);

	if (len > TN_LOGIN_MAX)
		return true; /* nobody's */
	HASH_FIND(hh, admission->logins, login, len, at);
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL)
			return false;
		memcpy(at->login, login, len + 1);
		HASH_ADD_KEYPTR(hh, admission->logins, at->login, len, at);
		if (TN_HASH_LOST(hh, at)) {
			free(at);
			return false;
		}
	}
	if (at->groups++ == 0 && admission->login_changed != NULL)
		admission->login_changed(login, admission->arg);
	return true;
}

static void
drop_login(struct tn_admission *admission, const char *login)
{
	struct tn_admitted_login *at = NULL;

	HASH_FIND(hh, admission->logins, login, strlen(login), at);
	if (at == NULL || --at->groups > 0)
		return;
	HASH_DEL(admission->logins, at);
	free(at);
	if (admission->login_changed != NULL)
		admission->login_changed(login, admission->arg);
}

static bool
add_gid(struct tn_admission *admission, uint32_t gid)
{
	struct tn_admitted_gid *at = NULL;

	HASH_FIND(hh, admission->gids, &gid, sizeof(gid), at);
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL)
			return false;
		at->gid = gid;
		HASH_ADD(hh, admission->gids, gid, sizeof(at->gid), at);
		if (TN_HASH_LOST(hh, at)) {
			free(at);
			return false;
		}
	}
	if (at->groups++ == 0 && admission->gid_changed != NULL)
		admission->gid_changed(gid, admission->arg);
	return true;
}

static void
drop_gid(struct tn_admission *admission, uint32_t gid)
{
	struct tn_admitted_gid *at = NULL;

	HASH_FIND(hh, admission->gids, &gid, sizeof(gid), at);
	if (at == NULL || --at->groups > 0)
		return;
	HASH_DEL(admission->gids, at);
	free(at);
	if (admission->gid_changed != NULL)
		admission->gid_changed(gid, admission->arg);
}

/* All of it, or nothing. */
static bool
add_group(struct tn_admission *admission, const struct tn_group *group)
{
	size_t i = 0;

	if (!add_gid(admission, group->gid))
		return false;
	while (i < group->count && add_login(admission, group->members[i]))
		i++;
	if (i == group->count)
		return true;
	while (i > 0)
		drop_login(admission, group->members[--i]);
	drop_gid(admission, group->gid);
	return false;
}

int
tn_admission_change(struct tn_admission *admission,
                    const struct tn_group *old_group,
                    const struct tn_group *new_group, struct tn_err *err)
{
	size_t i;

	/* The new before the old: who is in both is not told of. */
	if (tn_admission_names(admission, new_group) &&
	    !add_group(admission, new_group))
		return tn_fail(err, TN_E_NO_MEMORY, "who is admitted");
	if (tn_admission_names(admission, old_group)) {
		drop_gid(admission, old_group->gid);
		for (i = 0; i < old_group->count; i++)
			drop_login(admission, old_group->members[i]);
	}
	return TN_OK;
}

bool
tn_admission_has(const struct tn_admission *admission,
                 const struct tn_account *account)
{
	const struct tn_admitted_login *login = NULL;
	const struct tn_admitted_gid *gid = NULL;

	if (admits_everybody(admission))
		return true;
	HASH_FIND(hh, admission->gids, &account->gid, sizeof(account->gid),
	          gid);
	if (gid != NULL)
		return true;
	HASH_FIND(hh, admission->logins, account->login, strlen(account->login),
	          login);
	return login != NULL;
}

void
tn_admission_done(struct tn_admission *admission)
{
	struct tn_admitted_login *login;
	struct tn_admitted_login *next_login;
	struct tn_admitted_gid *gid;
	struct tn_admitted_gid *next_gid;

	HASH_ITER(hh, admission->logins, login, next_login)
	{
		HASH_DEL(admission->logins, login);
		free(login);
	}
	HASH_ITER(hh, admission->gids, gid, next_gid)
	{
		HASH_DEL(admission->gids, gid);
		free(gid);
	}
}
