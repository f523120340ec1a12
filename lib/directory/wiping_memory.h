/*
 * Memory for libldap that is wiped when it is freed: a simple bind copies the
 * password into buffers of libldap's, which libldap does not wipe. Private.
 */
#ifndef TN_DIRECTORY_WIPING_MEMORY_H
#define TN_DIRECTORY_WIPING_MEMORY_H

#include "base/err.h"

/* Once, before anything else of libldap. */
int tn_wiping_memory_install(struct tn_err *err);

#endif
