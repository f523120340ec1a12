/* By which way does someone come in? */
#ifndef TN_PAM_WAY_H
#define TN_PAM_WAY_H

#include <stdbool.h>
#include "account/verdict.h"

/*
 * service           PAM's name of the program, lower case.
 * password_checked  this module checked a password in this transaction.
 * Pure. A program that is not known is judged as a password login, whose
 * column of the verdict is the strictest.
 */
enum tn_way tn_pam_way(const char *service, bool password_checked);

#endif
