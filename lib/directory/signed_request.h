/*
 * Entries beneath ou=requests, and who somebody is to them: read by the
 * enforcer, which carries them out, and by who signs them.
 */
#ifndef TN_DIRECTORY_SIGNED_REQUEST_H
#define TN_DIRECTORY_SIGNED_REQUEST_H

#include "account/account.h"
#include "account/request_rule.h"
#include "directory/connection.h"
#include "directory/entry.h"

#define TN_REQUEST_RESULT_MAX 512

/* As the entry says; "" and zeros where it does not say. Owns its texts. */
struct tn_signed_request {
	struct tn_uuid uuid; /* of the entry */
	char dn[TN_DN_MAX + 1];
	char name[TN_STAFF_MAX + 1]; /* cn; one clean line */
	enum tn_request_kind kind;
	enum tn_role role;
	int level;
	char role_dn[TN_DN_MAX + 1];
	char whom[TN_DN_MAX + 1];
	struct tn_uuid person_uuid;
	char staff_number[TN_STAFF_MAX + 1];
	char reason[TN_REASON_MAX + 1];
	char superior[TN_DN_MAX + 1]; /* who signed there; "": nobody yet */
	char second[TN_DN_MAX + 1];
	char result[TN_REQUEST_RESULT_MAX + 1]; /* "": not answered */
	char asked_by[TN_DN_MAX + 1];           /* the server's own word */
	int64_t asked;                          /* the same; or TN_TIME_NONE */
};

extern const char *const tn_signed_request_attributes[];

/* TN_E_LIMIT where a text is too long for its place. What is missing or no
   word of ours is left empty, for tn_request_judge() to refuse. */
int tn_signed_request_from_entry(const struct tn_entry *entry,
                                 struct tn_signed_request *ret,
                                 struct tn_err *err);

/* A person, and the role that the person holds. */
struct tn_found_holder {
	bool is_there; /* the rest counts only then */
	struct tn_uuid uuid;
	char dn[TN_DN_MAX + 1]; /* as the entry writes it */
	char login[TN_LOGIN_MAX + 1];
	char name[TN_REAL_NAME_MAX + 1];
	char staff_number[TN_STAFF_MAX + 1];
	struct tn_holder holder; /* is_active by the status alone */
};

/* Who has this dn. TN_OK also where nobody has; errors of a search. */
int tn_holder_read(struct tn_connection *connection, const char *base,
                   const char *dn, struct tn_found_holder *ret,
                   struct tn_err *err);
/* How many active people are of the first level of this role, not counting
   the one whose entry is without. */
int
tn_superiors_count(struct tn_connection *connection, const char *base,
                   enum tn_role role, const struct tn_uuid *without,
                   size_t *ret, struct tn_err *err);

#endif
