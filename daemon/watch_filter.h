/* What a host asks the directory to be told of. */
#ifndef TN_DAEMON_WATCH_FILTER_H
#define TN_DAEMON_WATCH_FILTER_H

#include "base/buf.h"
#include "config/config.h"

#define TN_WATCH_FILTER_MAX 16384

enum tn_filter_part {
	TN_FILTER_WATCH, /* people, locks, and groups but the bare ones */
	TN_FILTER_BARE,  /* the bare groups alone */
};

/* The filter as text in buf, or NULL where it does not fit. Borrowed from buf,
   which the caller inits and frees. */
const char *tn_watch_filter(const struct tn_config *config,
                            enum tn_filter_part part, struct tn_buf *buf);

#endif
