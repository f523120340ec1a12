#include "html_text.h"

void
html_put_head(FILE *out, const char *language, const char *title)
{
	fprintf(out,
	        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
	        "<meta charset=\"utf-8\">\n"
	        "<meta http-equiv=\"Content-Security-Policy\" "
	        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	        "<title>",
	        language);
	html_put_text(out, title);
	fputs("</title>\n<style>\n"
	      "body { font-family: serif; margin: 2em auto; max-width: 50em }\n"
	      "h1 { font-size: 1.3em; text-align: center }\n"
	      "table { border-collapse: collapse; margin-top: 1em; width: 100% "
	      "}\n"
	      "td, th { border: 1px solid; padding: 0.3em 0.6em; text-align: "
	      "left }\n"
	      ".wrong { font-weight: bold }\n"
	      "</style>\n</head>\n<body>\n",
	      out);
}

void
html_put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}
