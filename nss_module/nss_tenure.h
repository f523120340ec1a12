/*
 * The functions that glibc looks up in libnss_tenure.so.2. glibc's own macro
 * declares them, so that a wrong signature does not compile; they are all that
 * the module exports (nss_tenure.map).
 */
#ifndef TN_NSS_MODULE_NSS_TENURE_H
#define TN_NSS_MODULE_NSS_TENURE_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>

#pragma GCC visibility push(default)
NSS_DECLARE_MODULE_FUNCTIONS(tenure)
#pragma GCC visibility pop

#endif
