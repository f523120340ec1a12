#include "issue_apply.h"

#include <stdio.h>
#include <string.h>

#include "account/serve_rule.h"
#include "base/attrs.h"
#include "base/buf.h"
#include "base/day.h"
#include "directory/search.h"
#include "directory/write.h"
#include "person_password.h"

#define PASSWORD_LENGTH 16
#define ATTRIBUTES_MAX  24

/* One person's entry while it is put together; all borrowed. */
struct new_entry {
	struct session *session;
	const char *dn;
	size_t count;
	struct tn_modification attributes[ATTRIBUTES_MAX];
	const char *values[ATTRIBUTES_MAX][2];
	struct tn_err *err;
};

static const char *const classes[] = { "inetOrgPerson", "posixAccount",
	                               "tenurePerson", NULL };

/* Adds one attribute; nothing for an empty value. */
static void
put(struct new_entry *entry, const char *attribute, const char *value)
{
	size_t at = entry->count;

	if (!*value || at == ATTRIBUTES_MAX)
		return;
	entry->values[at][0] = value;
	entry->values[at][1] = NULL;
	entry->attributes[at] = (struct tn_modification){
		.kind = TN_MODIFY_ADD,
		.attribute = attribute,
		.values = entry->values[at],
	};
	entry->count++;
}

/* The Add itself, while the password is borrowed. In clear over ldapi or TLS,
   so that slapd hashes it (RFC 3062's reasons, DESIGN section 4). */
static int
add_with_password(const char *data, size_t len, void *arg)
{
	struct new_entry *entry = arg;

	(void)len;
	put(entry, "userPassword", data);
	return tn_add(entry->session->connection, entry->dn, entry->attributes,
	              entry->count, entry->err);
}

static bool
has_han(const char *name)
{
	const unsigned char *at;

	/* U+3000 and above, in UTF-8, begin with E3 or more. */
	for (at = (const unsigned char *)name; *at; at++) {
		if (*at >= 0xE3 && *at <= 0xF0)
			return true;
	}
	return false;
}

static void
format_day(int32_t day, char text[TN_DAY_TEXT_MAX])
{
	text[0] = '\0';
	if (day != TN_DAY_NONE)
		tn_day_format(day, text);
}

