/* An initial password that the server takes for this very person. */
#ifndef TN_LIFECYCLE_PERSON_PASSWORD_H
#define TN_LIFECYCLE_PERSON_PASSWORD_H

#include <stddef.h>
#include "account/password_person.h"
#include "config/config.h"
#include "secret/secret.h"

/*
 * Like tn_secret_random_password(), and without what slapd's module would find
 * in it of the person (a short name comes by chance, in one of some hundred).
 * person  borrowed; the organisation and how Chinese is read are filled in.
 * Errors: those of tn_secret_random_password().
 * Rule    UM-13.1, CI-3.1.
 */
int person_password(const struct tn_config *config,
                    const struct tn_password_person *person, size_t length,
                    struct tn_secret **ret, struct tn_err *err);

#endif
