#include <config.h>

#include "fake_tenured.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/verdict.h"
#include "base/buf.h"
#include "base/text.h"
#include "wire/message.h"

#define SENTENCE "Login refused. Ask the help desk, room 101."

enum how {
	HOW_ANSWER = 0,
	HOW_LATE,      /* after 2 s */
	HOW_NEVER,     /* takes the request and says nothing */
	HOW_CLOSE,     /* goes away in the middle */
	HOW_GARBAGE,   /* bytes that are no datagram of ours */
	HOW_TOO_LONG,  /* longer than any answer may be */
	HOW_REQUEST,   /* a well-formed datagram that is no answer */
	HOW_NO_RESULT, /* an answer that does not say how it ended */
};

struct canned {
	enum tn_wire_what what; /* 0: whatever is asked */
	const char *user;
	enum how how;
	enum tn_wire_result result;
	int decision; /* -1: left out */
	enum tn_row row;
	const char *message;
	const char *local;
};

#define AUTH    TN_WIRE_AUTHENTICATE
#define ACCOUNT TN_WIRE_ACCOUNT
#define SESSION TN_WIRE_SESSION
#define OTHER   TN_ROW_OTHERWISE

static const struct canned table[] = {
	{ 0, "ok", 0, TN_RESULT_OK, TN_ALLOW, OTHER, NULL, NULL },
	{ AUTH, "change", 0, TN_RESULT_OK, TN_CHANGE, TN_ROW_MUST_CHANGE, NULL,
	  NULL },
	{ ACCOUNT, "change", 0, TN_RESULT_OK, TN_CHANGE, TN_ROW_MUST_CHANGE,
	  "You must choose a new password.", "请更改口令。" },
	{ SESSION, "change", 0, TN_RESULT_OK, TN_CHANGE, TN_ROW_MUST_CHANGE,
	  "You must choose a new password.", NULL },
	{ 0, "change", 0, TN_RESULT_OK, TN_ALLOW, OTHER, NULL, NULL },
	/* What the bind knows and the watch does not. */
	{ AUTH, "grace", 0, TN_RESULT_OK, TN_CHANGE, TN_ROW_OVERDUE, NULL,
	  NULL },
	{ 0, "grace", 0, TN_RESULT_OK, TN_ALLOW, OTHER, NULL, NULL },
	{ ACCOUNT, "warned", 0, TN_RESULT_OK, TN_WARN, TN_ROW_EXPIRES_SOON,
	  "Your password expires in 5 days.", NULL },
	{ 0, "warned", 0, TN_RESULT_OK, TN_WARN, TN_ROW_EXPIRES_SOON,
	  "Your password expires in 5 days.", NULL },
	{ AUTH, "departed", 0, TN_RESULT_DENIED, TN_DENY, TN_ROW_DEPARTED,
	  SENTENCE, NULL },
	{ 0, "departed", 0, TN_RESULT_DENIED, TN_DENY, TN_ROW_DEPARTED,
	  "You left on 2026-11-30.", "您已于 2026-11-30 离职。" },
	{ 0, "elsewhere", 0, TN_RESULT_DENIED, TN_DENY, TN_ROW_NOT_ADMITTED,
	  NULL, NULL },
	{ 0, "lapsed", 0, TN_RESULT_DENIED, TN_DENY, TN_ROW_INITIAL_LAPSED,
	  NULL, NULL },
	{ 0, "steers", 0, TN_RESULT_DENIED, TN_DENY, TN_ROW_LEAK,
	  "\033[2J\302\233red \346\274\242", "\033]0;x\007\302\205坏" },
	{ 0, "stranger", 0, TN_RESULT_UNKNOWN_USER, TN_DENY, 0, SENTENCE,
	  NULL },
	{ 0, "unread", 0, TN_RESULT_UNAVAILABLE, TN_DENY, 0, NULL, NULL },
	{ 0, "throttled", 0, TN_RESULT_THROTTLED, TN_DENY, TN_ROW_THROTTLED,
	  NULL, NULL },
	{ 0, "contradiction", 0, TN_RESULT_OK, TN_DENY, TN_ROW_LEAK, NULL,
	  NULL },
	{ 0, "undecided", 0, TN_RESULT_OK, -1, 0, NULL, NULL },
	{ 0, "toonew", 0, (enum tn_wire_result)99, TN_ALLOW, 0, NULL, NULL },
	{ 0, "oddchoice", 0, TN_RESULT_OK, 99, 0, NULL, NULL },
	{ 0, "late", HOW_LATE, TN_RESULT_WRONG_PASSWORD, TN_DENY, 0, SENTENCE,
	  NULL },
	{ 0, "hung", HOW_NEVER, 0, 0, 0, NULL, NULL },
	{ 0, "dies", HOW_CLOSE, 0, 0, 0, NULL, NULL },
	{ 0, "garbage", HOW_GARBAGE, 0, 0, 0, NULL, NULL },
	{ 0, "toolong", HOW_TOO_LONG, 0, 0, 0, NULL, NULL },
	{ 0, "notanswer", HOW_REQUEST, 0, 0, 0, NULL, NULL },
	{ 0, "noresult", HOW_NO_RESULT, 0, 0, 0, NULL, NULL },
};

static const struct canned wrong = {
	0, NULL, 0, TN_RESULT_WRONG_PASSWORD, TN_DENY, 0, SENTENCE, NULL
};

