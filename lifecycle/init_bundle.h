/*
 * What the writer hands to a new provider: one text file, nothing in it secret.
 * "key = value" lines, then two PEM certificates, the provider's own and the
 * authority's. Keys stay where they were made; the accounts come over the
 * link, once it stands.
 */
#ifndef TN_LIFECYCLE_INIT_BUNDLE_H
#define TN_LIFECYCLE_INIT_BUNDLE_H

#include "base/buf.h"
#include "base/err.h"
#include "certificate/certificate.h"
#include "init_plan.h"

#define INIT_BUNDLE_MAX ((size_t)2 * TN_CERTIFICATE_TEXT_MAX + 4096)

struct init_bundle {
	char suffix[INIT_SUFFIX_MAX + 1];
	char organisation[256];
	char writer[320]; /* URI */
	char provider[16];
	char certificate[TN_CERTIFICATE_TEXT_MAX];
	char authority[TN_CERTIFICATE_TEXT_MAX];
};

/* Appends it as text. */
void init_bundle_write(const struct init_bundle *bundle, struct tn_buf *ret);

/* text came from another machine: TN_E_INVALID says what is wrong. What the
   values may be is init_plan_check()'s to say, and the certificates' signer. */
int init_bundle_parse(const char *text, struct init_bundle *ret,
                      struct tn_err *err);

#endif
