#include "application_view.h"

#include <string.h>

#include "base/attrs.h"
#include "base/day.h"
#include "base/text.h"
#include "directory/search.h"
#include "display.h"

void
application_clean(const char *text, char ret[APPLICATION_FIELD_MAX + 1])
{
	snprintf(ret, APPLICATION_FIELD_MAX + 1, "%s", text);
	tn_text_cut(ret, strlen(ret));
	tn_text_clean(ret);
}

struct real_name {
	char cn[APPLICATION_FIELD_MAX + 1];
};

static int
name_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct real_name *name = arg;
	const char *cn = tn_entry_text(entry, "cn");

	(void)err;
	if (cn)
		application_clean(cn, name->cn);
	return TN_OK;
}

static int
who_is(struct session *session, const char *dn, char ret[APPLICATION_WHO_MAX],
       struct tn_err *err)
{
	static const char *const attributes[] = { "cn", NULL };
	struct real_name name = { .cn = "" };
	char login[APPLICATION_FIELD_MAX / 4];
	int r;

	ret[0] = '\0';
	if (!*dn)
		return TN_OK;
	application_dn_value(dn, login, sizeof(login));
	tn_text_clean(login);
	if (!strncmp(dn, "uid=", 4)) {
		r = tn_search(session->connection, dn, TN_SCOPE_BASE,
		              "(objectClass=*)", attributes, name_found, &name,
		              err);
		if (r && r != TN_E_NOT_FOUND && r != TN_E_DENIED)
			return r;
	}
	if (*name.cn)
		snprintf(ret, APPLICATION_WHO_MAX, "%s (%s)", name.cn, login);
	else
		snprintf(ret, APPLICATION_WHO_MAX, "%s", login);
	return TN_OK;
}

int
application_view_make(struct session *session,
                      const struct application *application,
                      struct application_view *ret, struct tn_err *err)
{
	int r;

	*ret = (struct application_view){
		.application = application,
		.utc_offset = session->config->utc_offset,
	};
	application_dn_value(application->department_dn, ret->department,
	                     sizeof(ret->department));
	tn_text_clean(ret->department);
	(void)((r = who_is(session, application->filed_by, ret->filed_by,
	                   err)) ||
	       (r = who_is(session, application->confirmed_by,
	                   ret->confirmed_by, err)) ||
	       (r = who_is(session, application->approved_by, ret->approved_by,
	                   err)) ||
	       (r = who_is(session, application->rejected_by, ret->rejected_by,
	                   err)));
	return r;
}

static const char *
kind_chinese(enum application_kind kind)
{
	static const char *const texts[] = {
		[APPLICATION_ACCOUNT] = "开户",
		[APPLICATION_ROSTER] = "批量开户",
		[APPLICATION_SERVICE] = "服务账号",
		[APPLICATION_CHANGE] = "变更",
		[APPLICATION_CLOSURE] = "销户",
	};

	return texts[kind];
}

static const char *
state_chinese(enum application_state state)
{
	static const char *const texts[] = {
		[APPLICATION_FILED] = "待确认",
		[APPLICATION_CONFIRMED] = "待审批",
		[APPLICATION_APPROVED] = "已批准",
		[APPLICATION_REJECTED] = "已驳回",
	};

	return texts[state];
}

/* "王芳 (wangfang), 2026-11-30T08:00:00Z" */
static void
signature(char *ret, size_t size, const char *who, int64_t when)
{
	char time[TN_RFC3339_TEXT_MAX];

	tn_rfc3339_format(when, time);
	if (!*who)
		snprintf(ret, size, "-");
	else if (when == TN_TIME_NONE)
		snprintf(ret, size, "%s", who);
	else
		snprintf(ret, size, "%s, %s", who, time);
}