/* New passwords decide about a change by themselves. */
static const struct canned new_passwords[] = {
	{ 0, "wangxiaoming1", 0, TN_RESULT_REFUSED_NEW, TN_DENY, 0,
	  "The password contains your name (xiaoming).", "口令包含您的姓名。" },
	{ 0, "daemon-dies-now", HOW_CLOSE, 0, 0, 0, NULL, NULL },
};

static const struct canned *
choose(const struct tn_message *request, struct fake_seen *seen)
{
	char user[256] = "";
	char text[256] = "";

	(void)tn_message_text(request, TN_TAG_USER, user, sizeof(user));
	if (request->field[TN_TAG_PASSWORD] != NULL) {
		(void)tn_message_text(request, TN_TAG_PASSWORD, text,
		                      sizeof(text));
		if (strcmp(text, FAKE_PASSWORD) != 0)
			return &wrong;
	}
	if (request->what == TN_WIRE_CHANGE) {
		seen->changes++;
		(void)tn_message_text(request, TN_TAG_TOKEN, text,
		                      sizeof(text));
		seen->over_held += strcmp(text, seen->token) == 0 ? 1 : 0;
		(void)tn_message_text(request, TN_TAG_NEW_PASSWORD, text,
		                      sizeof(text));
		for (size_t i = 0; i < TN_ARRAY_LEN(new_passwords); i++) {
			if (strcmp(text, new_passwords[i].user) == 0)
				return &new_passwords[i];
		}
	}
	for (size_t i = 0; i < TN_ARRAY_LEN(table); i++) {
		if ((table[i].what == 0 || table[i].what == request->what) &&
		    strcmp(table[i].user, user) == 0)
			return &table[i];
	}
	return NULL;
}

static void
note(const struct tn_message *request, struct fake_seen *seen)
{
	seen->asked++;
	(void)tn_message_text(request, TN_TAG_SERVICE, seen->service,
	                      sizeof(seen->service));
	(void)tn_message_text(request, TN_TAG_RHOST, seen->rhost,
	                      sizeof(seen->rhost));
	if (request->what == TN_WIRE_ACCOUNT) {
		seen->way = UINT32_MAX;
		(void)tn_message_u32(request, TN_TAG_WAY, &seen->way);
	}
}

static void
answer(int fd, const struct canned *canned, const char *token)
{
	static uint8_t zeros[TN_WIRE_MAX + 8];
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, canned->how == HOW_REQUEST ? TN_WIRE_STATUS
	                                                  : TN_WIRE_ANSWER);
	if (canned->how != HOW_NO_RESULT)
		tn_message_put_u32(&buf, TN_TAG_RESULT, canned->result);
	if (canned->decision >= 0)
		tn_message_put_u32(&buf, TN_TAG_DECISION,
		                   (uint32_t)canned->decision);
	tn_message_put_u32(&buf, TN_TAG_ROW, canned->row);
	tn_message_put_text(&buf, TN_TAG_MESSAGE, canned->message);
	tn_message_put_text(&buf, TN_TAG_MESSAGE_LOCAL, canned->local);
	tn_message_put_text(&buf, TN_TAG_TOKEN, token);
	if (tn_message_finish(&buf) != TN_OK)
		abort();
	if (canned->how == HOW_GARBAGE)
		(void)send(fd, "no datagram of ours", 19, MSG_NOSIGNAL);
	else if (canned->how == HOW_TOO_LONG)
		(void)send(fd, zeros, sizeof(zeros), MSG_NOSIGNAL);
	else
		(void)send(fd, buf.data, buf.len, MSG_NOSIGNAL);
	tn_buf_done(&buf);
}

static void
serve(int listener, struct fake_seen *seen)
{
	static uint8_t room[TN_WIRE_MAX];

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		const struct canned *canned;
		struct tn_message request;
		bool is_password;
		ssize_t n;

		if (fd < 0)
			_exit(1);
		n = recv(fd, room, sizeof(room), 0);
		if (n > 0 && tn_message_parse(room, (size_t)n, &request,
		                              NULL) == TN_OK) {
			note(&request, seen);
			canned = choose(&request, seen);
			if (canned != NULL && canned->how == HOW_NEVER)
				continue; /* keeps fd open */
			is_password = request.field[TN_TAG_PASSWORD] != NULL;
			if (is_password)
				(void)snprintf(seen->token, sizeof(seen->token),
				               "%032u", seen->asked);
			if (canned != NULL && canned->how == HOW_LATE)
				(void)poll(NULL, 0, 2000);
			if (canned != NULL && canned->how != HOW_CLOSE)
				answer(fd, canned,
				       is_password ? seen->token : NULL);
		}
		close(fd);
	}
}

void
fake_tenured_start(struct fake_tenured *fake, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener;

	fake->seen = mmap(NULL, sizeof(*fake->seen), PROT_READ | PROT_WRITE,
	                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fake->seen == MAP_FAILED || listener < 0 ||
	    !tn_text_copy(address.sun_path, sizeof(address.sun_path), path) ||
	    bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(listener, 16) != 0)
		abort();
	fake->pid = fork();
	if (fake->pid < 0)
		abort();
	if (fake->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(listener, fake->seen);
	}
	close(listener);
}

void
fake_tenured_stop(struct fake_tenured *fake)
{
	kill(fake->pid, SIGKILL);
	waitpid(fake->pid, NULL, 0);
	munmap(fake->seen, sizeof(*fake->seen));
}
