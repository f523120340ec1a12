/* Showing a password, once: past stdio, whose buffer nobody wipes. */
#ifndef TN_LIFECYCLE_SHOW_SECRET_H
#define TN_LIFECYCLE_SHOW_SECRET_H

#include "base/buf.h"
#include "base/err.h"

/* To stdout, after what stdio holds. TN_E_IO. */
int show_secret(const struct tn_buf *out, struct tn_err *err);

#endif
