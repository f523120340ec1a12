/*
 * What an unattended audit leaves in /var/lib/tenure/audit: the report (text
 * and JSON, without a time, so that two of one state are one), the memory for
 * the next, and last of all the record of its success, which tenure status
 * shows. Each file is replaced whole.
 */
#ifndef TN_LIFECYCLE_AUDIT_RECORD_H
#define TN_LIFECYCLE_AUDIT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "audit.h"
#include "base/err.h"

#define AUDIT_SEVERITIES (FINDING_NOTE + 1)

/* The last success. */
struct audit_record {
	int64_t finished;
	size_t findings[AUDIT_SEVERITIES]; /* by enum finding_severity */
	size_t fresh;                      /* of them new */
	size_t resolved;
	size_t present;   /* people in the roster, where no brake tripped */
	size_t requested; /* departures asked for */
	size_t failed;    /* requests that the server refused */
	bool is_braked;
};

/* Errors: TN_E_NOT_FOUND (never), TN_E_DAMAGED, TN_E_IO. */
int audit_record_read(const char *path, struct audit_record *ret,
                      struct tn_err *err);
int audit_record_save(const char *path, const struct audit_record *record,
                      struct tn_err *err);
struct audit_record audit_record_of(const struct audit *audit, int64_t now);
/* report.txt, report.json, last.json. */
int audit_record_report(const struct audit *audit, struct tn_err *err);

#endif
