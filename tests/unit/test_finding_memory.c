#include "finding_memory.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attrs.h"
#include "base/day.h"

#define NOW 1795000000

static struct finding
sample(const char *id, int64_t since)
{
	struct finding finding = { .since = since };

	snprintf(finding.id, sizeof(finding.id), "%s", id);
	snprintf(finding.what, sizeof(finding.what), "%s", "what it is");
	return finding;
}

static struct finding_memory *
remembered(struct findings *findings)
{
	struct finding_memory *memory = NULL;
	char *text = finding_memory_text(findings);

	cr_assert_not_null(text);
	cr_assert(!finding_memory_parse(text, strlen(text), &memory, NULL));
	free(text);
	return memory;
}

/* UM-14: the trend since the last audit. */
Test(finding_memory, tells_new_open_and_resolved_apart)
{
	struct finding before[] = { sample("orphan/b", NOW - 9),
		                    sample("orphan/a", TN_TIME_NONE),
		                    sample("orphan/z", TN_TIME_NONE) };
	struct finding after[] = { sample("orphan/a", TN_TIME_NONE),
		                   sample("orphan/c", TN_TIME_NONE),
		                   sample("orphan/d", NOW - 5) };
	struct findings first = { 3, before };
	struct findings second = { 3, after };
	struct finding_memory *none = NULL;
	struct finding_memory *memory;
	json_t *resolved;

	cr_assert(!finding_memory_none(&none, NULL));
	finding_memory_apply(none, &first, NOW);
	cr_expect_not(finding_memory_is_kept(none));
	memory = remembered(&first);
	finding_memory_apply(memory, &second, NOW + 100);
	resolved = finding_memory_resolved(memory, &second);

	cr_expect(finding_memory_is_kept(memory));
	cr_expect_eq(before[0].state, FINDING_NEW);
	cr_expect_eq(after[0].state, FINDING_OPEN);
	cr_expect_eq(after[0].since, NOW, "first seen by the first audit");
	cr_expect_eq(after[1].state, FINDING_NEW);
	cr_expect_eq(after[1].since, NOW + 100);
	cr_expect_eq(after[2].since, NOW - 5, "its own beginning stands");
	cr_assert_eq(json_array_size(resolved), 2);
	cr_expect_str_eq(json_string_value(json_object_get(
	                     json_array_get(resolved, 0), "id")),
	                 "orphan/b");
	cr_expect_str_eq(json_string_value(json_object_get(
	                     json_array_get(resolved, 1), "id")),
	                 "orphan/z");
	json_decref(resolved);
	finding_memory_free(memory);
	finding_memory_free(none);
}

Test(finding_memory, that_nothing_will_be_written_to_leaves_since_open)
{
	struct finding finding = sample("orphan/a", TN_TIME_NONE);
	struct findings findings = { 1, &finding };
	struct finding_memory *none = NULL;

	cr_assert(!finding_memory_none(&none, NULL));
	finding_memory_apply(none, &findings, TN_TIME_NONE);

	cr_expect_eq(finding.since, TN_TIME_NONE);
	finding_memory_free(none);
}

Test(finding_memory, of_nothing_is_kept_too)
{
	struct findings findings = { 0, NULL };
	struct finding_memory *memory = remembered(&findings);

	cr_expect(finding_memory_is_kept(memory));
	finding_memory_free(memory);
}

Test(finding_memory, that_is_damaged_is_refused)
{
	static const char *const texts[] = {
		"",
		"[]",
		"{\"findings\":[]}",
		"{\"findings\":{\"a\":1}}",
		"{\"findings\":{\"a\":{\"what\":1,\"since\":null}}}",
		"{\"findings\":{\"a\":{\"what\":\"\",\"since\":4}}}",
		"{\"findings\":{\"a\":{\"what\":\"\"}}}",
		"{\"findings\":{}} and more",
		"{\"findings\":{},\"findings\":{}}",
		"{\"findings\":{",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(texts); i++) {
		struct finding_memory *memory = NULL;

		cr_expect_eq(finding_memory_parse(texts[i], strlen(texts[i]),
		                                  &memory, NULL),
		             TN_E_DAMAGED, "%s", texts[i]);
		cr_expect_null(memory);
	}
}
