/* secure_getenv */
#include "config.h"

#include "slip_show.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "journal_write.h"
#include "session.h"
#include "show_secret.h"
#include "slip.h"

#define TEXT_MAX 8192

/* jansson's memory holds the password while the slip is read. */
static void
free_wiped(void *memory)
{
	if (memory)
		tn_wipe(memory, malloc_usable_size(memory));
	free(memory);
}

static const char *
field(const json_t *slip, const char *name)
{
	const char *text = json_string_value(json_object_get(slip, name));

	return text ? text : "";
}

static int
write_people(const char *data, size_t len, void *arg)
{
	struct tn_buf *out = arg;
	json_t *slip = json_loadb(data, len, 0, NULL);

	if (!slip)
		return TN_E_DAMAGED;
	tn_buf_printf(out, "login         %s\n", field(slip, "login"));
	tn_buf_printf(out, "name          %s\n", field(slip, "name"));
	tn_buf_printf(out, "staff number  %s\n", field(slip, "staff_number"));
	tn_buf_printf(out, "password      %s\n", field(slip, "password"));
	tn_buf_printf(out, "valid until   %s\n", field(slip, "valid_until"));
	tn_buf_put_text(out, "The first login asks for a new password. "
	                     "This slip is gone now.\n");
	json_decref(slip);
	return out->failed;
}

static int
write_json(const char *data, size_t len, void *arg)
{
	return tn_buf_put(arg, data, len);
}

/* The terminal, and the address that sshd tells of. */
static void
where_from(char *ret, size_t size)
{
	const char *terminal = ttyname(STDIN_FILENO);
	const char *ssh = secure_getenv("SSH_CONNECTION");

	snprintf(ret, size, "%.64s%s%.*s", terminal ? terminal : "no terminal",
	         ssh ? " " : "", ssh ? (int)strcspn(ssh, " ") : 0,
	         ssh ? ssh : "");
}

int
slip_show(struct command_run *run, const char *login)
{
	struct session session = { .config = NULL };
	const struct journal_matter matter = { .people = login };
	struct slip_claim claim = { .content = NULL };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf out;
	char by[256];
	char from[160];
	int status = EXIT_CLEAN;
	int r;

	tn_buf_init(&out, TEXT_MAX);
	json_set_alloc_funcs(malloc, free_wiped);
	/* The directory is needed only to prove who --as is: slips can be
	   opened while it is down, and the journal follows. */
	r = session_open(run, &session, &err);
	if (r && !run->as) {
		session_close(&session);
		r = session_config(run, &session, &err);
	}
	/* Who tries in vain is in the journal as well. */
	if (!r)
		r = journal_read(run, &session, &matter, &err);
	if (r)
		goto out;
	session_actor(&session, by, sizeof(by));
	where_from(from, sizeof(from));
	r = slip_open(&slip_place, login, by, from, session.moment.now, &claim,
	              &err);
	if (r)
		goto out;
	r = tn_secret_use(claim.content, run->json ? write_json : write_people,
	                  &out);
	if (r)
		r = tn_fail(&err, TN_E_DAMAGED, "%s is no slip", claim.path);
	else if (!(r = show_secret(&out, &err)))
		r = slip_close(&claim, &err);
out:
	if (r == TN_E_NOT_FOUND && session.config)
		status = command_refuse(run, "%s", err.text);
	else if (r)
		status = command_fail(run, &err);
	tn_secret_freep(&claim.content);
	tn_buf_done(&out);
	session_close(&session);
	return status;
}
