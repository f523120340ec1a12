/* One question to tenured, and its answer as plain values. */
#ifndef TN_PAM_ASK_H
#define TN_PAM_ASK_H

#include <stdint.h>
#include "account/verdict.h"
#include "base/err.h"
#include "wire/wire.h"

#define TN_PAM_MESSAGE_MAX 2048

/* Everything is borrowed; NULL is left out of the request. */
struct tn_pam_question {
	enum tn_wire_what what;
	const char *user;
	const char *password;
	const char *new_password;
	const char *service;
	const char *rhost;
	const char *tty;
	const char *token;
	uint32_t caller; /* who runs the program; 0 is left out */
	int way; /* enum tn_way, or -1: the request has none */
};

/* Zeroed it denies. */
struct tn_pam_answer {
	int code; /* TN_OK: tenured answered and the rest counts */
	enum tn_wire_result result;
	enum tn_decision decision;
	enum tn_row row;
	char token[TN_WIRE_TOKEN + 1];          /* "" when there is none */
	char message[TN_PAM_MESSAGE_MAX];       /* the same */
	char message_local[TN_PAM_MESSAGE_MAX]; /* the same */
};

/*
 * Ask. Whatever held a password is wiped before this returns. errno survives.
 * timeout_ms  in all.
 * ret         always filled; .code is what this returns.
 * err         words for the log, without secrets.
 * Errors: as tn_ask; TN_E_PROTOCOL for an answer without a result or with
 * numbers that this version does not know; TN_E_LIMIT for a name or password
 * that no request can hold.
 */
int tn_pam_ask(const char *socket_path, int timeout_ms,
               const struct tn_pam_question *question,
               struct tn_pam_answer *ret, struct tn_err *err);

#endif
