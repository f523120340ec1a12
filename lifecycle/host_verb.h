/* The parts of `tenure host`, and what they share. */
#ifndef TN_LIFECYCLE_HOST_VERB_H
#define TN_LIFECYCLE_HOST_VERB_H

#include <stdbool.h>
#include "base/err.h"
#include "certificate/certificate.h"
#include "command.h"

#define HOST_CA_KEY      TENURE_SYSCONFDIR "/ca/ca.key"
#define HOST_CA          TENURE_SYSCONFDIR "/ca/ca.crt"
#define HOST_KEY         TENURE_SYSCONFDIR "/host.key"
#define HOST_CERTIFICATE TENURE_SYSCONFDIR "/host.crt"
#define HOST_AUTHORITY   TENURE_SYSCONFDIR "/ca.crt"
#define HOST_DRAFT       TENURE_SYSCONFDIR "/host.join" /* tenure.conf to be */
#define HOST_REPORTS     "cn=tenure-reports"
#define HOST_DN_MAX      (TN_HOST_NAME_MAX + 256)

/* Each reads its own options: argv[0] is "add", "list", ... */
int host_add(struct command_run *run);
int host_list(struct command_run *run);
int host_remove(struct command_run *run);
int host_join(struct command_run *run);

/* "cn=NAME,ou=hosts,BASE"; the name was checked. */
int host_dn(const char *name, const char *base, char ret[HOST_DN_MAX],
            struct tn_err *err);
/* "cn=NAME,cn=tenure-reports" */
void host_report_dn(const char *name, char ret[HOST_DN_MAX]);

/* One PEM text. trusted: the file must be root's own; for a key, private. */
enum host_file { HOST_FILE_ANY, HOST_FILE_TRUSTED, HOST_FILE_KEY };
int host_read(const char *path, enum host_file kind,
              char ret[TN_CERTIFICATE_TEXT_MAX], struct tn_err *err);

#endif
