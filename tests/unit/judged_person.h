/* A person whom nothing speaks against, and the moment at which they are
   judged: what the tests of the verdict begin with. */
#ifndef TN_TESTS_JUDGED_PERSON_H
#define TN_TESTS_JUDGED_PERSON_H

#include "account/verdict.h"
#include "base/attrs.h"

#define NOW            1795996800 /* 2026-11-30 00:00:00 UTC */
#define TODAY          20787      /* 2026-11-30 */
#define DAYS           TN_DAY_SECONDS
#define ZONE           28800
#define CHANGED_LATELY (NOW - 2 * DAYS)

static const struct tn_policy policy = {
	.max_age_days = 30,
	.lead_days = 3,
	.warn_days = 7,
	.max_silence = 72 * 3600,
	.lockout_seconds = TN_LOCKOUT_SECONDS,
};

static const struct tn_moment moment = { .now = NOW, .today = TODAY };

/* One person whom nothing speaks against. */
struct person {
	struct tn_account account;
	struct tn_facts facts;
};

static inline void
make_good(struct person *p)
{
	tn_account_init(&p->account);
	p->account.kind = TN_KIND_PERSON;
	p->account.login = "wangxm";
	p->account.real_name = "王小明";
	p->account.staff_number = "E0071234";
	p->account.status = TN_STATUS_ACTIVE;
	p->account.password_changed = CHANGED_LATELY;
	p->facts = (struct tn_facts){
		.account = &p->account,
		.admitted = true,
		.heard = NOW - 5,
	};
}

static inline void
make_service(struct person *p)
{
	p->account.kind = TN_KIND_SERVICE;
	p->account.owner = "uid=lisi,ou=people,dc=example,dc=org";
	p->account.reason = "nightly backup";
	p->account.end_day = TODAY + 100;
}

static inline struct tn_verdict
judge(const struct person *p, enum tn_way way)
{
	return tn_verdict(&p->facts, &policy, &moment, way);
}

#endif