void
application_rows(const struct application_view *view, application_row *row,
                 void *arg)
{
	const struct application *of = view->application;
	const enum application_state state = application_state(of);
	const bool by_hr =
	    of->kind == APPLICATION_CHANGE || of->kind == APPLICATION_CLOSURE;
	const bool is_roster = of->kind == APPLICATION_ROSTER;
	char text[APPLICATION_WHO_MAX + TN_RFC3339_TEXT_MAX + 8];

	application_clean(of->name, text);
	row(arg, "编号", "number", text);
	snprintf(text, sizeof(text), "%s / %s", kind_chinese(of->kind),
	         application_kind_text(of->kind));
	row(arg, "类别", "kind", text);
	snprintf(text, sizeof(text), "%s / %s", state_chinese(state),
	         application_state_text(state));
	row(arg, "状态", "state", text);
	if (*view->department)
		row(arg, "部门", "department", view->department);
	application_clean(of->login, text);
	if (*text)
		row(arg, "服务账号", "service account", text);
	application_clean(of->what, text);
	if (*text)
		row(arg, "变更内容", "change", text);
	application_clean(of->reason, text);
	if (*text)
		row(arg, "申请事由", "reason", text);
	signature(text, sizeof(text), view->filed_by, of->filed);
	row(arg, "提交人", "filed by", text);
	signature(text, sizeof(text), view->confirmed_by, of->confirmed);
	row(arg, is_roster ? "人力资源部确认" : "部门主管确认",
	    is_roster ? "confirmed by hr" : "confirmed by the head", text);
	signature(text, sizeof(text), view->approved_by,
	          state == APPLICATION_APPROVED ? of->decided : TN_TIME_NONE);
	row(arg, by_hr ? "人力资源部审批" : "信息技术部主管审批",
	    by_hr ? "approved by hr" : "approved by the IT manager", text);
	if (state != APPLICATION_REJECTED)
		return;
	signature(text, sizeof(text), view->rejected_by, of->decided);
	row(arg, "驳回人", "rejected by", text);
	application_clean(of->rejected_reason, text);
	row(arg, "驳回理由", "reason of it", text);
}

static void
print_row(void *arg, const char *chinese, const char *english,
          const char *value)
{
	FILE *out = arg;

	display_pad(out, chinese, 20);
	fprintf(out, " %-28s %s\n", english, value);
}

static void
print_field(FILE *out, const char *text, size_t width)
{
	char clean[APPLICATION_FIELD_MAX + 1];

	application_clean(text, clean);
	display_pad(out, clean, width);
	fputs("  ", out);
}

static void
print_people(FILE *out, const struct application *application)
{
	char clean[APPLICATION_FIELD_MAX + 1];
	size_t i;

	for (i = 0; i < application->count; i++) {
		const struct applicant *person = &application->people[i];

		fputs("  ", out);
		print_field(out, person->number, 10);
		print_field(out, person->name, 12);
		print_field(out, person->department, 12);
		print_field(out, person->post, 12);
		application_clean(person->start, clean);
		fprintf(out, "%s\n", clean);
	}
	if (application_is_consistent(application))
		return;
	fputs("THE FORM IS NOT WHAT IT LISTS. Listed are:", out);
	for (i = 0; i < application->number_count; i++) {
		application_clean(application->numbers[i], clean);
		fprintf(out, " %s", clean);
	}
	fputc('\n', out);
}

void
application_print(FILE *out, const struct application_view *view)
{
	fputs("《用户账号申请和变更表》 application for user accounts\n", out);
	application_rows(view, print_row, out);
	print_row(out, "申请人", "for", "");
	print_people(out, view->application);
}

json_t *
application_json(const struct application *application)
{
	json_t *root = json_object();
	json_t *numbers = json_array();
	char time[TN_RFC3339_TEXT_MAX];
	size_t i;

	const struct {
		const char *name;
		const char *text;
	} texts[] = {
		{ "name", application->name },
		{ "kind", application_kind_text(application->kind) },
		{ "state",
		  application_state_text(application_state(application)) },
		{ "department", application->department_dn },
		{ "filed_by", application->filed_by },
		{ "confirmed_by", application->confirmed_by },
		{ "approved_by", application->approved_by },
		{ "rejected_by", application->rejected_by },
		{ "rejected_reason", application->rejected_reason },
	};

	for (i = 0; i < TN_ARRAY_LEN(texts); i++)
		json_object_set_new(root, texts[i].name,
		                    json_string(texts[i].text));
	tn_rfc3339_format(application->filed, time);
	json_object_set_new(root, "filed", json_string(time));
	tn_rfc3339_format(application->decided, time);
	json_object_set_new(root, "decided", json_string(time));
	for (i = 0; i < application->number_count; i++)
		json_array_append_new(numbers,
		                      json_string(application->numbers[i]));
	json_object_set_new(root, "numbers", numbers);
	json_object_set_new(
	    root, "consistent",
	    json_boolean(application_is_consistent(application)));
	json_object_set(root, "form",
	                application->form ? application->form : json_null());
	return root;
}
