/* Departments and their heads: entries beneath ou=departments, which hr keeps.
   The server looks there when a head signs. */
#ifndef TN_LIFECYCLE_DEPARTMENT_H
#define TN_LIFECYCLE_DEPARTMENT_H

#include "account/account.h"
#include "base/err.h"
#include "session.h"

/* Its dn; the name is text as the roster writes it. TN_E_INVALID: empty, no
   UTF-8, or holds a control character. */
int department_dn(const struct session *session, const char *name,
                  char ret[TN_DN_MAX + 1], struct tn_err *err);
/* The dn of its head. TN_E_NOT_FOUND: there is no such department, or who asks
   may not see it. */
int department_head(struct session *session, const char *dn,
                    char ret[TN_DN_MAX + 1], struct tn_err *err);
/* Name its head, for a new department or a known one. */
int department_set(struct session *session, const char *dn, const char *head_dn,
                   struct tn_err *err);

#endif
