#include "leak_view.h"

#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "base/day.h"
#include "leak_verb.h"

#define HOSTS_SHOWN    20
#define BAR_MAX        40
#define NAME_MAX_SHOWN 40 /* wider ones push their own line alone */

static const struct {
	int64_t ms;
	const char *unit;
} spans[] = {
	{ INT64_C(86400000), "d" },
	{ 3600000, "h" },
	{ 60000, "min" },
	{ 1000, "s" },
};

void
leak_view_span(int64_t ms, char *ret, size_t size)
{
	size_t i;

	if (ms == TN_TIME_NONE) {
		snprintf(ret, size, "-");
		return;
	}
	for (i = 0; i < TN_ARRAY_LEN(spans); i++) {
		int64_t whole = ms / spans[i].ms;
		int64_t rest;

		if (!whole || (spans[i].ms == 1000 && ms < 10000))
			continue;
		rest = i + 1 < TN_ARRAY_LEN(spans)
		           ? ms % spans[i].ms / spans[i + 1].ms
		           : 0;
		if (rest)
			snprintf(ret, size, "%lld %s %lld %s", (long long)whole,
			         spans[i].unit, (long long)rest,
			         spans[i + 1].unit);
		else
			snprintf(ret, size, "%lld %s", (long long)whole,
			         spans[i].unit);
		return;
	}
	snprintf(ret, size, "%lld ms", (long long)ms);
}

void
leak_view_histogram(const struct leak_case *leak, struct leak_histogram *ret)
{
	static const int64_t bounds[LEAK_BUCKETS] = { 50,   100,      200,
		                                      500,  1000,     2000,
		                                      5000, INT64_MAX };
	size_t i;
	size_t k;

	*ret = (struct leak_histogram){ .missing = leak->hosts_missing };
	memcpy(ret->to, bounds, sizeof(bounds));
	for (i = 0; i < leak->effect_count; i++) {
		const struct leak_effect *effect = &leak->effects[i];

		if (!effect->is_answer)
			continue;
		if (effect->seen == TN_TIME_NONE) {
			ret->unknown++;
			continue;
		}
		for (k = 0; effect->seen > bounds[k]; k++)
			;
		ret->count[k]++;
	}
}

static void
time_text(int64_t time, char ret[TN_RFC3339_TEXT_MAX])
{
	tn_rfc3339_format(time, ret);
}

void
leak_view_line(const struct leak_case *leak, int64_t now)
{
	char reported[TN_RFC3339_TEXT_MAX];

	time_text(leak->reported, reported);
	printf("%s  %s  %s  %s%s\n", leak->name, leak->login,
	       leak_case_state(leak), reported,
	       leak->restored == TN_TIME_NONE && leak_case_is_over(leak, now)
	           ? "  OVERDUE"
	           : "");
}

static void
print_clocks(const struct leak_case *leak, int64_t now)
{
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	char took[48];
	char target[48];
	size_t i;

	leak_case_clocks(leak, now, clocks);
	puts("clocks");
	for (i = 0; i < TN_ARRAY_LEN(clocks); i++) {
		leak_view_span(clocks[i].took, took, sizeof(took));
		leak_view_span(clocks[i].target, target, sizeof(target));
		printf("  %-24s %-14s target %s%s%s\n",
		       tn_leak_clock_words((enum tn_leak_clock_name)i), took,
		       target, clocks[i].runs ? ", runs" : "",
		       clocks[i].is_over ? ", OVERDUE" : "");
	}
}

static void
print_histogram(const struct leak_case *leak)
{
	struct leak_histogram histogram;
	size_t most = 1;
	size_t i;
	size_t k;

	leak_view_histogram(leak, &histogram);
	for (i = 0; i < LEAK_BUCKETS; i++)
		if (histogram.count[i] > most)
			most = histogram.count[i];
	puts("until every new login was refused, and how many hosts");
	for (i = 0; i < LEAK_BUCKETS; i++) {
		if (histogram.to[i] == INT64_MAX)
			printf("  %8s  %6zu ", "longer", histogram.count[i]);
		else
			printf("  %5lld ms  %6zu ", (long long)histogram.to[i],
			       histogram.count[i]);
		for (k = 0;
		     k < (histogram.count[i] * BAR_MAX + most - 1) / most; k++)
			putchar('#');
		putchar('\n');
	}
	if (histogram.unknown)
		printf("  %8s  %6zu\n", "unknown", histogram.unknown);
	if (leak->silent.count && histogram.missing)
		printf("  %zu of %zu hosts have not answered here: whether "
		       "they did is NOT KNOWN,\n  since not every directory "
		       "server was heard\n",
		       histogram.missing, leak->effect_count);
	else
		printf("  %zu of %zu hosts have not answered\n",
		       histogram.missing, leak->effect_count);
}

