/* Tries ldif/access-table.tsv against a running slapd, cell by cell. */
#ifndef TN_TESTS_ACL_PROBE_H
#define TN_TESTS_ACL_PROBE_H

#include <stdbool.h>
#include <ldap.h>

/* The columns of the table. */
enum identity {
	ANONYMOUS,
	HOST,
	OTHERHOST,
	PERSON,
	SELF,
	SCHEDULER,
	ENFORCER,
	SYSTEM,
	SECURITY,
	AUDIT,
	BOOTSTRAP,
	HR,
	IT_MANAGER,
	PROVIDER,
	IDENTITIES,
	ROOT, /* the root dn, by a mapping that the test alone adds: it sets
		 samples up and takes them away */
};

#define PROBE_TEXT_MAX 512

struct probe_place {
	const char *suffix;
	const char *certificates; /* folder: ca.crt, host1.crt, host1.key ... */
	const char *password;     /* of every person there */
};

/* A bound connection, kept; dn is whose entry a row is about (for SELF).
   Ends the program when it cannot be had. */
LDAP *probe_connect(const struct probe_place *place, enum identity who,
                    const char *dn);
/* Does the password open this account? */
bool probe_authenticates(const struct probe_place *place, const char *dn);
/* The dn that this identity acts under. */
void probe_identity_dn(const struct probe_place *place, enum identity who,
                       const char *dn, char ret[PROBE_TEXT_MAX]);

#define PROBE_LINES_MAX 12

/* An entry that is added, removed and renamed; ends with .kind NULL. */
struct probe_entry {
	const char *kind; /* "+person" */
	const char *rdn;
	const char *parent; /* beneath the suffix; or a whole dn with '!' */
	const char *lines[PROBE_LINES_MAX];
};
extern const struct probe_entry probe_entries[];

enum probe_result { PROBE_DENIED, PROBE_ALLOWED, PROBE_ODD };

/* letter: r w a d x on an attribute, a d n on "+kind". *ret_code: slapd's. */
enum probe_result
probe_try(const struct probe_place *place, enum identity who, const char *dn,
          const char *attribute, char letter, int *ret_code);
/* Has the entry this attribute at all? Asked as root. */
bool probe_sample_has(const struct probe_place *place, const char *dn,
                      const char *attribute);

#endif
