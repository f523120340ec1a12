/* Telling the service manager that we serve (sd_notify's protocol, by hand). */
#ifndef TN_DAEMON_NOTIFY_H
#define TN_DAEMON_NOTIFY_H

/* Sends state, such as "READY=1", to the socket named by path (NOTIFY_SOCKET,
   may be NULL: nobody wants to know). A failure changes nothing. */
void tn_notify(const char *path, const char *state);

#endif
