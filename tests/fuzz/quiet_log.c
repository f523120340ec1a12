/* In the place of lib/base/log.c: a refusal each microsecond fills no log. */
#include <config.h>

#include "base/log.h"

void
tn_log_open(const char *ident, bool to_stderr, bool debug)
{
	(void)ident;
	(void)to_stderr;
	(void)debug;
}

void
tn_log_error(const char *format, ...)
{
	(void)format;
}

void
tn_log_warning(const char *format, ...)
{
	(void)format;
}

void
tn_log_info(const char *format, ...)
{
	(void)format;
}

void
tn_log_debug(const char *format, ...)
{
	(void)format;
}

void
tn_log_err(const char *what, const struct tn_err *err)
{
	(void)what;
	(void)err;
}
