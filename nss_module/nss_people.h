/* The group of everybody whom we serve (TN_PEOPLE_GROUP), in no file. */
#ifndef TN_NSS_MODULE_NSS_PEOPLE_H
#define TN_NSS_MODULE_NSS_PEOPLE_H

#include <grp.h>
#include <stddef.h>

/* Fills ret and buffer; no members are listed. TN_OK, or TN_E_LIMIT where size
   is too small. */
int tn_nss_people(struct group *ret, char *buffer, size_t size);

#endif
