/*
 * What slapd's module may see of the entry whose password is set: slapd hands
 * it over, and its headers are installed nowhere. The layout is that of
 * OpenLDAP 2.5; of another slapd nothing is read.
 */
#ifndef TN_SLAPD_ENTRY_H
#define TN_SLAPD_ENTRY_H

#include <stddef.h>
#include <lber.h>

struct slapd_entry;

/* Is this slapd one whose entries can be read here? (Versionstr, which slapd
   exports.) */
int tn_slapd_entry_is_known(void);

/*
 * The value number index of an attribute, in ret with a NUL: the name without
 * case. False, and ret empty, where there is none, it is longer than size - 1,
 * or it has a NUL in it.
 */
int tn_slapd_entry_value(const struct slapd_entry *entry, const char *name,
                         unsigned int index, char *ret, size_t size);

#endif
