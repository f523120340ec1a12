/*
 * Logging for main programs (daemon, command). Libraries and modules never
 * call it. Goes to syslog (facility authpriv), and to stderr where asked.
 * Thread-safe. errno survives.
 */
#ifndef TN_BASE_LOG_H
#define TN_BASE_LOG_H

#include <stdbool.h>
#include "base/attrs.h"
#include "base/err.h"

/*
 * ident     static text, such as "tenured[net]"; borrowed for good.
 * to_stderr also write "ident: text" lines to stderr (foreground, tests).
 * debug     let tn_log_debug through.
 */
void tn_log_open(const char *ident, bool to_stderr, bool debug);

void tn_log_error(const char *format, ...) TN_PRINTF(1, 2);
void tn_log_warning(const char *format, ...) TN_PRINTF(1, 2);
void tn_log_info(const char *format, ...) TN_PRINTF(1, 2);
void tn_log_debug(const char *format, ...) TN_PRINTF(1, 2);

/* "what: err->text"; what may be NULL. The one place an error is logged. */
void tn_log_err(const char *what, const struct tn_err *err);

#endif
