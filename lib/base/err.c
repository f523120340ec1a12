#include <config.h>

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

static void format_line(char text[TN_ERR_TEXT_MAX], const char *format,
                        va_list args) TN_PRINTF(2, 0);

/* Formats into text, cut at a whole character and cleaned to one line. */
static void
format_line(char text[TN_ERR_TEXT_MAX], const char *format, va_list args)
{
	int len = vsnprintf(text, TN_ERR_TEXT_MAX, format, args);

	if (len < 0)
		text[0] = '\0';
	else if ((size_t)len >= TN_ERR_TEXT_MAX)
		tn_text_cut(text, TN_ERR_TEXT_MAX - 1);
	tn_text_clean(text);
}

/* Puts "first: second" into err->text. Neither may be err->text. */
static void
join(struct tn_err *err, const char *first, const char *second)
{
	int len =
	    snprintf(err->text, sizeof(err->text), "%s: %s", first, second);

	if (len < 0)
		err->text[0] = '\0';
	else if ((size_t)len >= sizeof(err->text))
		tn_text_cut(err->text, sizeof(err->text) - 1);
}

int
tn_err_put(struct tn_err *err, int code, const char *format, ...)
{
	/* On the side: an argument may be err->text itself. */
	char text[TN_ERR_TEXT_MAX];
	int saved = errno;
	va_list args;

	if (err != NULL) {
		va_start(args, format);
		format_line(text, format, args);
		va_end(args);
		err->code = code;
		err->sys = 0;
		memcpy(err->text, text, sizeof(text));
	}
	errno = saved;
	return code;
}

int
tn_err_put_errno(struct tn_err *err, int code, int sys, const char *format,
                 ...)
{
	char text[TN_ERR_TEXT_MAX];
	const char *words = strerrordesc_np(sys);
	int saved = errno;
	va_list args;

	if (err != NULL) {
		va_start(args, format);
		format_line(text, format, args);
		va_end(args);
		err->code = code;
		err->sys = sys;
		join(err, text, words != NULL ? words : "unknown error");
	}
	errno = saved;
	return code;
}

int
tn_err_wrap(struct tn_err *err, const char *format, ...)
{
	char front[TN_ERR_TEXT_MAX];
	char text[TN_ERR_TEXT_MAX];
	int saved = errno;
	va_list args;

	if (err == NULL || err->code == TN_OK)
		return TN_E_BUG;
	va_start(args, format);
	format_line(front, format, args);
	va_end(args);
	memcpy(text, err->text, sizeof(text));
	join(err, front, text);
	errno = saved;
	return err->code;
}

const char *
tn_code_words(int code)
{
	switch (code) {
	case TN_OK:
		return "no error";
	case TN_E_INVALID:
		return "invalid input";
	case TN_E_NO_MEMORY:
		return "out of memory";
	case TN_E_IO:
		return "input/output error";
	case TN_E_NOT_FOUND:
		return "not found";
	case TN_E_EXISTS:
		return "already there";
	case TN_E_DENIED:
		return "not permitted";
	case TN_E_TIMEOUT:
		return "timed out";
	case TN_E_UNREACHABLE:
		return "out of reach";
	case TN_E_PROTOCOL:
		return "protocol violated by the other side";
	case TN_E_DAMAGED:
		return "damaged file";
	case TN_E_RULE:
		return "refused by a rule";
	case TN_E_STALE:
		return "changed meanwhile";
	case TN_E_INCOMPLETE:
		return "incomplete result";
	case TN_E_LIMIT:
		return "over a limit";
	case TN_E_BUG:
		return "impossible state";
	default:
		return "unknown error";
	}
}
