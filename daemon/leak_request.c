#include <config.h>

#include "leak_request.h"
#include "wire/lock_record.h"

#include <stdio.h>
#include <string.h>
#include "base/attrs.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"

#define REQUESTS "ou=requests,cn=tenure-reports"
/* At a beat; more wait for the next. */
#define OWN_MAX 16

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

static int
note_request(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_leak_request *request = arg;
	const char *result = tn_entry_text(entry, "tenureRequestResult");

	(void)err;
	tn_uuid_format(&entry->uuid, request->uuid);
	if (result != NULL)
		(void)tn_text_copy(request->result, sizeof(request->result),
		                   result);
	return TN_OK;
}

static int
look(struct tn_connection *connection, const char *dn,
     struct tn_leak_request *ret, struct tn_err *err)
{
	static const char *const wanted[] = { "entryUUID",
		                              "tenureRequestResult", NULL };
	int rc = tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
	                   wanted, note_request, ret, err);

	return rc == TN_E_NOT_FOUND ? TN_OK : rc;
}

/* asker: whose name it is asked in; NULL: the host's. */
static int
add(struct tn_net *net, struct tn_connection *connection, const char *dn,
    const struct tn_lock *own, const char *asker, struct tn_err *err)
{
	char person[TN_UUID_TEXT_MAX];
	char since[TN_GTIME_TEXT_MAX];
	struct tn_buf buf;
	const char *host;
	size_t i;
	int rc;

	tn_uuid_format(&own->person_uuid, person);
	tn_gtime_format(own->since, since);
	tn_buf_init(&buf, TN_DN_MAX);
	(void)tn_buf_put_text(&buf, "cn=");
	(void)tn_dn_escape(&buf, net->config->host_name);
	(void)tn_buf_printf(&buf, ",ou=hosts,%s", net->config->base);
	(void)tn_buf_put(&buf, "", 1);
	/* As slapd writes it: a rule compares the two letter by letter. */
	for (i = 0; buf.failed == TN_OK && i < buf.len; i++)
		if (buf.data[i] >= 'A' && buf.data[i] <= 'Z')
			buf.data[i] = (uint8_t)(buf.data[i] | 0x20);
	host = buf.failed == TN_OK ? (const char *)buf.data : NULL;
	if (host == NULL) {
		rc = tn_fail(err, TN_E_LIMIT, "the host's name");
	} else {
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureLock") },
			{ TN_MODIFY_ADD, "cn", ONE(own->name) },
			{ TN_MODIFY_ADD, "tenureLockKind", ONE("leak") },
			{ TN_MODIFY_ADD, "tenureLockedTime", ONE(since) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(person) },
			{ TN_MODIFY_ADD, "tenureLockedBy",
			  ONE(asker != NULL ? asker : host) },
			{ TN_MODIFY_ADD, "description", ONE(own->reason) },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(own->staff_number) },
			{ TN_MODIFY_ADD, "tenureLeakFrom", ONE(host) },
		};
		const size_t count = TN_ARRAY_LEN(attributes);

		rc = tn_add(connection, dn, attributes,
		            asker != NULL ? count : count - 1, err);
	}
	tn_buf_done(&buf);
	return rc == TN_E_EXISTS ? TN_OK : rc;
}

static int
request_dn(const char *name, char ret[TN_DN_MAX + 1], struct tn_err *err)
{
	int len = snprintf(ret, TN_DN_MAX + 1, "cn=%s," REQUESTS, name);

	return len < 0 || len > TN_DN_MAX
	           ? tn_fail(err, TN_E_LIMIT, "the dn is too long")
	           : TN_OK;
}

int
tn_leak_request_look(struct tn_connection *connection, const char *name,
                     struct tn_leak_request *ret, struct tn_err *err)
{
	char dn[TN_DN_MAX + 1];
	int rc = request_dn(name, dn, err);

	return rc == TN_OK ? look(connection, dn, ret, err) : rc;
}

int
tn_leak_request_ask(struct tn_net *net, struct tn_connection *connection,
                    const struct tn_lock *own, struct tn_leak_request *ret,
                    struct tn_err *err)
{
	struct tn_leak_request request = { .uuid = "" };
	char dn[TN_DN_MAX + 1];
	int rc = request_dn(own->name, dn, err);

	if (rc == TN_OK)
		rc = look(connection, dn, &request, err);
	if (rc == TN_OK && request.uuid[0] == '\0') {
		rc = add(net, connection, dn, own, NULL, err);
		if (rc == TN_OK)
			rc = look(connection, dn, &request, err);
	}
	if (rc == TN_OK)
		*ret = request;
	return rc;
}

int
tn_leak_request_own(struct tn_net *net, struct tn_connection *connection,
                    const struct tn_lock *own, const char *person_dn,
                    struct tn_err *err)
{
	char dn[TN_DN_MAX + 1];
	int rc = request_dn(own->name, dn, err);

	return rc == TN_OK ? add(net, connection, dn, own, person_dn, err) : rc;
}

/* Copies of those that are open here, without those that are settled: these
   are released. */
static size_t
take_own(struct tn_net *net, struct tn_lock *ret[OWN_MAX])
{
	char settled[OWN_MAX][TN_REQUEST_RESULT_MAX];
	const struct tn_lock *own = NULL;
	size_t settled_count = 0;
	size_t count = 0;
	size_t i;

	(void)pthread_rwlock_rdlock(&net->lock);
	while (count < OWN_MAX && settled_count < OWN_MAX &&
	       (own = tn_table_next_own(&net->table, own)) != NULL) {
		if (tn_table_own_is_settled(&net->table, own) &&
		    tn_text_copy(settled[settled_count], sizeof(settled[0]),
		                 own->name))
			settled_count++;
		else if (tn_lock_dup(own, &ret[count], NULL) == TN_OK)
			count++;
	}
	(void)pthread_rwlock_unlock(&net->lock);
	if (settled_count == 0)
		return count;
	(void)pthread_rwlock_wrlock(&net->lock);
	for (i = 0; i < settled_count; i++)
		(void)tn_table_put_release(&net->table, settled[i],
		                           TN_RELEASE_OWN, NULL);
	(void)pthread_rwlock_unlock(&net->lock);
	for (i = 0; i < settled_count; i++)
		tn_log_info("report %s: settled by the directory", settled[i]);
	tn_net_has_work(net);
	return count;
}

void
tn_leak_request_work(struct tn_net *net, struct tn_connection **connection)
{
	struct tn_leak_request request;
	struct tn_err err = TN_ERR_INIT;
	struct tn_lock *own[OWN_MAX];
	size_t count = take_own(net, own);
	int rc = *connection != NULL ? TN_OK : TN_E_UNREACHABLE;
	size_t i;

	for (i = 0; i < count; i++) {
		if (rc == TN_OK)
			rc = tn_leak_request_ask(net, *connection, own[i],
			                         &request, &err);
		if (rc == TN_OK && strncmp(request.result, "granted", 7) != 0 &&
		    request.result[0] != '\0')
			tn_log_debug("report %s: %s; this host stays locked "
			             "until a reset",
			             own[i]->name, request.result);
		tn_lock_free(own[i]);
	}
	if (rc != TN_OK && *connection != NULL) {
		tn_log_warning("a report of a leak was not taken: %s",
		               err.text);
		tn_connection_closep(connection);
	}
}
