/*
 * What the account phase of a login needs while tenured is dead: the root-only
 * part of the snapshot (DESIGN section 7), /var/lib/tenure/snapshot/accounts,
 * mode 0600. For each account the facts that the verdict asks for, and nothing
 * that opens anything: no password, no hash, no key.
 *
 * Unlike base and overlay it is written in place: an account is one record of
 * 120 bytes with a checksum, found by two indexes. Who reads one that is being
 * written, or was cut by a crash, sees that by the checksum and knows nothing.
 */
#ifndef TN_SNAPSHOT_ACCOUNT_FILE_H
#define TN_SNAPSHOT_ACCOUNT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include "account/verdict.h"
#include "base/err.h"

#define TN_ACCOUNT_FILE      TENURE_STATEDIR "/snapshot/accounts"
#define TN_ACCOUNT_FILE_NAME "accounts"
#define TN_ACCOUNT_LANGUAGE  8   /* bytes of a language with its NUL */
#define TN_ACCOUNT_CONTACT   256 /* bytes of whom to ask, with its NUL */

/* The same for everybody: how this host judges, and what it last heard. */
struct tn_account_head {
	struct tn_policy policy;
	int32_t utc_offset;
	int64_t heard;         /* of the directory */
	int64_t newest_change; /* seen in it; TN_TIME_NONE: none */
	char contact[TN_ACCOUNT_CONTACT];
};

/* One account, for the verdict. */
struct tn_account_known {
	struct tn_account_head head;
	struct tn_account account; /* texts are borrowed from here */
	struct tn_facts facts;     /* .account is .account above */
	char login[TN_LOGIN_MAX + 1];
	char language[TN_ACCOUNT_LANGUAGE];
};

/*
 * What is known of a login. Of several accounts with it the served one.
 * path   TN_ACCOUNT_FILE. It must be a regular file of root's that nobody else
 *        may read or write (with TN_TESTABLE also the own user's).
 * ret    filled on success; must not be copied, since it points into itself.
 * Errors: TN_E_NOT_FOUND (no file, or nobody of that login in it), TN_E_DENIED
 * (this process may not read it), TN_E_DAMAGED (anything else is wrong with it),
 * TN_E_IO. No memory is allocated, nothing is kept open, errno survives.
 */
int tn_account_file_find(const char *path, const char *login,
                         struct tn_account_known *ret, struct tn_err *err);

/* Writing, by publish alone. */
struct tn_account_file; /* opaque */

/* What is told of one account; borrowed. */
struct tn_account_entry {
	const struct tn_account *account;
	enum tn_refusal refusal; /* row 1, by all that this host knows */
	unsigned int locks;
	bool admitted;
};

/* Makes a new file beside path, for accounts that are all told again; path is
   as it was until the first _settle. TN_E_IO, TN_E_NO_MEMORY. */
int tn_account_file_new(const char *path, struct tn_account_file **ret,
                        struct tn_err *err);
void tn_account_file_free(struct tn_account_file *file); /* NULL is legal */

/* New or changed, known by its uuid. TN_E_IO, TN_E_NO_MEMORY. */
int
tn_account_file_put(struct tn_account_file *file,
                    const struct tn_account_entry *entry, struct tn_err *err);
/* Not to be served any more, for a reason that is no departure. */
int tn_account_file_refuse(struct tn_account_file *file,
                           const struct tn_uuid *uuid, struct tn_err *err);

/* The head, and all that was put, on the disk; a new file takes its place. */
int
tn_account_file_settle(struct tn_account_file *file,
                       const struct tn_account_head *head, struct tn_err *err);
/* The head alone: the directory was heard and nothing differs. Not synced. */
int
tn_account_file_heard(struct tn_account_file *file,
                      const struct tn_account_head *head, struct tn_err *err);

#endif
