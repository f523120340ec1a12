/* When a leak was discovered, as whoever reports it says so. */
#include "leak_verb.h"

#include <string.h>

#include "base/text.h"

#define CLOCK_SLACK 300 /* seconds that it may be discovered ahead of us */

/* "09:15" as seconds of a day. */
static bool
parse_clock(const char *text, int64_t *ret)
{
	unsigned long long hour;
	unsigned long long minute;
	char digits[3] = "";

	if (strlen(text) != 5 || text[2] != ':')
		return false;
	memcpy(digits, text, 2);
	if (!tn_text_to_u64(digits, 23, &hour) ||
	    !tn_text_to_u64(text + 3, 59, &minute))
		return false;
	*ret = (int64_t)hour * 3600 + (int64_t)minute * 60;
	return true;
}

int
leak_discovered(const struct session *session, const char *text, int64_t *ret,
                struct tn_err *err)
{
	const int32_t offset = session->config->utc_offset;
	const int64_t now = session->moment.now;
	char day_text[TN_DAY_TEXT_MAX] = "";
	int64_t seconds = 0;
	int32_t day;
	size_t len;

	*ret = now;
	if (!text)
		return TN_OK;
	len = strcspn(text, "T ");
	if (len < sizeof(day_text))
		memcpy(day_text, text, len);
	if (tn_day_parse(day_text, &day, NULL) ||
	    (text[len] && !parse_clock(text + len + 1, &seconds)))
		return tn_fail(err, TN_E_RULE,
		               "--discovered is YYYY-MM-DD, or \"YYYY-MM-DD "
		               "HH:MM\"");
	*ret = tn_day_start(day, offset) + seconds;
	if (*ret > now + CLOCK_SLACK)
		return tn_fail(err, TN_E_RULE,
		               "%s is not yet: a leak is discovered before it "
		               "is reported",
		               text);
	return TN_OK;
}
