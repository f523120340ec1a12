/*
 * Logins that accounts have and groups list, each kept once and named by a
 * number. Pure; not thread-safe.
 */
#ifndef TN_DAEMON_LOGIN_NAMES_H
#define TN_DAEMON_LOGIN_NAMES_H

#include "number_index.h"
#include "record_store.h"

struct tn_login_name {
	uint32_t place; /* of the text; 0: the number is vacant */
	uint32_t uses;  /* of a vacant one: the next vacant, or NO_NUMBER */
	uint32_t first; /* account that has it, for who keeps accounts */
};

struct tn_login_names { /* start with tn_names_init */
	struct tn_record_store texts;
	struct tn_login_name *data;
	uint32_t count;
	uint32_t room;
	uint32_t vacant; /* the first of them, or NO_NUMBER */
	struct tn_number_index index;
};

void tn_names_init(struct tn_login_names *names);
void tn_names_done(struct tn_login_names *names);
/* One more use of a login. TN_NO_NUMBER when there is no memory. */
uint32_t tn_names_take(struct tn_login_names *names, const char *login);
/* One use less; with the last the name goes. */
void tn_names_drop(struct tn_login_names *names, uint32_t number);
/* TN_NO_NUMBER when nobody uses it. */
uint32_t tn_names_find(const struct tn_login_names *names, const char *login);
/* Borrowed for as long as it is in use. */
const char *tn_names_text(const struct tn_login_names *names, uint32_t number);

#endif
