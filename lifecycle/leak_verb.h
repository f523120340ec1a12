/* The parts of `tenure leak`; each reads its own options from run. */
#ifndef TN_LIFECYCLE_LEAK_VERB_H
#define TN_LIFECYCLE_LEAK_VERB_H

#include "command.h"
#include "leak_case.h"

#define LEAK_NAMES_MAX 64 /* people of one report */

/* What is said of a leak when it is reported. Borrowed, each may be NULL. */
struct leak_said {
	const char *what;       /* happened; needed */
	const char *how;        /* it was discovered */
	const char *from;       /* who told of it */
	const char *discovered; /* "YYYY-MM-DD", "YYYY-MM-DD HH:MM" */
};

/* When it was discovered; text NULL: when the session began. In the configured
   zone. TN_E_RULE with words: no time, or one to come. */
int leak_discovered(const struct session *session, const char *text,
                    int64_t *ret, struct tn_err *err);

/* Report the leaks of others, by an administrator. */
int leak_report(struct command_run *run, const struct leak_said *said,
                const char *const *names, size_t count);

/* The same over a session that is open. */
int leak_report_in(struct command_run *run, struct session *session,
                   const struct leak_said *said, const char *const *names,
                   size_t count);

int leak_import(struct command_run *run);
int leak_list(struct command_run *run);
int leak_show(struct command_run *run);
int leak_verify(struct command_run *run);
int leak_item(struct command_run *run);
int leak_close(struct command_run *run);
int leak_record(struct command_run *run);
int leak_dossier(struct command_run *run);
int leak_search(struct command_run *run);

/* One case and who looks at it: what verify, item and close begin with. */
struct leak_verb {
	struct session session;
	struct leak_case *leak;
};
/* leak_verb_end() either way. */
int leak_verb_begin(struct command_run *run, const char *name,
                    struct leak_verb *verb, struct tn_err *err);
int leak_verb_end(struct command_run *run, struct leak_verb *verb, int r,
                  const struct tn_err *err);
/* May who is bound take this step? TN_E_RULE with the words. */
int
leak_verb_may(struct leak_verb *verb, enum tn_leak_step step, bool holds_role,
              enum tn_leak_verdict *ret, struct tn_err *err);
/* The journal's record before a change of the case, or before it is shown. */
int leak_verb_journal(struct command_run *run, struct leak_verb *verb,
                      bool is_change, const char *reason, struct tn_err *err);
/* A "YYYY-MM-DDTHH:MM:SSZ NAME" of now and who is bound. */
void leak_verb_stamp(const struct session *session, char *ret, size_t size);
#define LEAK_ITEM_BYTES 512
#define LEAK_SEARCHED   "searched"

/* The item of a host that is to be searched. */
void leak_item_host(const struct leak_case *leak, const char *host,
                    char ret[LEAK_ITEM_BYTES]);
/* Is the item one? Then of which host. */
bool leak_item_is_host(const char *item, char ret_host[256]);
/* Was that host searched, by what the case says was done? */
bool leak_item_is_searched(const struct leak_case *leak, const char *item);
/* Takes an item out, in the own name: "confirmed", "removed", "searched". */
int leak_item_done(struct leak_verb *verb, const char *item, const char *became,
                   const char *reason, struct tn_err *err);
/* The host was searched, whether it is on the list by now or not. */
int leak_item_searched(struct leak_verb *verb, const char *host, size_t found,
                       struct tn_err *err);
/* Makes it one that slapd can compare (ldif/access-signed.ldif): of an item that
   it cannot, nobody could ever say that they looked at it. */
void leak_item_clean(char *text);
/* The bound dn. */
const char *leak_verb_self(const struct session *session);

#endif
