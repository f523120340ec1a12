/* Applications in the directory: reading, filing, signing. */
#ifndef TN_LIFECYCLE_APPLICATION_STORE_H
#define TN_LIFECYCLE_APPLICATION_STORE_H

#include "application.h"
#include "base/err.h"
#include "session.h"

/* By its name. TN_E_NOT_FOUND: there is none, or who asks may not see it. */
int application_read(struct session *session, const char *name,
                     struct application **ret, struct tn_err *err);

/* All that who asks may see, sorted by name, and a table from the staff number
   to the application that permits an account for it. */
struct application_set {
	size_t count;
	size_t room;
	struct application **of;
	struct application_number *permits; /* private */
};
int application_set_read(struct session *session, struct application_set *ret,
                         struct tn_err *err);
/* One that permits it, or NULL; and who it says has the number, or NULL.
   Borrowed. */
const struct application *
application_set_permit(const struct application_set *set, const char *number,
                       const struct applicant **ret_person);
void application_set_done(struct application_set *set);

/* File it: gives it its name. The caller filled kind, people, numbers,
   department_dn and what the form holds. */
int application_file(struct session *session, struct application *application,
                     struct tn_err *err);

/* The bound person, for application_may_sign(). */
struct application_self {
	char dn[TN_DN_MAX + 1];
	char number[TN_STAFF_MAX + 1];
	char head[TN_DN_MAX + 1];
	struct application_signer signer; /* of these */
};
int application_self_read(struct session *session,
                          const struct application *application,
                          struct application_self *ret, struct tn_err *err);

/* The next signature, or a rejection, in the bound person's name. TN_E_DENIED
   says whose it is; TN_E_STALE: somebody else was first. */
int
application_sign(struct session *session, const struct application *application,
                 const char *dn, struct tn_err *err);
int application_reject(struct session *session,
                       const struct application *application, const char *dn,
                       const char *reason, struct tn_err *err);

#endif
