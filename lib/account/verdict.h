/*
 * The verdict (DESIGN section 5): may this account in, by this way, now?
 * One pure function that password login, key login, sudo, cron, the session
 * reaper, `tenure explain` and the audit all call. No rule is written twice.
 */
#ifndef TN_ACCOUNT_VERDICT_H
#define TN_ACCOUNT_VERDICT_H

#include <stdbool.h>
#include <stdint.h>
#include "account/account.h"

enum tn_way {
	TN_WAY_PASSWORD = 0, /* a password was or will be checked */
	TN_WAY_KEY = 1,      /* an SSH key was */
	TN_WAY_SUDO = 2,     /* sudo, su */
	TN_WAY_CRON = 3,     /* cron, at: nobody is there */
	TN_WAY_SESSION = 4,  /* a session that is already open */
	TN_WAY_COUNT = 5,
};

/* Zero denies, so that an untouched answer denies. */
enum tn_decision {
	TN_DENY = 0,
	TN_ALLOW = 1,
	TN_WARN = 2,   /* allow, and tell of the coming expiry once */
	TN_CHANGE = 3, /* the password must be changed first */
	TN_RUN = 4,    /* cron: run */
	TN_STAY = 5,   /* open session: leave it */
	TN_END = 6,    /* open session: end it */
};

/* The rows of the table; the number is what people and tests cite. */
enum tn_row {
	TN_ROW_NONE = 0,
	TN_ROW_NOT_SERVED = 10,     /* 1 */
	TN_ROW_LEAK = 20,           /* 2 */
	TN_ROW_DEPARTED = 30,       /* 3 */
	TN_ROW_SUSPENDED = 40,      /* 4 */
	TN_ROW_NOT_ADMITTED = 50,   /* 5 */
	TN_ROW_SERVICE = 55,        /* 5a */
	TN_ROW_SILENCE = 57,        /* 5b */
	TN_ROW_THROTTLED = 60,      /* 6 */
	TN_ROW_INITIAL_LAPSED = 70, /* 7 */
	TN_ROW_MUST_CHANGE = 80,    /* 8 */
	TN_ROW_OVERDUE = 90,        /* 9 */
	TN_ROW_EXPIRES_SOON = 100,  /* 10 */
	TN_ROW_OTHERWISE = 110,     /* 11 */
};

/* Why an account is not served (row 1). */
enum tn_refusal {
	TN_REFUSAL_NONE = 0,
	TN_REFUSAL_UNKNOWN,        /* no such account */
	TN_REFUSAL_REAL_NAME,      /* UM-5.3 */
	TN_REFUSAL_STAFF_NUMBER,   /* UM-5.3 */
	TN_REFUSAL_SERVICE,        /* without owner, reason or end */
	TN_REFUSAL_STATUS,         /* tenureStatus missing or unknown */
	TN_REFUSAL_SECOND_ACCOUNT, /* UM-5.4: the elder is served */
	TN_REFUSAL_SECOND_UID,     /* same uidNumber: the elder is served */
	TN_REFUSAL_LOGIN,          /* section 12 from here on */
	TN_REFUSAL_LOGIN_RESERVED,
	TN_REFUSAL_LOGIN_LOCAL, /* /etc/passwd or /etc/group has it */
	TN_REFUSAL_UID,
	TN_REFUSAL_UID_LOCAL,
	TN_REFUSAL_UID_SUBORDINATE,
	TN_REFUSAL_GID,
	TN_REFUSAL_GID_LOCAL,
	TN_REFUSAL_GID_SUBORDINATE,
	TN_REFUSAL_HOME,
	TN_REFUSAL_CHARACTERS,
	TN_REFUSAL_TOO_LONG,
	TN_REFUSAL_COUNT,
};

/* What others found out about the account. */
struct tn_facts {
	const struct tn_account *account; /* NULL: the directory has none */
	enum tn_refusal refusal; /* from tn_serve_refusal and duplicates */
	bool was_served;         /* it was in the last snapshot, live */
	unsigned int locks;      /* enum tn_lock_kind of its open locks */
	bool admitted;           /* by this host's admit_groups */
	bool throttled;          /* by the daemon, or locked after failures */
	int64_t heard;           /* when the directory was last heard */
};

