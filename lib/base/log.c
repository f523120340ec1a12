#include <config.h>

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include "base/text.h"

#define LINE_MAX_BYTES 1024

/* Written by tn_log_open alone, before any thread starts. */
static const char *log_ident = "tenure";
static bool log_to_stderr;
static bool log_debug;

void
tn_log_open(const char *ident, bool to_stderr, bool debug)
{
	log_ident = ident;
	log_to_stderr = to_stderr;
	log_debug = debug;
	openlog(ident, LOG_PID, LOG_AUTHPRIV);
}

static void put(int priority, const char *format, va_list args) TN_PRINTF(2, 0);

/* One line: what others made us say cannot forge a second one. */
static void
put(int priority, const char *format, va_list args)
{
	char line[LINE_MAX_BYTES];
	int saved = errno;
	int len = vsnprintf(line, sizeof(line), format, args);

	if (len < 0)
		line[0] = '\0';
	else if ((size_t)len >= sizeof(line))
		tn_text_cut(line, sizeof(line) - 1);
	tn_text_clean(line);
	syslog(LOG_AUTHPRIV | priority, "%s", line);
	if (log_to_stderr)
		fprintf(stderr, "%s: %s\n", log_ident, line);
	errno = saved;
}

void
tn_log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_ERR, format, args);
	va_end(args);
}

void
tn_log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_WARNING, format, args);
	va_end(args);
}

void
tn_log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_INFO, format, args);
	va_end(args);
}

void
tn_log_debug(const char *format, ...)
{
	va_list args;

	if (!log_debug)
		return;
	va_start(args, format);
	put(LOG_DEBUG, format, args);
	va_end(args);
}

void
tn_log_err(const char *what, const struct tn_err *err)
{
	const char *text =
	    err->text[0] != '\0' ? err->text : tn_code_words(err->code);

	if (what != NULL)
		tn_log_error("%s: %s", what, text);
	else
		tn_log_error("%s", text);
}
