#include "command_option.h"

#include <string.h>

#include "account/account.h"
#include "base/text.h"
#include "command_help.h"

/* Is word this option? Sets *ret_value to the text behind '=', or NULL. */
static bool
is_option(const char *word, const char *name, const char **ret_value)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) || (word[len] && word[len] != '='))
		return false;
	*ret_value = word[len] ? word + len + 1 : NULL;
	return true;
}

/* The value of an option at argv[0]: behind '=' or the next word. Returns the
   words used, or -1 after a usage error. */
static int
take_value(struct command_run *run, int argc, char **argv, const char *name,
           const char *value, const char **ret)
{
	if (*ret)
		return command_usage(run, "%s is given twice", name), -1;
	if (value) {
		*ret = value;
		return 1;
	}
	if (argc < 2)
		return command_usage(run, "%s needs an argument", name), -1;
	*ret = argv[1];
	return 2;
}

static int
take_flag(struct command_run *run, const char *name, const char *value,
          bool *ret)
{
	if (value)
		return command_usage(run, "%s takes no argument", name), -1;
	*ret = true;
	return 1;
}

int
command_option_common(struct command_run *run, int argc, char **argv)
{
	unsigned long long number;
	const char *value;
	const char *text = NULL;
	int used;

	if (is_option(argv[0], "--json", &value))
		return take_flag(run, "--json", value, &run->json);
	if (is_option(argv[0], "--as", &value))
		return take_value(run, argc, argv, "--as", value, &run->as);
	if (is_option(argv[0], "--config", &value)) {
		used = take_value(run, argc, argv, "--config", value, &text);
		if (used > 0)
			run->config_path = text;
		return used;
	}
	if (is_option(argv[0], "--password-fd", &value)) {
		used =
		    take_value(run, argc, argv, "--password-fd", value, &text);
		if (used < 0)
			return used;
		if (!tn_text_to_u64(text, 1023, &number))
			return command_usage(run,
			                     "--password-fd: %.32s is no "
			                     "descriptor",
			                     text),
			       -1;
		run->password_fd = (int)number;
		return used;
	}
	return 0;
}

/* The option of this verb at argv[0]; as command_option_common. */
static int
take_own(struct command_run *run, const struct command_option *options,
         int argc, char **argv)
{
	const struct command_option *option;
	const char *value;

	for (option = options; option->name; option++) {
		if (!is_option(argv[0], option->name, &value))
			continue;
		if (option->flag)
			return take_flag(run, option->name, value,
			                 option->flag);
		return take_value(run, argc, argv, option->name, value,
		                  option->value);
	}
	return 0;
}

static int
unknown_option(const struct command_run *run,
               const struct command_option *options, const char *word)
{
	const struct command_option *option;
	const char *nearest = NULL;
	unsigned int best = 3;

	for (option = options; option->name; option++) {
		unsigned int distance = command_distance(word, option->name, 2);

		if (distance < best) {
			best = distance;
			nearest = option->name;
		}
	}
	if (nearest)
		return command_usage(run,
		                     "there is no option %.64s; did you mean "
		                     "%s?",
		                     word, nearest);
	return command_usage(run, "there is no option %.64s", word);
}

int
command_options(struct command_run *run, const struct command_option *options,
                const char **operands, size_t min_operands, size_t max_operands)
{
	const struct command *command = command_find(run->name);
	bool only_operands = false;
	size_t count = 0;
	int at = 1;

	while (at < run->argc) {
		char **argv = run->argv + at;
		int argc = run->argc - at;
		int used;

		if (only_operands || argv[0][0] != '-' || !argv[0][1]) {
			if (count == max_operands)
				return command_usage(run,
				                     "%.64s is one argument "
				                     "too many",
				                     argv[0]);
			operands[count++] = argv[0];
			at++;
			continue;
		}
		if (!strcmp(argv[0], "--")) {
			only_operands = true;
			at++;
			continue;
		}
		if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")) {
			if (command)
				command_help_one(stdout, command);
			return EXIT_CLEAN;
		}
		used = command_option_common(run, argc, argv);
		if (!used)
			used = take_own(run, options, argc, argv);
		if (used < 0)
			return EXIT_USAGE;
		if (!used)
			return unknown_option(run, options, argv[0]);
		at += used;
	}
	if (count < min_operands)
		return command_usage(run, "an argument is missing");
	return COMMAND_GO_ON;
}

int
command_reason(const struct command_run *run, const char *reason)
{
	if (!reason || !*reason)
		return command_usage(run, "say why with --reason TEXT");
	if (!tn_text_is_utf8(reason, strlen(reason)) ||
	    tn_text_has_control(reason) || strlen(reason) > TN_REASON_MAX)
		return command_usage(run,
		                     "--reason is one line of UTF-8 of at "
		                     "most %d bytes",
		                     TN_REASON_MAX);
	return COMMAND_GO_ON;
}
