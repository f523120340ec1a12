#include "finding_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/file.h"

#define MEMORY_BYTES_MAX (64u << 20)

struct finding_memory {
	json_t *findings; /* id -> { since, what }; NULL: never an audit */
};

static int
damaged(struct tn_err *err)
{
	return tn_fail(err, TN_E_DAMAGED,
	               "the memory of the last audit is damaged");
}

/* Every value is used later as a text: they are looked at here, once. */
static bool
is_sound(const json_t *findings)
{
	const char *id;
	json_t *value;

	if (!json_is_object(findings))
		return false;
	json_object_foreach((json_t *)(uintptr_t)findings, id, value)
	{
		const json_t *since = json_object_get(value, "since");

		if (strlen(id) >= FINDING_ID_MAX ||
		    !json_is_string(json_object_get(value, "what")) ||
		    (!json_is_string(since) && !json_is_null(since)))
			return false;
	}
	return true;
}

int
finding_memory_parse(const char *text, size_t len, struct finding_memory **ret,
                     struct tn_err *err)
{
	struct finding_memory *memory;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *findings = json_object_get(root, "findings");

	if (!is_sound(findings)) {
		json_decref(root);
		return damaged(err);
	}
	memory = calloc(1, sizeof(*memory));
	if (memory)
		memory->findings = json_incref(findings);
	json_decref(root);
	if (!memory)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	*ret = memory;
	return TN_OK;
}

int
finding_memory_none(struct finding_memory **ret, struct tn_err *err)
{
	struct finding_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	*ret = memory;
	return TN_OK;
}

int
finding_memory_read(const char *path, struct finding_memory **ret,
                    struct tn_err *err)
{
	char *text = NULL;
	size_t len = 0;
	int r;

	r = tn_file_read(path, MEMORY_BYTES_MAX, &text, &len, err);
	if (r == TN_E_NOT_FOUND)
		return finding_memory_none(ret, err);
	if (r)
		return r;
	r = finding_memory_parse(text, len, ret, err);
	free(text);
	return r ? tn_context(err, "%s", path) : TN_OK;
}

void
finding_memory_free(struct finding_memory *memory)
{
	if (!memory)
		return;
	json_decref(memory->findings);
	free(memory);
}

bool
finding_memory_is_kept(const struct finding_memory *memory)
{
	return memory->findings != NULL;
}

void
finding_memory_apply(const struct finding_memory *memory,
                     struct findings *findings, int64_t first_seen)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->of[i];
		const json_t *old =
		    json_object_get(memory->findings, finding->id);

		finding->state = old ? FINDING_OPEN : FINDING_NEW;
		if (finding->since == TN_TIME_NONE && old) {
			const char *since =
			    json_string_value(json_object_get(old, "since"));

			if (since)
				(void)tn_rfc3339_parse(since, &finding->since,
				                       NULL);
		}
		if (finding->since == TN_TIME_NONE)
			finding->since = first_seen;
	}
}

/* An object of their ids, to look them up. */
static json_t *
ids_of(const struct findings *findings)
{
	json_t *ids = json_object();
	size_t i;

	for (i = 0; ids && i < findings->count; i++)
		(void)json_object_set_new(ids, findings->of[i].id, json_true());
	return ids;
}

static int
compare_ids(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *
finding_memory_resolved(const struct finding_memory *memory,
                        const struct findings *findings)
{
	json_t *resolved = json_array();
	json_t *ids = ids_of(findings);
	const char **gone =
	    calloc(json_object_size(memory->findings) + 1, sizeof(*gone));
	size_t count = 0;
	const char *id;
	json_t *old;
	size_t i;

	if (!resolved || !ids || !gone) {
		json_decref(resolved);
		resolved = NULL;
		goto out;
	}
	json_object_foreach(memory->findings, id, old)
	{
		if (!json_object_get(ids, id))
			gone[count++] = id;
	}
	qsort(gone, count, sizeof(*gone), compare_ids);
	for (i = 0; i < count; i++) {
		old = json_object_get(memory->findings, gone[i]);
		json_array_append_new(
		    resolved, json_pack("{s:s, s:O, s:O}", "id", gone[i],
		                        "since", json_object_get(old, "since"),
		                        "what", json_object_get(old, "what")));
	}
out:
	free(gone);
	json_decref(ids);
	return resolved;
}

char *
finding_memory_text(const struct findings *findings)
{
	json_t *all = json_object();
	json_t *root = json_pack("{s:o}", "findings", all);
	char *text = NULL;
	size_t i;

	for (i = 0; root && i < findings->count; i++) {
		const struct finding *finding = &findings->of[i];
		char since[TN_RFC3339_TEXT_MAX];

		tn_rfc3339_format(finding->since, since);
		(void)json_object_set_new(
		    all, finding->id,
		    json_pack("{s:s?, s:s}", "since",
		              finding->since == TN_TIME_NONE ? NULL : since,
		              "what", finding->what));
	}
	if (root)
		text = json_dumps(root, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(root);
	return text;
}
