/* tenure.conf: accepted, then every number is in its range and every text is
   one; or refused in one line. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "base/text.h"
#include "config/config_key.h"

static void
expect_text(const char *text)
{
	FUZZ_EXPECT(text != NULL && tn_text_is_utf8(text, strlen(text)) &&
	            !tn_text_has_control(text));
}

static void
expect_key(const struct tn_config *config, const struct tn_config_key *key)
{
	const char *at = (const char *)config + key->offset;
	char *const *list;
	int64_t number = key->min;
	int64_t count = 0;

	switch (key->type) {
	case TN_CONFIG_TEXT:
		expect_text(*(char *const *)(const void *)at);
		return;
	case TN_CONFIG_LIST:
		for (list = (char *const *)(const void *)at; *list != NULL;
		     list++, count++)
			expect_text(*list);
		FUZZ_EXPECT(count <= key->max);
		return;
	case TN_CONFIG_INT:
		number = *(const int *)(const void *)at;
		break;
	case TN_CONFIG_INT64:
		number = *(const int64_t *)(const void *)at;
		break;
	case TN_CONFIG_UINT32:
		number = *(const uint32_t *)(const void *)at;
		break;
	case TN_CONFIG_BOOL:
		FUZZ_EXPECT(*(const uint8_t *)at <= 1);
		return;
	case TN_CONFIG_OFFSET:
		number = *(const int *)(const void *)at;
		FUZZ_EXPECT(number >= -86400 && number <= 86400);
		return;
	default:
		abort();
	}
	FUZZ_EXPECT(number >= key->min && number <= key->max);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, true);
	struct tn_config *config = NULL;
	struct tn_err err = TN_ERR_INIT;
	size_t i;
	int rc = tn_config_parse("tenure.conf", text, &config, &err);

	FUZZ_EXPECT(rc == TN_OK || rc == TN_E_INVALID);
	if (rc == TN_OK) {
		for (i = 0; i < TN_CONFIG_KEYS; i++)
			expect_key(config, &tn_config_keys[i]);
		FUZZ_EXPECT(config->min_uid >= 1000);
	} else {
		FUZZ_EXPECT(config == NULL && err.text[0] != '\0');
		expect_text(err.text);
	}
	tn_config_free(config);
	free(text);
	return 0;
}

FUZZ_PLAIN_MUTATOR

/* Each key with its default, and with its range for a value. */
size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	struct tn_config_about about;
	int size;

	if (!tn_config_about(number / 2, &about))
		return FUZZ_NO_SEED;
	size =
	    snprintf((char *)data, room, "# %s\n%s = %s\n", about.help,
	             about.name, number % 2 == 0 ? about.preset : about.range);
	FUZZ_EXPECT(size > 0 && (size_t)size < room);
	return (size_t)size;
}
