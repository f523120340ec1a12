/* The other directory server, as the checks of two providers ask it. */
#ifndef TN_LIFECYCLE_DOCTOR_PEER_H
#define TN_LIFECYCLE_DOCTOR_PEER_H

#include <stdbool.h>
#include "directory/connection.h"
#include "doctor.h"

/* Is this one of two? */
bool doctor_has_peer(const struct doctor *doctor);
/* Connect to the other one, as this server's certificate. The caller closes
   ret. Errors: of tn_connection_open(), tn_bind_external(). */
int doctor_peer_open(const struct doctor *doctor, struct tn_connection **ret,
                     struct tn_err *err);

#endif
