#include <config.h>

#include "watch_filter.h"

#include "directory/search.h"

static void
put_names(struct tn_buf *buf, char *const *names)
{
	size_t i;

	(void)tn_buf_put_text(buf, "(|");
	for (i = 0; names[i] != NULL; i++) {
		(void)tn_buf_put_text(buf, "(cn=");
		(void)tn_filter_escape(buf, names[i]);
		(void)tn_buf_put_text(buf, ")");
	}
	(void)tn_buf_put_text(buf, ")");
}

const char *
tn_watch_filter(const struct tn_config *config, enum tn_filter_part part,
                struct tn_buf *buf)
{
	char *const *bare = config->bare_groups;

	tn_buf_reset(buf);
	/* Releases and groups come without the rest; people and locks whole. */
	if (part == TN_FILTER_WATCH)
		(void)tn_buf_put_text(buf,
		                      "(|(objectClass=tenurePerson)"
		                      "(objectClass=tenureService)"
		                      "(objectClass=tenureLock)"
		                      "(objectClass=tenureRelease)");
	(void)tn_buf_put_text(buf, "(&(objectClass=posixGroup)");
	if (part == TN_FILTER_BARE) {
		put_names(buf, bare);
	} else if (bare[0] != NULL) {
		(void)tn_buf_put_text(buf, "(!");
		put_names(buf, bare);
		(void)tn_buf_put_text(buf, ")");
	}
	(void)tn_buf_put_text(buf, part == TN_FILTER_WATCH ? "))" : ")");
	return tn_buf_text(buf);
}
