#include <config.h>

#include "pam_options.h"

#include <stddef.h>
#include <string.h>
#include "base/text.h"
#include "snapshot/account_file.h"

/* A login in all. pam_deadline.c leaves the phases a little more of it than
   tenured takes, so that its own words arrive rather than our "no answer". */
#define TIMEOUT_DEFAULT 5
#define TIMEOUT_MAX     60

enum kind {
	KIND_FLAG,
	KIND_SECONDS,
	KIND_PATH,
};

struct option {
	const char *name;
	enum kind kind;
	size_t at;
};

#define AT(field) offsetof(struct tn_pam_options, field)

static const struct option options[] = {
	{ "debug", KIND_FLAG, AT(debug) },
	{ "use_first_pass", KIND_FLAG, AT(use_first_pass) },
	{ "try_first_pass", KIND_FLAG, AT(try_first_pass) },
	{ "use_authtok", KIND_FLAG, AT(use_authtok) },
	{ "timeout", KIND_SECONDS, AT(timeout) },
#ifdef TN_TESTABLE
	{ "nodelay", KIND_FLAG, AT(nodelay) },
	{ "socket", KIND_PATH, AT(socket) },
	{ "passwd", KIND_PATH, AT(passwd) },
	{ "accounts", KIND_PATH, AT(accounts) },
#endif
};

/* value is NULL for "name" alone. */
static bool
set_option(const struct option *option, const char *value,
           struct tn_pam_options *ret)
{
	char *field = (char *)ret + option->at;
	unsigned long long number;
	bool yes = true;
	unsigned int seconds;

	switch (option->kind) {
	case KIND_FLAG:
		if (value != NULL)
			return false;
		memcpy(field, &yes, sizeof(yes));
		return true;
	case KIND_SECONDS:
		if (value == NULL ||
		    !tn_text_to_u64(value, TIMEOUT_MAX, &number) || number == 0)
			return false;
		seconds = (unsigned int)number;
		memcpy(field, &seconds, sizeof(seconds));
		return true;
	case KIND_PATH:
		return value != NULL && value[0] == '/' &&
		       tn_text_copy(field, TN_PAM_PATH_MAX, value);
	}
	return false;
}

static bool
read_one(const char *argument, struct tn_pam_options *ret)
{
	size_t len = strcspn(argument, "=");
	const char *value = argument[len] == '=' ? argument + len + 1 : NULL;

	for (size_t i = 0; i < TN_ARRAY_LEN(options); i++) {
		if (strlen(options[i].name) == len &&
		    memcmp(options[i].name, argument, len) == 0)
			return set_option(&options[i], value, ret);
	}
	return false;
}

int
tn_pam_options_read(int argc, const char **argv, struct tn_pam_options *ret,
                    struct tn_err *err)
{
	int r = TN_OK;

	*ret = (struct tn_pam_options){ .timeout = TIMEOUT_DEFAULT,
		                        .socket = TN_WIRE_SOCKET,
		                        .passwd = "/etc/passwd",
		                        .accounts = TN_ACCOUNT_FILE };
	for (int i = 0; i < argc; i++) {
		if (!read_one(argv[i], ret) && r == TN_OK)
			r = tn_fail(err, TN_E_INVALID,
			            "unknown or malformed option '%s'",
			            argv[i]);
	}
	return r;
}
