/* Which way in a PAM service stands for; both ends of the socket ask here. */
#ifndef TN_WIRE_SERVICE_WAY_H
#define TN_WIRE_SERVICE_WAY_H

#include <stdbool.h>
#include "account/verdict.h"

/*
 * service  PAM_SERVICE: "sudo", "cron". Borrowed.
 * other    the answer for a service that says nothing by itself (sshd, login).
 * Pure. Any thread.
 */
enum tn_way tn_service_way(const char *service, enum tn_way other);

/* Does the program ask the password of whoever runs it, as sudo does and su
   does not? Then that they are this person is known before the answer. */
bool tn_service_asks_self(const char *service);

#endif
