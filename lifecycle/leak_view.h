/* How a leak is shown: one line, whole, or as JSON. */
#ifndef TN_LIFECYCLE_LEAK_VIEW_H
#define TN_LIFECYCLE_LEAK_VIEW_H

#include <jansson.h>
#include "leak_case.h"

void leak_view_line(const struct leak_case *leak, int64_t now);
/* all  every host, else the twenty slowest. */
void leak_view_print(const struct leak_case *leak, int64_t now, bool all);
/* A new reference; NULL without memory. */
json_t *leak_view_json(const struct leak_case *leak, int64_t now);

/* "43 ms", "5 h 20 min", "3 d"; size bytes at most. "-": not known. */
void leak_view_span(int64_t ms, char *ret, size_t size);

/* The histogram of the time until each host was shut. */
#define LEAK_BUCKETS 8
struct leak_histogram {
	int64_t to[LEAK_BUCKETS]; /* milliseconds, the last without end */
	size_t count[LEAK_BUCKETS];
	size_t unknown; /* answered, and not when */
	size_t missing;
};
void
leak_view_histogram(const struct leak_case *leak, struct leak_histogram *ret);

#endif
