/* The facts of one person, gathered under the lock and judged without it. */
#ifndef TN_DAEMON_JUDGE_H
#define TN_DAEMON_JUDGE_H

#include "net.h"

struct tn_judged {
	struct tn_account *account; /* a copy, as it is known here; or NULL */
	struct tn_facts facts;
	struct tn_moment moment;
	int64_t skew;                 /* seconds that this clock is behind */
	enum tn_refusal kept;         /* lifted: kept as last served */
	bool is_refreshed;            /* false: nothing may be said yet */
	bool is_in_snapshot;          /* NSS knows the name */
	bool changed_here;            /* the password, just now */
	struct tn_password_mark mark; /* as the directory has it */
};

/* By login, or by uid where login is NULL. throttled: row 6. Wipe nothing,
   free with tn_judged_done. TN_E_NO_MEMORY. */
int tn_judge(struct tn_net *net, const char *login, uint32_t uid,
             bool throttled, struct tn_judged *ret, struct tn_err *err);
void tn_judged_done(struct tn_judged *judged);

struct tn_verdict
tn_judged_verdict(const struct tn_net *net, const struct tn_judged *judged,
                  enum tn_way way);

#endif
