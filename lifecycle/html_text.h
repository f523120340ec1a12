/* Pages that need nothing else: no script, no image, no address. */
#ifndef TN_LIFECYCLE_HTML_TEXT_H
#define TN_LIFECYCLE_HTML_TEXT_H

#include <stdio.h>

/* Up to the body's begin. title is plain text. */
void html_put_head(FILE *out, const char *language, const char *title);
/* Text between tags or in quotes, escaped; what is no text is '?' already. */
void html_put_text(FILE *out, const char *text);

#endif
