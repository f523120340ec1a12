/* Columns on a terminal: a Chinese character is two wide. */
#ifndef TN_LIFECYCLE_DISPLAY_H
#define TN_LIFECYCLE_DISPLAY_H

#include <stddef.h>
#include <stdio.h>

/* Columns that UTF-8 text takes. */
size_t display_width(const char *text);
/* The text, and blanks up to width (none when it is wider). */
void display_pad(FILE *out, const char *text, size_t width);
/* "1 account", "2 accounts": a count with its noun. */
void display_count(FILE *out, size_t count, const char *noun);

#endif
