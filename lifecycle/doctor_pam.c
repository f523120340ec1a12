/*
 * PAM on a login host. Each thing asked here was found by trying the other way
 * (packaging/pam-configs/README.md): a stack that looks right lets a locked
 * person in by key, or cannot change a password at all.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "doctor_pam_line.h"

#define FOLDER "/etc/pam.d/"
#define OURS   "pam_tenure.so"
#define NOT    SIZE_MAX

/* Where the lines of one type stand in a stack, counted from 0. */
struct stack {
	size_t ours; /* or NOT */
	size_t times;
	size_t unix_module;
	size_t deny;
	struct pam_line line; /* ours */
};

static void
read_stack(const char *text, const char *type, struct stack *ret)
{
	struct pam_line line;
	size_t number = 0;

	*ret = (struct stack){ .ours = NOT, .unix_module = NOT, .deny = NOT };
	while (pam_line_next(&text, &line)) {
		if (strcmp(line.type, type))
			continue;
		if (!strcmp(line.module, OURS)) {
			ret->ours = number;
			ret->times++;
			ret->line = line;
		} else if (!strcmp(line.module, "pam_unix.so")) {
			ret->unix_module = number;
		} else if (!strcmp(line.module, "pam_deny.so")) {
			ret->deny = number;
		}
		number++;
	}
}

/* A right password must jump over pam_deny, or end the stack. */
static bool
passes_deny(const struct stack *stack)
{
	unsigned long long jump;
	char success[PAM_WORD_MAX];

	if (!strcmp(stack->line.control, "sufficient"))
		return true;
	pam_line_action(&stack->line, "success", success);
	if (!strcmp(success, "end") || !strcmp(success, "done"))
		return true;
	return stack->deny == NOT || (tn_text_to_u64(success, 64, &jump) &&
	                              stack->ours + jump >= stack->deny);
}

/* Anything but a clear yes must keep people out, and local people must not
   notice. */
static bool
account_denies(const struct stack *stack)
{
	char otherwise[PAM_WORD_MAX];
	char unknown[PAM_WORD_MAX];

	pam_line_action(&stack->line, "default", otherwise);
	pam_line_action(&stack->line, "user_unknown", unknown);
	return (!strcmp(otherwise, "bad") || !strcmp(otherwise, "die")) &&
	       !strcmp(unknown, "ignore");
}

static void
judge(struct doctor *doctor, const char *path, const char *type,
      const char *text)
{
	struct stack stack;

	read_stack(text, type, &stack);
	if (stack.ours == NOT) {
		doctor_complain(doctor, path, "has no line of " OURS);
		return;
	}
	if (stack.times > 1) {
		doctor_complain(doctor, path, "asks " OURS " %zu times",
		                stack.times);
		return;
	}
	if (strcmp(type, "session") && stack.unix_module != NOT &&
	    stack.ours < stack.unix_module)
		doctor_complain(doctor, path,
		                OURS " stands above pam_unix.so: passwords of "
		                     "local people break");
	if ((!strcmp(type, "auth") || !strcmp(type, "password")) &&
	    !passes_deny(&stack))
		doctor_complain(doctor, path,
		                "after success of " OURS
		                " pam_deny.so is next: \"%s\"",
		                stack.line.control);
	if (!strcmp(type, "account") && !account_denies(&stack))
		doctor_complain(doctor, path,
		                "\"%s\" of " OURS " does not keep out whom it "
		                "refuses, or keeps local people out",
		                stack.line.control);
}

static const struct {
	const char *type;
	const char *path;
} stacks[] = {
	{ "auth", FOLDER "common-auth" },
	{ "account", FOLDER "common-account" },
	{ "password", FOLDER "common-password" },
	{ "session", FOLDER "common-session" },
};

void
doctor_pam_stack(struct doctor *doctor)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(stacks); i++) {
		char *text = doctor_read(doctor, stacks[i].path);

		if (text)
			judge(doctor, stacks[i].path, stacks[i].type, text);
		free(text);
	}
}

void
doctor_pam_authtok(struct doctor *doctor)
{
	struct stack stack;
	char *text = doctor_read(doctor, FOLDER "common-password");

	if (!text)
		return;
	read_stack(text, "password", &stack);
	if (stack.ours != NOT && pam_line_has(&stack.line, "use_authtok"))
		doctor_complain(doctor, FOLDER "common-password",
		                OURS " has use_authtok: pam_unix does not ask "
		                     "people of the directory, so nobody of "
		                     "them can change a password");
	free(text);
}

/* Does the service reach the stack, by name or by a line of its own? */
static bool
reaches(const char *text, const char *type)
{
	struct pam_line line;

	while (pam_line_next(&text, &line)) {
		bool is_stack = !strncmp(line.module, "common-", 7) &&
		                !strncmp(line.module + 7, type, strlen(type));

		if (!line.type[0] && is_stack)
			return true;
		if (!strcmp(line.type, type) &&
		    (is_stack || !strcmp(line.module, OURS)))
			return true;
	}
	return false;
}

/* A service that is not installed is no way in. */
static char *
read_service(struct doctor *doctor, const char *name, char path[64])
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	int r;

	snprintf(path, 64, FOLDER "%s", name);
	r = doctor_read_optional(path, &text, &err);
	if (r && r != TN_E_NOT_FOUND)
		doctor_unknown(doctor, path, "%s", err.text);
	return text;
}

void
doctor_pam_services(struct doctor *doctor)
{
	/* Which steps each takes by itself: sudo of Debian asks no password
	   step, cron no auth step of ours that matters. */
	static const struct {
		const char *name;
		const char *types[4];
	} services[] = {
		{ "sshd", { "auth", "account", "password", "session" } },
		{ "login", { "auth", "account", "password", "session" } },
		{ "su", { "auth", "account", "session" } },
		{ "sudo", { "auth", "account", "session" } },
		{ "cron", { "account", "session" } },
		{ "passwd", { "password" } },
	};
	char path[64];
	size_t i, k;

	for (i = 0; i < TN_ARRAY_LEN(services); i++) {
		char *text = read_service(doctor, services[i].name, path);

		for (k = 0; text && k < 4 && services[i].types[k]; k++) {
			if (!reaches(text, services[i].types[k]))
				doctor_complain(doctor, path,
				                "does not include common-%s",
				                services[i].types[k]);
		}
		free(text);
	}
}

void
doctor_pam_loginuid(struct doctor *doctor)
{
	static const char *const names[] = { "sudo", "sudo-i", "su", "su-l" };
	struct pam_line line;
	char path[64];
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		char *text = read_service(doctor, names[i], path);
		const char *at = text;

		while (at && pam_line_next(&at, &line)) {
			if (!strcmp(line.module, "pam_loginuid.so"))
				doctor_complain(doctor, path,
				                "sets the login uid anew: who "
				                "logged in is lost");
		}
		free(text);
	}
}
