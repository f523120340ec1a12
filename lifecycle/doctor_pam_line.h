/* One line of a file of /etc/pam.d. Pure. */
#ifndef TN_LIFECYCLE_DOCTOR_PAM_LINE_H
#define TN_LIFECYCLE_DOCTOR_PAM_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define PAM_WORD_MAX 256

struct pam_line {
	char type[PAM_WORD_MAX];    /* "auth", without a leading dash */
	char control[PAM_WORD_MAX]; /* "required", "[success=end]" */
	char module[PAM_WORD_MAX];  /* "pam_unix.so", without its folder */
	char options[PAM_WORD_MAX]; /* the rest of the line */
};

/* The line that starts at *at, which moves to the next one. False at the end
   of the text. A comment, a blank line and an @include have an empty type;
   of an @include .module is its name. */
bool pam_line_next(const char **at, struct pam_line *ret);

/* Is word one of the options? */
bool pam_line_has(const struct pam_line *line, const char *word);
/* "[success=2 default=ignore]" and "success" give "2"; "" when not there. */
void pam_line_action(const struct pam_line *line, const char *result,
                     char ret[PAM_WORD_MAX]);

#endif