static void
print_number(const char *word, int64_t number, const char *unit)
{
	if (number == TN_TIME_NONE)
		printf("  %s ?", word);
	else
		printf("  %s %lld%s", word, (long long)number, unit);
}

/* Of the longest name, so that what hosts did stands one beneath the other. */
static int
name_width(const struct leak_case *leak)
{
	size_t most = 0;
	size_t len;
	size_t i;

	for (i = 0; i < leak->effect_count; i++) {
		len = strlen(leak->effects[i].host);
		if (len > most && len <= NAME_MAX_SHOWN)
			most = len;
	}
	return (int)most;
}

static void
print_hosts(const struct leak_case *leak, bool all)
{
	const int width = name_width(leak);
	size_t shown = 0;
	size_t i;

	if (!leak->effect_count)
		return;
	print_histogram(leak);
	for (i = 0; i < leak->effect_count; i++) {
		const struct leak_effect *effect = &leak->effects[i];

		if (!all && effect->is_answer && shown++ >= HOSTS_SHOWN)
			continue;
		printf("  %-*s", width, effect->host);
		if (!effect->is_answer) {
			puts(leak->silent.count ? "  NOT KNOWN"
			                        : "  HAS NOT ANSWERED");
			continue;
		}
		print_number("shut after", effect->seen, " ms");
		print_number("ended", effect->ended, " processes");
		if (effect->is_unfinished)
			printf("  NOT OVER");
		else
			print_number("by", effect->finished, " ms");
		if (effect->left > 0)
			print_number("LEFT", effect->left, "");
		if (effect->reported > 0)
			print_number("reported", effect->reported, "");
		if (effect->is_local)
			printf("  uid=local: NOTHING ENDED");
		putchar('\n');
	}
	if (!all && shown > HOSTS_SHOWN)
		printf("  and %zu faster ones (--all)\n", shown - HOSTS_SHOWN);
}

static void
print_texts(const char *title, const struct leak_texts *texts, bool numbered)
{
	size_t i;

	if (texts->count)
		puts(title);
	for (i = 0; i < texts->count; i++) {
		if (numbered)
			printf("  %zu  %s\n", i + 1, texts->of[i]);
		else
			printf("  %s\n", texts->of[i]);
	}
}

/* Each stands on the list above, by its number. */
static void
print_searches(const struct leak_case *leak)
{
	char host[256];
	bool is_first = true;
	size_t i;

	for (i = 0; i < leak->items.count; i++) {
		if (!leak_item_is_host(leak->items.of[i], host))
			continue;
		if (is_first)
			printf("hosts NOT SEARCHED: as root there, tenure leak "
			       "search %s --items --as LOGIN; or let\none go "
			       "by its number and for a reason\n",
			       leak->name);
		is_first = false;
		printf("  %zu  %s\n", i + 1, host);
	}
}

static void
print_signature(const char *what, const char *dn, const char *how)
{
	char name[TN_LOGIN_MAX + 1];

	if (!*dn)
		return;
	leak_name_of(dn, name, sizeof(name));
	printf("%-14s by %s%s%s\n", what, name, *how ? ": " : "", how);
}

static void
print_locks(const struct leak_case *leak)
{
	char by[TN_LOGIN_MAX + 1];
	char reported[TN_RFC3339_TEXT_MAX];
	char discovered[TN_RFC3339_TEXT_MAX];
	size_t i;

	for (i = 0; i < leak->lock_count; i++) {
		const struct leak_lock *lock = &leak->locks[i];

		leak_name_of(lock->by, by, sizeof(by));
		time_text(lock->reported, reported);
		time_text(lock->discovered, discovered);
		printf("%-14s %s by %s%s%s: %s\n", "reported", reported, by,
		       *lock->from ? ", from " : "", lock->from, lock->what);
		if (lock->discovered != TN_TIME_NONE)
			printf("%-14s %s%s%s\n", "discovered", discovered,
			       *lock->how ? ": " : "", lock->how);
		printf("%-14s %s%s\n", "lock", lock->name,
		       lock->released != TN_TIME_NONE ? " (released)" : "");
	}
}

