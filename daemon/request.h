/* One question of PAM's or of the command's, and its answer. */
#ifndef TN_DAEMON_REQUEST_H
#define TN_DAEMON_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include "account/account.h"
#include "net.h"
#include "wire/message.h"

#define TN_REQUEST_USER_MAX   256
#define TN_REQUEST_TEXT_MAX   256
#define TN_ANSWER_MESSAGE_MAX 1024

struct tn_request {
	enum tn_wire_what what;
	char user[TN_REQUEST_USER_MAX]; /* "" when there is none */
	char service[TN_REQUEST_TEXT_MAX];
	char rhost[TN_REQUEST_TEXT_MAX];
	char tty[TN_REQUEST_TEXT_MAX];
	char case_name[TN_REQUEST_TEXT_MAX];
	char reason[TN_REASON_MAX + 1];
	bool has_way;
	enum tn_way way;
	bool has_uid;
	uint32_t uid;
	const uint8_t *password; /* in the datagram; NULL when absent */
	size_t password_len;
	const uint8_t *new_password;
	size_t new_password_len;
	enum tn_key_verb key_verb;
	const char *key; /* in the datagram, without a NUL; NULL when absent */
	size_t key_len;
	char token[TN_WIRE_TOKEN + 1]; /* "" when there is none */
	uint32_t peer;   /* uid, from the kernel */
	uint32_t caller; /* who runs root's program that asks; 0: root, or
			    nobody knows */
	/* Where it comes from, for the throttle and the log: the peer's or the
	   caller's uid, the kernel's word; of root PAM's remote host or
	   terminal. */
	char source[TN_REQUEST_TEXT_MAX];
	bool is_self; /* the peer or the caller is the person */
	int64_t came; /* monotonic milliseconds; deadlines count from here */
};

struct tn_answer {
	enum tn_wire_result result; /* zero denies */
	enum tn_decision decision;
	enum tn_row row;
	char message[TN_ANSWER_MESSAGE_MAX];
	char message_local[TN_ANSWER_MESSAGE_MAX];
	int64_t expires; /* TN_TIME_NONE: not told */
	int64_t not_before; /* when it may be sent (as came); 0: at once */
	bool has_login_uid;
	uint32_t login_uid;
	char token[TN_WIRE_TOKEN + 1]; /* of a connection that is held */
	char *json; /* owned; NULL when there is none */
};

/* Reads and checks a datagram. TN_E_PROTOCOL with words. */
int tn_request_read(const void *data, size_t len, uint32_t peer,
                    struct tn_request *ret, struct tn_err *err);

/*
 * Answers a datagram, whatever it holds: ret is a finished ANSWER (or .failed
 * when memory ran out), to be sent no earlier than the time returned (monotonic
 * milliseconds). came: when it arrived. Takes no longer than a login (5 s) or a
 * change (10 s) from then on.
 */
int64_t tn_request_answer(struct tn_net *net, const void *data, size_t len,
                          uint32_t peer, int64_t came, struct tn_buf *ret);

/* Is who asks, by the kernel's word, the person who is asked about? */
bool tn_request_is_self(struct tn_net *net, const struct tn_request *request);

/* Does it ask the directory, and so may take long? */
bool tn_request_asks_directory(const struct tn_request *request);

/* Each kind's own; answer is at its init value, which denies. */
typedef void
tn_request_handler(struct tn_net *net, const struct tn_request *request,
                   struct tn_answer *answer);
tn_request_handler tn_answer_authenticate; /* login.c */
tn_request_handler tn_answer_verify;
tn_request_handler tn_answer_change;  /* password_change.c */
tn_request_handler tn_answer_keys;    /* key_change.c */
tn_request_handler tn_answer_account; /* access_answer.c */
tn_request_handler tn_answer_session;
tn_request_handler tn_answer_explain; /* explain_answer.c */
tn_request_handler tn_answer_status;
tn_request_handler tn_answer_leak; /* leak_answer.c */

/* Where the request comes from, for the throttle and the log. */
const char *tn_request_source(const struct tn_request *request);

#endif
