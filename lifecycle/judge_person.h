/* The verdict on a person as the directory alone can tell it: no host, so
   everybody is admitted, and nobody is throttled. */
#ifndef TN_LIFECYCLE_JUDGE_PERSON_H
#define TN_LIFECYCLE_JUDGE_PERSON_H

#include "account/verdict.h"
#include "config/config.h"
#include "people.h"

/* Why no host serves this account, or TN_REFUSAL_NONE. */
enum tn_refusal
person_refusal(const struct person *person, const struct tn_config *config);
struct tn_verdict
person_verdict(const struct person *person, const struct tn_config *config,
               const struct tn_moment *moment, enum tn_way way);
/* Dead whatever the way in (verdict rows 1 to 4). */
bool person_is_dead(const struct person *person, const struct tn_config *config,
                    const struct tn_moment *moment);

/* "password", "key", "sudo", "cron", "session". */
const char *way_text(enum tn_way way);

#endif
