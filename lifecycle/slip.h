/*
 * Initial passwords, each sealed for its holder on a slip of its own:
 * LOGIN.slip in a folder that is root's. A slip is sealed before the account
 * is added, opened once, recorded before it is shown, and then gone.
 * Rule    UM-10.4, UM-13.1.
 */
#ifndef TN_LIFECYCLE_SLIP_H
#define TN_LIFECYCLE_SLIP_H

#include <stdint.h>
#include "base/err.h"
#include "secret/secret.h"

struct slip_place {
	const char *folder; /* holds LOGIN.slip and opened.log */
	const char *key;    /* secret key; its public half is key.pub */
};

/* TENURE_STATEDIR "/slips" and "/slip.key". */
extern const struct slip_place slip_place;

/* What stands on a slip; texts borrowed. */
struct slip {
	const char *login;
	const char *name;
	const char *staff_number;
	const char *valid_until; /* RFC 3339 */
	const struct tn_secret *password;
};

/* Only one run issues at a time. TN_E_RULE when another one does. Returns the
   descriptor to close (which unlocks) in *ret. Makes the folder. */
int slip_lock(const struct slip_place *place, int *ret, struct tn_err *err);

/* Could a slip be sealed and saved? Writes nothing. */
int slip_try(const struct slip_place *place, struct tn_err *err);
/* Seal and save, replacing a slip that no account came of. */
int slip_save(const struct slip_place *place, const struct slip *slip,
              struct tn_err *err);
/* The account was not made after all. No slip there is no error. */
int slip_remove(const struct slip_place *place, const char *login,
                struct tn_err *err);

/* A slip on its way to be read: claimed, so that nobody else can. */
struct slip_claim {
	char path[512];
	struct tn_secret *content; /* JSON: login name staff_number password
				      valid_until */
};

/*
 * Claim, open and record a slip: in that order, so that two who open it at
 * once cannot both see it, and nothing is shown that is not on record
 * (opened.log, synced, and syslog).
 * by, from  who opens it, and at which terminal or address.
 * Errors: TN_E_RULE (opened already; the text says by whom and when),
 * TN_E_NOT_FOUND (there never was one), TN_E_DAMAGED, TN_E_IO. After an error
 * the slip is where it was.
 */
int slip_open(const struct slip_place *place, const char *login, const char *by,
              const char *from, int64_t now, struct slip_claim *ret,
              struct tn_err *err);
/* It was shown: remove it for good. */
int slip_close(struct slip_claim *claim, struct tn_err *err);

#endif