void
leak_view_print(const struct leak_case *leak, int64_t now, bool all)
{
	printf("%-14s %s\n%-14s %s (%s)\n%-14s %s\n", "case", leak->name,
	       "person", leak->login, leak->staff_number, "state",
	       leak_case_state(leak));
	if (leak->level)
		printf("%-14s %s, level %d: its superiors see to it\n",
		       "held then", leak->role, leak->level);
	print_locks(leak);
	print_texts("reported again", &leak->reports, false);
	print_signature("verified", leak->verified_by, leak->verified_how);
	print_signature("second", leak->closed_second, "");
	print_signature("closed", leak->closed_by, "");
	print_clocks(leak, now);
	print_hosts(leak, all);
	print_texts(
	    "directory servers NOT HEARD: their hosts may have answered",
	    &leak->silent, false);
	if (leak->level && !leak->dossiers.count && !*leak->closed_by)
		printf("%-14s needed before it is closed: what the account "
		       "did is looked at one\n%-14s by one; as root: tenure "
		       "leak dossier %s --items\n",
		       "dossier", "", leak->name);
	print_texts("dossier", &leak->dossiers, false);
	print_texts("to be looked at: tenure leak item", &leak->items, true);
	print_searches(leak);
	print_texts("looked at", &leak->done, false);
	print_texts("logins before, as the hosts tell of them", &leak->logins,
	            false);
}

static json_t *
json_time(int64_t time)
{
	char text[TN_RFC3339_TEXT_MAX];

	if (time == TN_TIME_NONE)
		return json_null();
	time_text(time, text);
	return json_string(text);
}

static json_t *
json_ms(int64_t ms)
{
	return ms == TN_TIME_NONE ? json_null() : json_integer(ms);
}

static json_t *
json_texts(const struct leak_texts *texts)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < texts->count; i++)
		json_array_append_new(array, json_string(texts->of[i]));
	return array;
}

static json_t *
json_clocks(const struct leak_case *leak, int64_t now)
{
	static const char *const names[TN_LEAK_CLOCKS] = { "report", "lock",
		                                           "verify",
		                                           "restore" };
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	json_t *object = json_object();
	size_t i;

	leak_case_clocks(leak, now, clocks);
	for (i = 0; i < TN_ARRAY_LEN(clocks); i++)
		json_object_set_new(
		    object, names[i],
		    json_pack("{s:o, s:o, s:b, s:b}", "took_ms",
		              json_ms(clocks[i].took), "target_ms",
		              json_ms(clocks[i].target), "runs", clocks[i].runs,
		              "overdue", clocks[i].is_over));
	return object;
}

static json_t *
json_locks(const struct leak_case *leak)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < leak->lock_count; i++) {
		const struct leak_lock *lock = &leak->locks[i];

		json_array_append_new(
		    array,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}",
		              "name", lock->name, "by", lock->by, "from",
		              lock->from, "how", lock->how, "what", lock->what,
		              "discovered", json_time(lock->discovered),
		              "reported", json_time(lock->reported), "released",
		              json_time(lock->released)));
	}
	return array;
}

static json_t *
json_hosts(const struct leak_case *leak)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < leak->effect_count; i++) {
		const struct leak_effect *effect = &leak->effects[i];

		json_array_append_new(
		    array, json_pack("{s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:o, "
		                     "s:b}",
		                     "host", effect->host, "answered",
		                     effect->is_answer, "is_known",
		                     effect->is_answer || !leak->silent.count,
		                     "shut_ms",
		                     json_ms(effect->seen), "finished_ms",
		                     json_ms(effect->finished), "ended",
		                     json_ms(effect->ended), "left",
		                     json_ms(effect->left), "reported",
		                     json_ms(effect->reported), "uid_is_local",
		                     effect->is_local));
	}
	return array;
}

static json_t *
json_searches(const struct leak_case *leak)
{
	json_t *array = json_array();
	char host[256];
	size_t i;

	for (i = 0; i < leak->items.count; i++)
		if (leak_item_is_host(leak->items.of[i], host))
			json_array_append_new(array, json_string(host));
	return array;
}

json_t *
leak_view_json(const struct leak_case *leak, int64_t now)
{
	return json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:s, s:s, s:o, s:s, s:s, "
	    "s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "case", leak->name, "login", leak->login, "staff_number",
	    leak->staff_number, "state", leak_case_state(leak), "role",
	    leak->role, "level", leak->level, "locks", json_locks(leak),
	    "reports", json_texts(&leak->reports), "verified_by",
	    leak->verified_by, "verified_how", leak->verified_how, "verified",
	    json_time(leak->verified), "closed_by", leak->closed_by,
	    "closed_second", leak->closed_second, "restored",
	    json_time(leak->restored), "clocks", json_clocks(leak, now),
	    "hosts", json_hosts(leak), "items", json_texts(&leak->items),
	    "done", json_texts(&leak->done), "logins",
	    json_texts(&leak->logins), "dossiers", json_texts(&leak->dossiers),
	    "servers_silent", json_texts(&leak->silent), "hosts_not_searched",
	    json_searches(leak));
}
