/*
 * tenure status: how are the directory and this host? One look for a human,
 * one exit status for whatever watches: 0 all is well, 1 something is amiss,
 * 3 could not tell.
 */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command_option.h"
#include "session.h"
#include "status_part.h"
#include "wire/wire.h"

#define AMISS_MAX 400

void
status_amiss(json_t *part, const char *format, ...)
{
	char text[AMISS_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(json_object_get(part, "amiss"),
	                      json_string(text));
}

void
status_age_text(int64_t seconds, char *ret, size_t size)
{
	long long s = seconds;

	if (s < 120)
		snprintf(ret, size, "%lld s", s);
	else if (s < 7200)
		snprintf(ret, size, "%lld min", s / 60);
	else if (s < 172800)
		snprintf(ret, size, "%lld h %lld min", s / 3600, s % 3600 / 60);
	else
		snprintf(ret, size, "%lld days", s / 86400);
}

/* The directory server is asked by whom it knows over the local socket. */
static bool
is_directory(const struct session *session)
{
	size_t i;

	for (i = 0; session->config->servers[i]; i++) {
		if (!strncmp(session->config->servers[i], "ldapi:", 6))
			return true;
	}
	return false;
}

static size_t
print_amiss(FILE *out, const json_t *part)
{
	const json_t *amiss = json_object_get(part, "amiss");
	size_t i;

	for (i = 0; out && i < json_array_size(amiss); i++)
		fprintf(out, "AMISS        %s\n",
		        json_string_value(json_array_get(amiss, i)));
	return json_array_size(amiss);
}

static int
gather(struct command_run *run, json_t *root, struct tn_err *err)
{
	struct session session = { .config = NULL };
	json_t *part = NULL;
	bool has_daemon = !access(TN_WIRE_SOCKET, F_OK);
	int r;

	r = session_config(run, &session, err);
	if (!r && (has_daemon || !is_directory(&session))) {
		r = status_host(&session, TN_WIRE_SOCKET, &part, err);
		if (!r)
			json_object_set_new(root, "host", part);
	}
	if (!r && is_directory(&session)) {
		session_close(&session);
		(void)((r = session_open(run, &session, err)) ||
		       (r = status_directory(&session, &part, err)));
		if (!r)
			json_object_set_new(root, "directory", part);
	}
	session_close(&session);
	return r;
}

int
cmd_status(struct command_run *run)
{
	const struct command_option options[] = { { .name = NULL } };
	struct tn_err err = TN_ERR_INIT;
	const json_t *directory;
	const json_t *host;
	json_t *root = NULL;
	size_t amiss = 0;
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	root = json_object();
	r = root ? gather(run, root, &err)
	         : tn_fail(&err, TN_E_NO_MEMORY, "out of memory");
	if (r) {
		status = command_fail(run, &err);
		goto out;
	}
	directory = json_object_get(root, "directory");
	host = json_object_get(root, "host");
	if (run->json) {
		json_dumpf(root, stdout, JSON_INDENT(1) | JSON_SORT_KEYS);
		putchar('\n');
	} else {
		if (directory)
			status_directory_print(stdout, directory);
		if (directory && host)
			putchar('\n');
		if (host)
			status_host_print(stdout, host);
	}
	amiss += print_amiss(run->json ? NULL : stdout, directory);
	amiss += print_amiss(run->json ? NULL : stdout, host);
	status = amiss ? EXIT_FINDINGS : EXIT_CLEAN;
out:
	json_decref(root);
	return status;
}