static int
add_person(struct session *session, const struct issue_order *order,
           const struct issue_item *item, uint32_t uid,
           const struct tn_secret *password, struct tn_err *err)
{
	const struct roster_row *row = item->row;
	struct new_entry entry = { .session = session, .err = err };
	char uid_text[16];
	char gid_text[16];
	char start[TN_DAY_TEXT_MAX];
	char end[TN_DAY_TEXT_MAX];
	char deadline[TN_GTIME_TEXT_MAX];
	char home[TN_HOME_MAX + 1];
	char dn[TN_DN_MAX + 1];
	int n;

	/* A valid login needs no escape in a dn. */
	n = snprintf(dn, sizeof(dn), "uid=%s,ou=people,%s", item->login,
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	entry.dn = dn;
	snprintf(uid_text, sizeof(uid_text), "%u", (unsigned int)uid);
	snprintf(gid_text, sizeof(gid_text), "%u", (unsigned int)order->gid);
	n = snprintf(home, sizeof(home), "%s/%s", order->home_root,
	             item->login);
	if (n < 0 || (size_t)n >= sizeof(home))
		return tn_fail(err, TN_E_LIMIT, "the home is too long");
	format_day(row->start_day, start);
	format_day(row->end_day, end);
	tn_gtime_format(order->deadline, deadline);

	entry.attributes[entry.count++] = (struct tn_modification){
		.kind = TN_MODIFY_ADD,
		.attribute = "objectClass",
		.values = classes,
	};
	put(&entry, "uid", item->login);
	put(&entry, "cn", row->name);
	put(&entry, "sn", row->name);
	put(&entry, "employeeNumber", row->staff_number);
	put(&entry, "uidNumber", uid_text);
	put(&entry, "gidNumber", gid_text);
	put(&entry, "homeDirectory", home);
	put(&entry, "loginShell", "/bin/bash");
	put(&entry, "departmentNumber", row->department);
	put(&entry, "title", row->post);
	put(&entry, "preferredLanguage", has_han(row->name) ? "zh-CN" : "");
	put(&entry, "tenureStatus", tn_status_text(TN_STATUS_ACTIVE));
	put(&entry, "tenureStartDate", start);
	put(&entry, "tenureEndDate", end);
	put(&entry, "tenureInitialDeadline", deadline);
	put(&entry, "tenureApplication", item->application);
	/* pwdMustChange does nothing on an Add: it is said here (UM-13.2). */
	put(&entry, "pwdReset", "TRUE");
	return tn_secret_use(password, add_with_password, &entry);
}

/* One person: the slip first, so that no account exists whose password
   nobody can learn. */
static int
issue_one(struct session *session, const struct issue_order *order,
          const struct issue_item *item, uint32_t uid, struct tn_err *err)
{
	struct tn_secret *password = NULL;
	char until[TN_RFC3339_TEXT_MAX];
	struct slip slip = {
		.login = item->login,
		.name = item->row->name,
		.staff_number = item->row->staff_number,
		.valid_until = until,
	};
	const struct tn_password_person person = {
		.real_name = item->row->name,
		.login = item->login,
		.staff_number = item->row->staff_number,
		.department = item->row->department,
	};
	int r;

	if (!tn_id_is_allowed(uid, session->config->min_uid))
		return tn_fail(err, TN_E_INCOMPLETE,
		               "the counter gave %u, which no host serves",
		               (unsigned int)uid);
	tn_rfc3339_format(order->deadline, until);
	r = person_password(session->config, &person, PASSWORD_LENGTH,
	                    &password, err);
	if (r)
		return r;
	slip.password = password;
	r = slip_save(order->place, &slip, err);
	if (!r) {
		r = add_person(session, order, item, uid, password, err);
		/* Where nobody knows, the account may be there. */
		if (r && r != TN_E_TIMEOUT && r != TN_E_UNREACHABLE &&
		    slip_remove(order->place, item->login, NULL))
			tn_context(err, "its slip could not be removed");
	}
	tn_secret_freep(&password);
	return r;
}

/* Refused for this person alone; anything else would refuse all. */
static bool
is_personal(int code)
{
	return code == TN_E_EXISTS || code == TN_E_RULE ||
	       code == TN_E_INVALID || code == TN_E_LIMIT;
}

int
issue_apply(struct session *session, const struct issue_order *order,
            size_t *ret_done, size_t *ret_refused, struct tn_err *err)
{
	const struct issue_plan *plan = order->plan;
	char counter[TN_DN_MAX + 1];
	uint32_t uid = 0;
	size_t i;
	int r;

	*ret_done = 0;
	*ret_refused = 0;
	if (!plan->create)
		return TN_OK;
	snprintf(counter, sizeof(counter), "cn=numbers,ou=policies,%s",
	         session->config->base);
	/* A block of numbers at once; what is not used is lost, never reused. */
	if ((r = slip_try(order->place, err)))
		return r;
	/* From here on something may be written. */
	*order->has_begun = true;
	if ((r = tn_increment(session->connection, counter, "tenureNextNumber",
	                      (unsigned int)plan->create, &uid, err)))
		return r;
	for (i = 0; i < plan->count; i++) {
		const struct issue_item *item = &plan->items[i];
		struct tn_err why = TN_ERR_INIT;

		if (item->kind != ISSUE_CREATE)
			continue;
		r = issue_one(session, order, item, uid++, &why);
		if (r && !is_personal(r)) {
			tn_context(&why, "%s %s (%s)", item->login,
			           item->row->name, item->row->staff_number);
			if (err)
				*err = why;
			return r;
		}
		*(r ? ret_refused : ret_done) += 1;
		order->progress(order->arg, item,
		                r ? ISSUE_REFUSED : ISSUE_DONE, &why);
	}
	return TN_OK;
}
