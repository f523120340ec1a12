#include "command.h"

#include <stdarg.h>
#include <stdio.h>

int
command_fail(const struct command_run *run, const struct tn_err *err)
{
	fprintf(stderr, "tenure: %s: %s", run->name,
	        err->text[0] ? err->text : "it failed without saying why");
	if (err->code == TN_E_DENIED && run->writer[0])
		fprintf(stderr, " (account changes are made at %s: do it "
		                "there, or with --as LOGIN)",
		        run->writer);
	fputc('\n', stderr);
	switch (err->code) {
	case TN_E_RULE:
	case TN_E_EXISTS:
	case TN_E_STALE:
	case TN_E_DENIED:
		return EXIT_FINDINGS;
	default:
		return EXIT_UNKNOWN;
	}
}

int
command_refuse(const struct command_run *run, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "tenure: %s: ", run->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_FINDINGS;
}

int
command_usage(const struct command_run *run, const char *format, ...)
{
	va_list args;

	fputs("tenure: ", stderr);
	if (run->name)
		fprintf(stderr, "%s: ", run->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, " (try: tenure help%s%s)\n", run->name ? " " : "",
	        run->name ? run->name : "");
	return EXIT_USAGE;
}
