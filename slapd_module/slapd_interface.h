/*
 * The few names that slapd and its modules share (OpenLDAP 2.5, Debian 12).
 * slapd's own headers are installed nowhere; these have stood since 2.4, and
 * tests/integration loads the modules into a real slapd.
 */
#ifndef TN_SLAPD_INTERFACE_H
#define TN_SLAPD_INTERFACE_H

#include <lber.h>

/* 0: the password is right. */
typedef int
tn_slapd_check(const struct berval *scheme, const struct berval *stored,
               const struct berval *password, const char **text);
/* 0: ret->bv_val holds "{SCHEME}...", to be freed by ber_memfree. */
typedef int
tn_slapd_hash(const struct berval *scheme, const struct berval *password,
              struct berval *ret, const char **text);

/* slapd's. It keeps scheme->bv_val, which must live as long as slapd. */
int lutil_passwd_add(struct berval *scheme, tn_slapd_check *check,
                     tn_slapd_hash *hash);

/* slapd's: forgets an extended operation; main may be NULL. 0: it knew it. */
int unload_extop(const struct berval *oid, int (*main)(void *op, void *reply),
                 unsigned int flags);

/* Ours (transactions.c), from init_module. */
void slapd_refuse_transactions(void);

/* Called once when slapd loads a module; the arguments of olcModuleLoad. */
int init_module(int argc, char *argv[]);

#endif