/* Rows 8 and 9 for who comes with a key. */
enum tn_key_change {
	TN_KEY_CHANGE = 0, /* change first, where a terminal can ask */
	TN_KEY_DENY = 1,   /* no key opens the account before the change */
	TN_KEY_WARN = 2,   /* let in, and tell */
};

/* The password rules in force on this host, in days and seconds. */
struct tn_policy {
	enum tn_key_change key_change;
	int max_age_days;
	int lead_days;
	int warn_days;
	int64_t max_silence;
	int64_t lockout_seconds; /* pwdLockoutDuration: how long ppolicy's
				    lock after failures counts; 0: until it
				    is taken away */
};

/* The backstop as shipped: pwdLockoutDuration of the policy entry. */
#define TN_LOCKOUT_SECONDS 300

/* A moment: the judged time, and the day it is in the configured zone. */
struct tn_moment {
	int64_t now;
	int32_t today;
	int64_t behind; /* seconds that the own clock is behind now */
};

struct tn_verdict {
	enum tn_decision decision;
	enum tn_row row;
	enum tn_refusal refusal;  /* set with TN_ROW_NOT_SERVED */
	int64_t password_expires; /* when the password's maximum age is
				     reached, or TN_TIME_NONE */
};

/*
 * Judge. Everything is borrowed. Cannot fail, allocates nothing. Any thread.
 * Rule    every row of DESIGN section 5, cited in verdict.c line by line.
 */
struct tn_verdict
tn_verdict(const struct tn_facts *facts, const struct tn_policy *policy,
           const struct tn_moment *moment, enum tn_way way);

/* When the password's maximum age is reached, and when (so many lead days
   before) it must be changed: row 9. TN_TIME_NONE when it does not age. */
int64_t tn_password_expires(const struct tn_account *account,
                            const struct tn_policy *policy);
int64_t tn_password_due(const struct tn_account *account,
                        const struct tn_policy *policy);

/*
 * Is the account dead whatever the way in (rows 1 to 4)? What the snapshot
 * marks, what the reaper ends, what gets a nologin shell.
 */
bool tn_verdict_is_dead(const struct tn_verdict *verdict);

/*
 * Would rows 2 to 4 speak, whatever row 1 says of the record? A record that is
 * not served may still tell that its person is locked or gone.
 */
bool tn_facts_are_closed(const struct tn_facts *facts,
                         const struct tn_moment *moment);

/*
 * When the verdict may next differ though nothing changes: the next start,
 * end, deadline or expiry after the moment; TN_TIME_NONE when never.
 * utc_offset  seconds, as in tn_day_start.
 */
int64_t tn_verdict_next(const struct tn_account *account,
                        const struct tn_policy *policy,
                        const struct tn_moment *moment, int32_t utc_offset);

/*
 * The moment to judge at (DESIGN section 5). A clock that is behind the newest
 * change time seen is not believed: that change time is used instead, and the
 * skew reported. Only where a second server's clock is known, and the change
 * time is more than ten minutes ahead of it and of the own clock, is it the
 * directory's clock that is wrong: then the own one is used.
 * second_clock  another server's time, or TN_TIME_NONE when none was asked.
 * ret_skew      seconds the own clock is behind; 0 when it is believed;
 *               negative when the directory's is that far ahead. May be NULL.
 */
struct tn_moment
tn_moment_judge(int64_t own_clock, int64_t newest_change, int64_t second_clock,
                int32_t utc_offset, int64_t *ret_skew);

/* "change", "deny" and "warn" of tenure.conf; NULL and anything else
   deny. */
enum tn_key_change tn_key_change_from_text(const char *text);

/* "password", "key" ...; static. */
const char *tn_way_words(enum tn_way way);

/* Static English words, one line, for logs, explain and messages. */
const char *tn_decision_words(enum tn_decision decision);
const char *tn_refusal_words(enum tn_refusal refusal);
/* "5a", and "a service account not marked interactive". */
const char *tn_row_number(enum tn_row row);
const char *tn_row_words(enum tn_row row);
/* The policy articles of a row: "UM-15.1"; "" when none. */
const char *tn_row_article(enum tn_row row);

#endif
