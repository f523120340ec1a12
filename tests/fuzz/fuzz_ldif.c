/* slapcat's LDIF: as a tree, which written and read again is itself, and as a
   stream. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "ldif_stream.h"
#include "ldif_tree.h"

static void
expect_same(const struct ldif_tree *left, const struct ldif_tree *right)
{
	size_t i;
	size_t l;

	FUZZ_EXPECT(left->count == right->count);
	for (i = 0; i < left->count; i++) {
		const struct ldif_entry *a = left->entries[i];
		const struct ldif_entry *b = right->entries[i];

		FUZZ_EXPECT(strcmp(a->dn, b->dn) == 0 && a->count == b->count);
		for (l = 0; l < a->count; l++)
			FUZZ_EXPECT(strcmp(a->lines[l], b->lines[l]) == 0);
	}
}

static void
use_tree(const char *text)
{
	struct ldif_tree tree = { .count = 0 };
	struct ldif_tree again = { .count = 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf buf;
	int rc = ldif_tree_parse(text, &tree, &err);

	tn_buf_init(&buf, (size_t)16 << 20);
	if (rc == TN_OK) {
		ldif_tree_put(&tree, &buf);
		FUZZ_EXPECT(ldif_tree_parse(tn_buf_text(&buf), &again, &err) ==
		            TN_OK);
		expect_same(&tree, &again);
		(void)ldif_tree_index(&tree, &err);
	} else {
		FUZZ_EXPECT(err.text[0] != '\0');
	}
	tn_buf_done(&buf);
	ldif_tree_done(&tree);
	ldif_tree_done(&again);
}

static void
use_stream(const uint8_t *data, size_t size)
{
	struct ldif_stream stream;
	struct tn_err err = TN_ERR_INIT;
	char *copy = fuzz_copy(data, size, false);
	bool more = true;
	size_t all = 0;

	memset(&stream, 0, sizeof(stream));
	stream.file = fmemopen(copy, size, "re");
	while (stream.file != NULL && more &&
	       ldif_stream_next(&stream, &more, &err) == TN_OK) {
		if (!more)
			break;
		FUZZ_EXPECT(memchr(stream.dn, '\0', sizeof(stream.dn)));
		(void)ldif_dn_is_within(stream.dn, "dc=example,dc=org");
		all += stream.len;
		/* Nothing is told twice. */
		FUZZ_EXPECT(all <= size + 2);
	}
	ldif_stream_close(&stream);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, true);

	use_tree(text);
	if (size > 0)
		use_stream(data, size);
	free(text);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const char *const texts[] = {
		"dn: dc=example,dc=org\nobjectClass: domain\ndc: example\n\n"
		"# a comment\ndn:: dWlkPeeOiyxkYz1leGFtcGxl\nuid: x\n\n",
		"dn: olcDatabase={1}mdb,cn=config\nolcSuffix: dc=a\n"
		"olcAccess: {0}to *\n  by * none\nolcDbIndex: uid eq\n\n"
		"dn: olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config\n"
		"olcOverlay: {0}ppolicy\n\n",
		"dn: cn={4}tenure,cn=schema,cn=config\ncn: {4}tenure\n"
		"entryUUID: 1\n",
		"version: 1\n\ndn: a=b\r\na: b\r\n\r\n",
		"dn: a=b\na:: ====\n\n",
	};

	return fuzz_seed_text(texts, TN_ARRAY_LEN(texts), number, data, room);
}
