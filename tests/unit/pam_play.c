#include <config.h>

#include "pam_play.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char play_folder[64];
struct fake_tenured play_fake;

static const char *const services[] = {
	"tenure", "sshd", "sudo", "cron", "down", "mistyped", "other", "patient"
};

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", play_folder, name);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
}

static void
write_service(const char *name)
{
	static const char *const phases[] = { "auth", "account", "password",
		                              "session" };
	const char *top = getenv("top_builddir");
	char text[4096];
	size_t len = 0;

	for (size_t i = 0; i < 4; i++) {
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len,
		    "%s required %s/.libs/pam_tenure_testable.so %s "
		    "timeout=3 passwd=%s/passwd accounts=%s/accounts "
		    "socket=%s/%s%s\n",
		    phases[i], top != NULL ? top : ".",
		    strcmp(name, "patient") == 0 ? "" : "nodelay", play_folder,
		    play_folder, play_folder,
		    strcmp(name, "down") == 0 ? "nobody" : "socket",
		    strcmp(name, "mistyped") == 0 ? " usefirstpass" : "");
	}
	cr_assert_lt(len, sizeof(text));
	write_file(name, text);
}

void
play_start(void)
{
	char path[128];

	snprintf(play_folder, sizeof(play_folder), "/tmp/tenure-pam.XXXXXX");
	cr_assert_not_null(mkdtemp(play_folder));
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		write_service(services[i]);
	write_file("passwd",
	           "daemon:*:1:1::/:/bin/false\n"
	           "localuser:x:1000:1000::/home/localuser:/bin/sh\n");
	snprintf(path, sizeof(path), "%s/socket", play_folder);
	fake_tenured_start(&play_fake, path);
}

void
play_stop(void)
{
	char path[128];

	fake_tenured_stop(&play_fake);
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
		snprintf(path, sizeof(path), "%s/%s", play_folder, services[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/passwd", play_folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/socket", play_folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/accounts", play_folder);
	unlink(path);
	rmdir(play_folder);
}

static void
hear(struct play *play, char kind, const char *text)
{
	size_t len = strlen(play->heard);

	snprintf(play->heard + len, sizeof(play->heard) - len, "%c:%s\n", kind,
	         text);
}

static int
converse(int count, const struct pam_message **messages,
         struct pam_response **ret, void *arg)
{
	struct pam_response *replies;
	struct play *play = arg;

	replies = calloc((size_t)count, sizeof(*replies));
	cr_assert_not_null(replies);
	for (int i = 0; i < count; i++) {
		const char *text = messages[i]->msg;

		switch (messages[i]->msg_style) {
		case PAM_PROMPT_ECHO_OFF:
		case PAM_PROMPT_ECHO_ON:
			hear(play, 'P', text);
			if (play->answers == NULL || *play->answers == NULL) {
				free(replies);
				return PAM_CONV_ERR;
			}
			replies[i].resp = strdup(*play->answers++);
			break;
		case PAM_ERROR_MSG:
			hear(play, 'E', text);
			break;
		default:
			hear(play, 'I', text);
		}
	}
	*ret = replies;
	return PAM_SUCCESS;
}

void
play_begin(struct play *play, const char *service, const char *user,
           const char *const *answers)
{
	struct pam_conv conv = { .conv = converse, .appdata_ptr = play };

	*play = (struct play){ .answers = answers };
	cr_assert_eq(
	    pam_start_confdir(service, user, &conv, play_folder, &play->pamh),
	    PAM_SUCCESS);
}

void
play_end(struct play *play)
{
	cr_assert_eq(pam_end(play->pamh, PAM_SUCCESS), PAM_SUCCESS);
	play->pamh = NULL;
}
