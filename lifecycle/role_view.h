/* A request as people read it, and as programs do. */
#ifndef TN_LIFECYCLE_ROLE_VIEW_H
#define TN_LIFECYCLE_ROLE_VIEW_H

#include <jansson.h>
#include "role_request.h"

/* "give security (first level) to" */
void role_view_words(const struct tn_signed_request *request, char *ret,
                     size_t size);
/* "uid=wang,ou=people,...": wang; anything else as it is. */
void role_view_login(const char *dn, char ret[TN_DN_MAX + 1]);
/* What it waits for, or its answer. */
const char *role_view_state(const struct tn_signed_request *request);

/* All of it; whom: as the directory has the person by now. */
void role_view_print(const struct tn_signed_request *request,
                     const struct tn_found_holder *whom);
json_t *role_view_json(const struct tn_signed_request *request);

#endif
