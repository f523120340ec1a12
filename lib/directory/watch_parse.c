#include "directory/watch_parse.h"

#include <stdlib.h>
#include <string.h>

static int
nonsense(struct tn_err *err)
{
	return tn_fail(err, TN_E_PROTOCOL, "a damaged synchronisation message");
}

/* liblber 2.5 follows a NULL pointer where there is not one byte to scan. */
static bool
is_empty(const struct berval *value)
{
	return value->bv_val == NULL || value->bv_len == 0;
}

static bool
copy_uuid(const struct berval *from, struct tn_uuid *to)
{
	if (from->bv_len != TN_UUID_LEN)
		return false;
	memcpy(to->byte, from->bv_val, TN_UUID_LEN);
	return true;
}

/* A cookie is the server's own; text in practice, and kept in a file as such.
   Without one that is too long everything goes on but a resumption. */
static bool
copy_cookie(const struct berval *from, char to[TN_COOKIE_MAX + 1],
            bool *ret_long)
{
	to[0] = '\0';
	*ret_long = from->bv_len > TN_COOKIE_MAX;
	if (*ret_long)
		return true;
	if (from->bv_len > 0 &&
	    memchr(from->bv_val, '\0', from->bv_len) != NULL)
		return false;
	if (from->bv_len > 0)
		memcpy(to, from->bv_val, from->bv_len);
	to[from->bv_len] = '\0';
	return true;
}

/* Where the server wrote its own number, and another server reads who asks: it
   would send no change of that server, taking us for it. */
static void
leave_out_server(const char *cookie, char ret[TN_COOKIE_MAX + 1])
{
	const char *csn = strstr(cookie, "csn=");
	const char *server = strstr(cookie, "sid=");
	const char *end;

	if (server == NULL || csn == NULL || server > csn) {
		memcpy(ret, cookie, strlen(cookie) + 1);
		return;
	}
	end = server + strcspn(server, ",");
	end += *end == ',';
	memcpy(ret, cookie, (size_t)(server - cookie));
	memcpy(ret + (server - cookie), end, strlen(end) + 1);
}

