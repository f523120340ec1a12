#include "role_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/attrs.h"
#include "base/buf.h"
#include "directory/search.h"
#include "directory/write.h"
#include "secret/sealed_box.h"
#include "secret/secret.h"

#define NAME_BYTES   4
#define FILTER_MAX   8192
#define REQUESTS_MAX 10000
#define WAIT_TRIES   30
#define WAIT_MS      100

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

const char *
role_request_self(const struct session *session)
{
	const char *who = session->who;

	return strncmp(who, "dn:", 3) ? who : who + 3;
}

static void
put(struct tn_buf *buf, const char *text)
{
	tn_buf_printf(buf, "%zu:%s\n", strlen(text), text);
}

void
role_request_code(const struct tn_signed_request *request,
                  char ret[ROLE_CODE_MAX])
{
	char uuid[TN_UUID_TEXT_MAX];
	char hash[65];
	struct tn_buf text;

	tn_uuid_format(&request->person_uuid, uuid);
	tn_buf_init(&text, FILTER_MAX);
	put(&text, request->name);
	put(&text, tn_request_kind_text(request->kind)
	               ? tn_request_kind_text(request->kind)
	               : "");
	put(&text, request->role_dn);
	put(&text, request->level == TN_LEVEL_FIRST ? "1" : "2");
	put(&text, request->whom);
	put(&text, uuid);
	put(&text, request->staff_number);
	put(&text, request->reason);
	put(&text, request->asked_by);
	if (tn_buf_text(&text)) {
		tn_sha256_hex(tn_buf_text(&text), text.len, hash);
		snprintf(ret, ROLE_CODE_MAX, "%.4s-%.4s-%.4s", hash, hash + 4,
		         hash + 8);
	} else {
		ret[0] = '\0'; /* fits no code that is given */
	}
	tn_buf_done(&text);
}

static int
folder_of(const struct session *session, char ret[TN_DN_MAX + 1],
          struct tn_err *err)
{
	int n = snprintf(ret, TN_DN_MAX + 1, "ou=requests,%s",
	                 session->config->base);

	if (n < 0 || n > TN_DN_MAX - 32)
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	return TN_OK;
}

int
role_request_add(struct session *session, struct tn_signed_request *request,
                 struct tn_err *err)
{
	char uuid[TN_UUID_TEXT_MAX];
	char folder[TN_DN_MAX + 1];
	char name[2 * NAME_BYTES + 1];
	int r;

	r = folder_of(session, folder, err);
	if (r)
		return r;
	tn_random_hex(NAME_BYTES, name);
	snprintf(request->name, sizeof(request->name), "%s", name);
	snprintf(request->dn, sizeof(request->dn), "cn=%s,%.480s", name,
	         folder);
	snprintf(request->role_dn, sizeof(request->role_dn),
	         "cn=%s,ou=roles,%.480s", tn_role_text(request->role),
	         session->config->base);
	tn_uuid_format(&request->person_uuid, uuid);
	{
		/* No cn: slapd takes it from the dn, and nobody adds one. */
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureRequest") },
			{ TN_MODIFY_ADD, "tenureRequestKind",
			  ONE(tn_request_kind_text(request->kind)) },
			{ TN_MODIFY_ADD, "tenureRequestRole",
			  ONE(request->role_dn) },
			{ TN_MODIFY_ADD, "tenureRequestLevel",
			  ONE(request->level == TN_LEVEL_FIRST ? "1" : "2") },
			{ TN_MODIFY_ADD, "tenureRequestWhom",
			  ONE(request->whom) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(uuid) },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(request->staff_number) },
			{ TN_MODIFY_ADD, "tenureRequestReason",
			  ONE(request->reason) },
		};

		r = tn_add(session->connection, request->dn, attributes,
		           TN_ARRAY_LEN(attributes), err);
	}
	if (r == TN_E_DENIED)
		return tn_fail(err, r,
		               "only who holds system or security asks for "
		               "this: --as LOGIN");
	return r;
}

static int
found_request(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct role_requests *list = arg;
	struct tn_signed_request *more;

	if (list->count == REQUESTS_MAX)
		return tn_fail(err, TN_E_LIMIT, "too many requests");
	more = reallocarray(list->of, list->count + 1, sizeof(*more));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "the requests");
	list->of = more;
	/* One too long to be read is carried out by nobody: left out. */
	if (tn_signed_request_from_entry(entry, &more[list->count], NULL))
		return TN_OK;
	list->count++;
	return TN_OK;
}

static int
read_with(struct session *session, const char *filter,
          struct role_requests *ret, struct tn_err *err)
{
	char folder[TN_DN_MAX + 1];
	int r = folder_of(session, folder, err);

	ret->count = 0;
	ret->of = NULL;
	return r ? r
	         : tn_search(session->connection, folder, TN_SCOPE_ONE, filter,
	                     tn_signed_request_attributes, found_request, ret,
	                     err);
}

int
role_requests_read(struct session *session, bool with_answered,
                   struct role_requests *ret, struct tn_err *err)
{
	return read_with(session,
	                 with_answered ? "(objectClass=tenureRequest)"
	                               : "(&(objectClass=tenureRequest)"
	                                 "(!(tenureRequestResult=*)))",
	                 ret, err);
}

void
role_requests_done(struct role_requests *requests)
{
	free(requests->of);
	requests->of = NULL;
	requests->count = 0;
}

int
role_request_find(struct session *session, const char *name,
                  struct tn_signed_request *ret, struct tn_err *err)
{
	struct role_requests list = { .count = 0 };
	struct tn_buf filter;
	int r;

	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, "(&(objectClass=tenureRequest)(cn=");
	tn_filter_escape(&filter, name);
	tn_buf_put_text(&filter, "))");
	if (tn_buf_text(&filter))
		r = read_with(session, tn_buf_text(&filter), &list, err);
	else
		r = tn_fail(err, TN_E_LIMIT, "the name is too long");
	if (!r && list.count != 1)
		r = tn_fail(err, TN_E_NOT_FOUND,
		            "there is no request %.64s that you may see: "
		            "tenure request list",
		            name);
	if (!r)
		*ret = list.of[0];
	role_requests_done(&list);
	tn_buf_done(&filter);
	return r;
}

int
role_request_await(struct session *session, struct tn_signed_request *request,
                   struct tn_err *err)
{
	const struct timespec step = { .tv_nsec = WAIT_MS * 1000000L };
	char name[sizeof(request->name)];
	int tries;
	int r = TN_OK;

	memcpy(name, request->name, sizeof(name));
	for (tries = 0; !r && !*request->result && tries < WAIT_TRIES;
	     tries++) {
		nanosleep(&step, NULL);
		r = role_request_find(session, name, request, err);
	}
	return r;
}
