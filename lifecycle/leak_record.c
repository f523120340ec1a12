/*
 * tenure leak record: 书面情况记录, the written record that UM-15.1 asks for, in
 * one language, as text or as one page that needs nothing else. The hashes of
 * the journal's records stand in it: who keeps the paper can tell whether the
 * journal is still the same.
 */
#include "leak_verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_option.h"
#include "html_text.h"
#include "journal_read.h"
#include "leak_view.h"

#define RECORDS_MAX 1000

struct hash {
	char time[TN_RFC3339_TEXT_MAX];
	char what[160];
	char hash[TN_HASH_TEXT_MAX];
};

struct page {
	const struct leak_case *leak;
	bool is_chinese;
	bool is_html;
	int64_t now;
	char since[TN_RFC3339_TEXT_MAX];
	size_t count;
	struct hash *hashes;
};

/* A row, or a row that goes on: then title is "". */
static void
row(const struct page *page, const char *chinese, const char *english,
    const char *value)
{
	const char *title = page->is_chinese ? chinese : english;

	if (page->is_html) {
		fputs("<tr><th>", stdout);
		html_put_text(stdout, title);
		fputs("</th><td><bdi>", stdout);
		html_put_text(stdout, value);
		fputs("</bdi></td></tr>\n", stdout);
	} else if (*title) {
		printf("%s: %s\n", title, value);
	} else {
		printf("    %s\n", value);
	}
}

static void
row_time(const struct page *page, const char *chinese, const char *english,
         int64_t time)
{
	char text[TN_RFC3339_TEXT_MAX];

	tn_rfc3339_format(time, text);
	row(page, chinese, english, text);
}

static void
row_name(const struct page *page, const char *chinese, const char *english,
         const char *dn)
{
	char name[TN_LOGIN_MAX + 1] = "-";

	if (*dn)
		leak_name_of(dn, name, sizeof(name));
	row(page, chinese, english, name);
}

static void
rows(const struct page *page, const char *chinese, const char *english,
     const struct leak_texts *texts)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		row(page, i ? "" : chinese, i ? "" : english, texts->of[i]);
	if (!texts->count)
		row(page, chinese, english, "-");
}

static void
put_reports(const struct page *page)
{
	size_t i;

	for (i = 0; i < page->leak->lock_count; i++) {
		const struct leak_lock *lock = &page->leak->locks[i];

		row_time(page, "发现时间", "Discovered", lock->discovered);
		row(page, "发现经过", "How it was discovered",
		    *lock->how ? lock->how : "-");
		row_time(page, "报告时间", "Reported", lock->reported);
		row_name(page, "报告人", "Reported by", lock->by);
		if (*lock->from)
			row(page, "消息来源", "On the word of", lock->from);
		row(page, "情况说明", "What happened", lock->what);
		row(page, "停用锁定", "Lock", lock->name);
		row_time(page, "解除时间", "Released", lock->released);
	}
	if (page->leak->reports.count)
		rows(page, "其他报告", "Reported again", &page->leak->reports);
}

/* Where something of the person is left, or may be. */
static void
put_host(const struct page *page, const struct leak_effect *effect)
{
	char text[512];

	if (effect->left <= 0 && effect->reported <= 0 &&
	    !effect->is_unfinished && !effect->is_local)
		return;
	snprintf(text, sizeof(text),
	         page->is_chinese ? "%s：未结束%lld个，另一uid下的程序%lld个%s"
	                          : "%s: left %lld, run on under another uid "
	                            "%lld%s",
	         effect->host, effect->left > 0 ? (long long)effect->left : 0,
	         effect->reported > 0 ? (long long)effect->reported : 0,
	         !effect->is_local ? ""
	         : page->is_chinese ? "；uid属于本地账号，未结束任何程序"
	                            : "; uid=local: nothing was ended");
	row(page, "主机上遗留", "Left on a host", text);
}

static void
put_hosts(const struct page *page)
{
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	char text[160];
	char took[48];
	size_t i;

	leak_case_clocks(page->leak, page->now, clocks);
	leak_view_span(clocks[TN_LEAK_LOCK].took, took, sizeof(took));
	snprintf(text, sizeof(text),
	         page->is_chinese ? "%s（%zu台主机，%zu台未回复）"
	                          : "%s (%zu hosts, %zu without an answer)",
	         took, page->leak->effect_count, page->leak->hosts_missing);
	row(page, "最慢主机停用用时", "Locked on the slowest host after", text);
	for (i = 0; i < page->leak->effect_count; i++)
		put_host(page, &page->leak->effects[i]);
	if (page->leak->silent.count)
		rows(page, "未应答的目录服务器", "Directory servers not heard",
		     &page->leak->silent);
}

static void
put_clocks(const struct page *page)
{
	static const char *const chinese[TN_LEAK_CLOCKS] = {
		"发现至报告", "报告至停用", "报告至核实", "报告至恢复"
	};
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	char took[48];
	char target[48];
	char text[160];
	size_t i;

	leak_case_clocks(page->leak, page->now, clocks);
	for (i = 0; i < TN_LEAK_CLOCKS; i++) {
		leak_view_span(clocks[i].took, took, sizeof(took));
		leak_view_span(clocks[i].target, target, sizeof(target));
		snprintf(text, sizeof(text),
		         page->is_chinese ? "%s，时限 %s%s" : "%s, target %s%s",
		         took, target,
		         !clocks[i].is_over ? ""
		         : page->is_chinese ? "，已超时"
		                            : ", OVERDUE");
		row(page, chinese[i],
		    tn_leak_clock_words((enum tn_leak_clock_name)i), text);
	}
}