int
tn_sync_request(const char *cookie, struct berval *ret, struct tn_err *err)
{
	BerElement *ber = ber_alloc_t(LBER_USE_DER);
	char sent[TN_COOKIE_MAX + 1];
	struct berval value;
	int status;

	if (ber == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory");
	if (cookie != NULL)
		leave_out_server(cookie, sent);
	if (cookie != NULL)
		status = ber_printf(ber, "{esb}", LDAP_SYNC_REFRESH_AND_PERSIST,
		                    sent, (ber_int_t)0);
	else
		status = ber_printf(ber, "{eb}", LDAP_SYNC_REFRESH_AND_PERSIST,
		                    (ber_int_t)0);
	if (status >= 0)
		status = ber_flatten2(ber, &value, 1);
	ber_free(ber, 1);
	if (status < 0)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory");
	*ret = value;
	return TN_OK;
}

int
tn_sync_state_parse(const struct berval *value, struct tn_sync_state *ret,
                    struct tn_err *err)
{
	struct tn_sync_state state = { .state = -1 };
	struct berval bytes = *value;
	struct berval uuid = { 0, NULL };
	struct berval cookie = { 0, NULL };
	ber_len_t len = 0;
	BerElement *ber;
	bool is_good = false;

	if (is_empty(value))
		return nonsense(err);
	ber = ber_init(&bytes);
	if (ber == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory");
	if (ber_scanf(ber, "{em", &state.state, &uuid) == LBER_ERROR ||
	    !copy_uuid(&uuid, &state.uuid) || state.state < LDAP_SYNC_PRESENT ||
	    state.state > LDAP_SYNC_DELETE)
		goto out;
	is_good = true;
	if (ber_peek_tag(ber, &len) == LDAP_TAG_SYNC_COOKIE)
		is_good = ber_scanf(ber, "m", &cookie) != LBER_ERROR &&
		          copy_cookie(&cookie, state.cookie, &state.is_long);
out:
	ber_free(ber, 1);
	if (!is_good)
		return nonsense(err);
	*ret = state;
	return TN_OK;
}

static bool
scan_cookie(BerElement *ber, struct tn_sync_info *info)
{
	struct berval cookie = { 0, NULL };
	ber_len_t len = 0;

	if (ber_peek_tag(ber, &len) != LDAP_TAG_SYNC_COOKIE)
		return true;
	return ber_scanf(ber, "m", &cookie) != LBER_ERROR &&
	       copy_cookie(&cookie, info->cookie, &info->is_long);
}

static bool
scan_boolean(BerElement *ber, ber_tag_t tag, bool *value)
{
	ber_int_t number = 0;
	ber_len_t len = 0;

	if (ber_peek_tag(ber, &len) != tag)
		return true; /* DEFAULT */
	if (ber_scanf(ber, "b", &number) == LBER_ERROR)
		return false;
	*value = number != 0;
	return true;
}

static bool
scan_refresh(BerElement *ber, struct tn_sync_info *info)
{
	info->is_done = true; /* DEFAULT TRUE */
	return ber_scanf(ber, "{") != LBER_ERROR && scan_cookie(ber, info) &&
	       scan_boolean(ber, LDAP_TAG_REFRESHDONE, &info->is_done);
}

static bool
scan_id_set(BerElement *ber, struct tn_sync_info *info)
{
	BerVarray found = NULL;
	size_t count = 0;
	size_t i;
	bool is_good = false;

	if (ber_scanf(ber, "{") == LBER_ERROR || !scan_cookie(ber, info) ||
	    !scan_boolean(ber, LDAP_TAG_REFRESHDELETES, &info->is_deletes) ||
	    ber_scanf(ber, "[W]", &found) == LBER_ERROR)
		return false;
	while (found != NULL && found[count].bv_val != NULL)
		count++;
	info->uuids = calloc(count + 1, sizeof(info->uuids[0]));
	if (info->uuids == NULL)
		goto out;
	for (i = 0; i < count; i++)
		if (!copy_uuid(&found[i], &info->uuids[i]))
			goto out;
	info->count = count;
	is_good = true;
out:
	ber_bvarray_free(found);
	return is_good;
}

int
tn_sync_info_parse(const struct berval *value, struct tn_sync_info *ret,
                   struct tn_err *err)
{
	struct tn_sync_info info = { .kind = TN_SYNC_NEW_COOKIE };
	struct berval bytes = *value;
	struct berval cookie = { 0, NULL };
	ber_len_t len = 0;
	BerElement *ber;
	bool is_good = false;

	if (is_empty(value))
		return nonsense(err);
	ber = ber_init(&bytes);
	if (ber == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory");
	switch (ber_peek_tag(ber, &len)) {
	case LDAP_TAG_SYNC_NEW_COOKIE:
		is_good = ber_scanf(ber, "m", &cookie) != LBER_ERROR &&
		          copy_cookie(&cookie, info.cookie, &info.is_long);
		break;
	case LDAP_TAG_SYNC_REFRESH_DELETE:
		info.kind = TN_SYNC_REFRESH_DELETE;
		is_good = scan_refresh(ber, &info);
		break;
	case LDAP_TAG_SYNC_REFRESH_PRESENT:
		info.kind = TN_SYNC_REFRESH_PRESENT;
		is_good = scan_refresh(ber, &info);
		break;
	case LDAP_TAG_SYNC_ID_SET:
		info.kind = TN_SYNC_ID_SET;
		is_good = scan_id_set(ber, &info);
		break;
	default:
		break;
	}
	ber_free(ber, 1);
	if (!is_good) {
		tn_sync_info_done(&info);
		return nonsense(err);
	}
	*ret = info;
	return TN_OK;
}

void
tn_sync_info_done(struct tn_sync_info *info)
{
	free(info->uuids);
	info->uuids = NULL;
	info->count = 0;
}
