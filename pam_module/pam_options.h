/* The module's arguments in a PAM service file. Pure. */
#ifndef TN_PAM_OPTIONS_H
#define TN_PAM_OPTIONS_H

#include <stdbool.h>
#include "base/err.h"
#include "wire/wire.h"

#define TN_PAM_PATH_MAX 108 /* as long as a socket's path can be */

struct tn_pam_options {
	bool debug;
	/* libpam's pam_get_authtok acts on these three; here they are only
	   known, and use_authtok also ends the asking again. */
	bool use_first_pass;
	bool try_first_pass;
	bool use_authtok;
	unsigned int timeout; /* seconds that a login waits in all */
	/* Options in the build for tests alone, constants in the real one. */
	bool nodelay;
	char socket[TN_PAM_PATH_MAX];
	char passwd[TN_PAM_PATH_MAX];
	char accounts[TN_PAM_PATH_MAX];
};

/*
 * Read the arguments. ret is always filled: with what could be read, and the
 * defaults for the rest.
 * Errors: TN_E_INVALID, naming the first argument that is unknown or out of
 * range. A misspelt option must not pass in silence.
 */
int tn_pam_options_read(int argc, const char **argv, struct tn_pam_options *ret,
                        struct tn_err *err);

#endif
