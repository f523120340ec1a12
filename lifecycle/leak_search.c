/*
 * tenure leak search: on a login host, what the person of a case left there
 * that lets in or starts again, one by one. With --items each becomes an item of
 * the case, which nobody closes before it is confirmed or removed. UM-15.1.
 */
#include <config.h>

#include "leak_verb.h"

#include <errno.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/text.h"
#include "command_option.h"
#include "directory/write.h"
#include "traces.h"

#define ITEM_BYTES 512
#define SHOWN_MAX  256 /* bytes of a path */

struct leak_search {
	struct leak_verb verb;
	char host[256];
	json_t *found;  /* or NULL */
	size_t count;
	bool items;
	size_t filed;
};

static void
trace_text(const struct leak_search *search, const struct trace *trace,
           char ret[ITEM_BYTES])
{
	char changed[TN_RFC3339_TEXT_MAX];
	char path[SHOWN_MAX + 1];
	char target[SHOWN_MAX / 4 + 1] = "";

	snprintf(path, sizeof(path), "%s", trace->path);
	tn_text_cut(path, SHOWN_MAX);
	tn_text_clean(path);
	if (trace->target) {
		snprintf(target, sizeof(target), "%s", trace->target);
		tn_text_cut(target, SHOWN_MAX / 4);
		tn_text_clean(target);
	}
	tn_rfc3339_format(trace->changed, changed);
	snprintf(ret, ITEM_BYTES, "host %.63s: %s %s%s%s: %lld bytes, changed "
	         "%s%s%.16s",
	         search->host, trace_kind_text(trace->kind), path,
	         trace->target ? ", a link to " : "", target,
	         (long long)trace->size, changed,
	         *trace->sha256 ? ", SHA-256 " : "", trace->sha256);
	leak_item_clean(ret);
}

static int
file_item(struct leak_search *search, const char *text, struct tn_err *err)
{
	const char *const values[] = { text, NULL };
	const struct tn_modification change = { TN_MODIFY_ADD, "tenureCaseItem",
		                                values };
	int r = tn_modify(search->verb.session.connection,
	                  search->verb.leak->dn, &change, 1, NULL, err);

	if (r == TN_E_EXISTS) {
		*err = (struct tn_err)TN_ERR_INIT;
		return TN_OK;
	}
	search->filed += r ? 0 : 1;
	return r;
}

static int
take(const struct trace *trace, void *arg, struct tn_err *err)
{
	struct leak_search *search = arg;
	char text[ITEM_BYTES];

	trace_text(search, trace, text);
	search->count++;
	if (search->found)
		json_array_append_new(
		    search->found,
		    json_pack("{s:s, s:s%, s:I, s:I, s:s}", "kind",
		              trace_kind_text(trace->kind), "text", text,
		              strlen(text), "bytes", (json_int_t)trace->size,
		              "changed", (json_int_t)trace->changed, "sha256",
		              trace->sha256));
	else
		printf("  %s\n", text);
	return search->items ? file_item(search, text, err) : TN_OK;
}

/* As this host knows the person: locked people resolve, and departed ones. */
static int
search_host(struct leak_search *search, struct tn_err *err)
{
	const char *login = search->verb.leak->login;
	struct passwd passwd;
	struct passwd *found = NULL;
	char buffer[16384];
	int failed = getpwnam_r(login, &passwd, buffer, sizeof(buffer), &found);

	if (!found && failed && failed != ENOENT)
		return tn_fail_errno(err, TN_E_IO, failed, "%s", login);
	if (!found)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "%s: this host does not serve that account, so "
		               "it says nothing about what was left: look "
		               "where it is served",
		               login);
	return traces_find("", login, found->pw_uid, found->pw_dir, take,
	                   search, err);
}

static void
print_end(const struct leak_search *search)
{
	const struct leak_case *leak = search->verb.leak;
	json_t *root;

	if (search->found) {
		root = json_pack("{s:s, s:s, s:s, s:O}", "case", leak->name,
		                 "login", leak->login, "host", search->host,
		                 "found", search->found);
		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(root);
		return;
	}
	if (!search->count)
		puts("  nothing");
	if (search->items)
		printf("%zu of them are items of the case now, which says that "
		       "this host was searched\n",
		       search->filed);
	else if (search->count)
		printf("tenure leak search %s --items puts them on the list of "
		       "the case\n",
		       leak->name);
}

/* As the directory calls it, where that is known. */
static void
name_host(struct leak_search *search)
{
	const struct tn_config *config = search->verb.session.config;

	if (config && *config->host_name)
		snprintf(search->host, sizeof(search->host), "%s",
		         config->host_name);
	else if (gethostname(search->host, sizeof(search->host) - 1))
		snprintf(search->host, sizeof(search->host), "unknown");
}

int
leak_search(struct command_run *run)
{
	struct leak_search search = { .count = 0 };
	const struct command_option options[] = {
		{ .name = "--items", .flag = &search.items },
		{ .name = NULL },
	};
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (geteuid() != 0)
		return command_usage(run, "only root reads what people left: "
		                          "sudo tenure leak search %.64s",
		                     name);
	(void)((r = leak_verb_begin(run, name, &search.verb, &err)) ||
	       (r = leak_verb_journal(run, &search.verb, search.items, NULL,
	                              &err)));
	name_host(&search);
	if (!r) {
		if (run->json)
			search.found = json_array();
		else
			printf("%s: what %s left on %s\n",
			       search.verb.leak->name, search.verb.leak->login,
			       search.host);
		r = search_host(&search, &err);
		/* Last of all: what is there is on the list by now. */
		if (!r && search.items)
			r = leak_item_searched(&search.verb, search.host,
			                       search.count, &err);
		if (!r)
			print_end(&search);
		json_decref(search.found);
	}
	return leak_verb_end(run, &search.verb, r, &err);
}
