/*
 * Is this new password acceptable for this person? The organisation's rules
 * (account/password_rule.h) with the person's own words, the file of leaked
 * passwords where one is configured, then libpwquality with cracklib's
 * dictionary. Thread-safe; may take some milliseconds.
 * Rule    CI-3.1, CI-3.2, IS-5.
 */
#ifndef TN_DAEMON_PASSWORD_CHECK_H
#define TN_DAEMON_PASSWORD_CHECK_H

#include "account/account.h"
#include "account/password_person.h"
#include "config/config.h"

/* What of this is known on a host: not the birthday, not the telephone, which
   slapd's module looks for. config and account are borrowed. */
void
tn_person_words(const struct tn_account *account,
                const struct tn_config *config, struct tn_password_words *ret);

/* old may be NULL; both are borrowed and end with a NUL. */
enum tn_password_fault
tn_new_password_check(const char *password, const char *old,
                      const struct tn_account *account,
                      const struct tn_config *config);

#endif