static void
put_all(const struct page *page)
{
	const struct leak_case *leak = page->leak;
	char text[320];
	size_t i;

	row(page, "案件编号", "Case", leak->name);
	snprintf(text, sizeof(text), "%s, %s", leak->login, leak->staff_number);
	row(page, "账号和工号", "Account and staff number", text);
	if (leak->level) {
		snprintf(text, sizeof(text), "%s, %d", leak->role, leak->level);
		row(page, "当时角色和级别", "Role and level then", text);
	}
	put_reports(page);
	put_hosts(page);
	row_time(page, "身份核实时间", "Identity checked", leak->verified);
	row_name(page, "核实人", "Checked by", leak->verified_by);
	row(page, "核实方式", "How",
	    *leak->verified_how ? leak->verified_how : "-");
	if (leak->level)
		rows(page, "账号操作清单", "What the account did: dossier",
		     &leak->dossiers);
	rows(page, "待检查", "Still to be looked at", &leak->items);
	rows(page, "已检查", "Looked at", &leak->done);
	rows(page, "此前登录", "Logins before", &leak->logins);
	if (*leak->closed_second)
		row_name(page, "同级会签人", "Second signature",
		         leak->closed_second);
	row_name(page, "结案人", "Closed by", leak->closed_by);
	row_time(page, "恢复时间", "Restored", leak->restored);
	put_clocks(page);
	for (i = 0; i < page->count; i++) {
		snprintf(text, sizeof(text), "%s %s %s", page->hashes[i].time,
		         page->hashes[i].what, page->hashes[i].hash);
		row(page, i ? "" : "操作日志哈希", i ? "" : "Journal", text);
	}
	row(page, "签字", "Signature", "");
}

static void
print(const struct page *page)
{
	const char *title = page->is_chinese ? "账号泄露书面情况记录"
	                                     : "Written record of a leak";

	if (!page->is_html) {
		printf("%s\n\n", title);
		put_all(page);
		return;
	}
	html_put_head(stdout, page->is_chinese ? "zh" : "en", title);
	printf("<h1>%s</h1>\n<table>\n", title);
	put_all(page);
	fputs("</table>\n</body>\n</html>\n", stdout);
}

static bool
names(const char *people, const char *login)
{
	const size_t len = strlen(login);
	const char *at;

	for (at = people; (at = strstr(at, login)); at++)
		if ((at == people || at[-1] == ' ') &&
		    (!at[len] || at[len] == ' ' || at[len] == ','))
			return true;
	return false;
}

static int
record_found(const struct tn_journal_place *place, const char *text, size_t len,
             void *arg, struct tn_err *err)
{
	static char copy[TN_JOURNAL_TEXT_MAX + 1];
	struct tn_journal_record record;
	struct page *page = arg;
	struct hash *more;

	(void)place;
	if (tn_journal_parse(text, len, copy, &record, NULL) ||
	    !names(record.text[TN_JOURNAL_PEOPLE], page->leak->login) ||
	    strcmp(record.text[TN_JOURNAL_TIME], page->since) < 0 ||
	    strcmp(record.text[TN_JOURNAL_KIND], "read") == 0 ||
	    page->count == RECORDS_MAX)
		return TN_OK;
	more = reallocarray(page->hashes, page->count + 1, sizeof(*more));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	page->hashes = more;
	more += page->count++;
	snprintf(more->time, sizeof(more->time), "%.31s",
	         record.text[TN_JOURNAL_TIME]);
	snprintf(more->what, sizeof(more->what), "%.80s/%.12s %.40s",
	         record.text[TN_JOURNAL_CHAIN], record.text[TN_JOURNAL_NUMBER],
	         record.text[TN_JOURNAL_VERB]);
	snprintf(more->hash, sizeof(more->hash), "%s", record.hash);
	return TN_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct hash *x = a;
	const struct hash *y = b;
	int order = strcmp(x->time, y->time);

	return order ? order : strcmp(x->what, y->what);
}

int
leak_record(struct command_run *run)
{
	const char *language = NULL;
	bool html = false;
	const struct command_option options[] = {
		{ .name = "--language", .value = &language },
		{ .name = "--html", .flag = &html },
		{ .name = NULL },
	};
	struct leak_verb verb = { .leak = NULL };
	struct page page = { .leak = NULL };
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (language && strcmp(language, "zh") && strcmp(language, "en"))
		return command_usage(run, "--language is zh or en");
	if (!language)
		language = getenv("LANG");
	page.is_chinese = language && !strncmp(language, "zh", 2);
	page.is_html = html;
	(void)((r = leak_verb_begin(run, name, &verb, &err)) ||
	       (r = leak_hosts_read(&verb.session, verb.leak, &err)));
	if (!r) {
		page.leak = verb.leak;
		page.now = verb.session.moment.now;
		tn_rfc3339_format(verb.leak->reported != TN_TIME_NONE
		                      ? verb.leak->reported - 1
		                      : 0,
		                  page.since);
		(void)((r = journal_read_all(&verb.session, record_found, &page,
		                             &err)) ||
		       (r = leak_verb_journal(run, &verb, false, NULL, &err)));
	}
	if (!r) {
		if (page.count)
			qsort(page.hashes, page.count, sizeof(*page.hashes),
			      by_time);
		print(&page);
	}
	free(page.hashes);
	return leak_verb_end(run, &verb, r, &err);
}
