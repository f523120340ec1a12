/* What the other directory server said, kept for who cannot ask it; and of two
   reports of one host the younger. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attrs.h"
#include "base/day.h"
#include "people.h"
#include "peer_kept.h"
#include "peer_reports.h"
#include "sample_entry.h"

#define URI "ldaps://ldap2.example.org"
#define T0  INT64_C(1790000000)

struct seen {
	size_t count;
	char host[64];
	size_t effects;
	char effect[64];
};

static int
note(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct seen *seen = arg;
	const struct tn_value *values;

	(void)err;
	seen->count++;
	values = tn_entry_values(entry, "tenureLockEffect", &seen->effects);
	(void)snprintf(seen->host, sizeof(seen->host), "%s",
	               tn_entry_name(entry, "cn"));
	if (seen->effects > 0)
		(void)snprintf(seen->effect, sizeof(seen->effect), "%s",
		               values[0].data);
	return TN_OK;
}

static void
new_path(char path[64])
{
	int fd;

	(void)snprintf(path, 64, "/tmp/test_peer_kept.XXXXXX");
	fd = mkstemp(path);
	cr_assert(fd >= 0);
	(void)close(fd);
}

Test(peer_kept, what_was_said_is_told_again_and_no_bytes_that_are_no_text)
{
	const struct sample samples[] = {
		{ "cn", { "host2", NULL } },
		{ "tenureLockEffect",
		  { "l1 kind=leak seen=43", "\xff\xfe", NULL } },
		{ "tenureSeenTime", { "20261123013002Z", NULL } },
		{ "userPassword", { "nobody asked for it", NULL } },
		{ NULL, { NULL } },
	};
	struct sample_entry entry;
	struct peer_kept kept;
	struct seen seen = { .count = 0 };
	json_t *reports = json_array();
	char path[64];
	char *text;

	new_path(path);
	cr_assert(
	    !peer_kept_add(sample_fill(&entry, samples), reports, NULL));
	text = json_dumps(reports, 0);
	cr_expect_null(strstr(text, "userPassword"));
	free(text);
	cr_assert(!peer_kept_save(path, URI, T0, "", reports, (gid_t)-1, NULL));
	cr_assert(!peer_kept_read(path, URI, &kept, NULL));
	cr_expect_eq(kept.heard, T0);
	cr_expect_str_eq(kept.why, "");
	cr_assert(!peer_kept_each(&kept, note, &seen, NULL));
	cr_expect_eq(seen.count, 1);
	cr_expect_str_eq(seen.host, "host2");
	cr_expect_eq(seen.effects, 1);
	cr_expect_str_eq(seen.effect, "l1 kind=leak seen=43");
	peer_kept_done(&kept);
	/* Of another server it says nothing. */
	cr_assert(!peer_kept_read(path, "ldaps://ldap3", &kept, NULL));
	cr_expect_null(kept.root);
	json_decref(reports);
	(void)unlink(path);
	cr_assert(!peer_kept_read(path, URI, &kept, NULL));
	cr_expect_null(kept.root);
}

Test(peer_kept, a_damaged_file_is_no_answer)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"server\": 3}",
		"{\"server\": \"" URI "\", \"why\": \"\", \"heard\": \"noon\"}",
	};
	struct peer_kept kept;
	char path[64];
	size_t i;

	new_path(path);
	for (i = 0; i < TN_ARRAY_LEN(texts); i++) {
		FILE *file = fopen(path, "we");

		cr_assert(file);
		(void)fputs(texts[i], file);
		(void)fclose(file);
		cr_expect_eq(peer_kept_read(path, URI, &kept, NULL),
		             TN_E_DAMAGED, "%s", texts[i]);
		cr_expect_null(kept.root);
	}
	(void)unlink(path);
}

Test(peer_kept, of_two_reports_of_a_host_the_younger_counts)
{
	struct people *people;

	cr_assert(!people_new(&people, NULL));
	cr_expect_not(people_has_report(people, "h", TN_TIME_NONE));
	cr_assert(!people_add_report(people, "h", T0, "old", NULL));
	cr_assert(!people_add_local(people, "h", "old:1001:/bin/sh", T0, "old",
	                            NULL));
	cr_expect(people_has_report(people, "h", T0), "the same again");
	cr_expect(people_has_report(people, "h", T0 - 1), "an elder one");
	cr_expect_not(people_has_report(people, "h", T0 + 1));
	cr_assert(!people_add_report(people, "h", T0 + 1, NULL, NULL));
	cr_assert(!people_add_local(people, "h", "new:1002:/bin/sh", T0 + 1,
	                            NULL, NULL));
	cr_assert(!people_add_local(people, "other", "x:1003:/bin/sh", 0, NULL,
	                            NULL));
	cr_assert(!people_finish(people, NULL));
	cr_assert_eq(people->local_count, 2);
	cr_expect_str_eq(people->locals[0].name, "new");
	cr_expect_str_eq(people->locals[1].name, "x");
	cr_assert_eq(people->host_count, 1);
	cr_expect_eq(people->hosts[0].seen, T0 + 1);
	cr_expect_str_eq(people->hosts[0].break_glass, "",
	                 "the younger names none");
	people_free(people);
}
