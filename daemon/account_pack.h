/*
 * An account's record as few bytes: what most have in common stands in a pool,
 * a dn and a home that follow from the login are not written out, what is
 * absent takes nothing. Pure; not thread-safe.
 */
#ifndef TN_DAEMON_ACCOUNT_PACK_H
#define TN_DAEMON_ACCOUNT_PACK_H

#include "account/account.h"
#include "record_store.h"
#include "text_pool.h"

struct tn_account_store { /* zeros to begin with */
	struct tn_record_store records;
	struct tn_text_pool texts;
};

/* An account unpacked. Its texts are of the view or of the store: borrowed
   until the record is dropped, and not to be copied with the struct. */
struct tn_account_view {
	struct tn_account account;
	char dn[TN_DN_MAX + 1];
	char home[TN_HOME_MAX + 1];
};

void tn_account_store_done(struct tn_account_store *store);
/* A copy of the account; 0 when there is no memory. A text over its bound is
   cut behind it, so that it is over its bound still. */
uint32_t tn_account_store_put(struct tn_account_store *store,
                              const struct tn_account *account);
/* The same without its login, for who keeps that elsewhere: it is to be handed
   to tn_account_store_get_named, as it was, at most TN_LOGIN_MAX long. */
uint32_t tn_account_store_put_nameless(struct tn_account_store *store,
                                       const struct tn_account *account);
void
tn_account_store_get_named(const struct tn_account_store *store, uint32_t place,
                           const char *login, struct tn_account_view *ret);
void tn_account_store_get(const struct tn_account_store *store, uint32_t place,
                          struct tn_account_view *ret);
void tn_account_store_drop(struct tn_account_store *store, uint32_t place);

/* What is looked for often, without unpacking all. Borrowed likewise. */
struct tn_uuid
tn_account_store_uuid(const struct tn_account_store *store, uint32_t place);
uint32_t
tn_account_store_uid(const struct tn_account_store *store, uint32_t place);
uint32_t
tn_account_store_gid(const struct tn_account_store *store, uint32_t place);
const char *
tn_account_store_login(const struct tn_account_store *store, uint32_t place);
const char *
tn_account_store_staff(const struct tn_account_store *store, uint32_t place);
bool
tn_account_store_vanished(const struct tn_account_store *store, uint32_t place);
/* Its entry is gone. */
void tn_account_store_vanish(struct tn_account_store *store, uint32_t place);

#endif
