/*
 * The door: takes connections, and hands each whose question has arrived to the
 * workers. Nobody waits for a client that says nothing. Bounded everywhere, with
 * room kept for root, so that an ordinary user who floods the socket keeps
 * nobody from logging in.
 */
#ifndef TN_DAEMON_DOOR_H
#define TN_DAEMON_DOOR_H

#include "net.h"
#include "workers.h"

struct tn_door; /* opaque; lives as long as the process */

/* TN_E_NO_MEMORY. */
int tn_door_new(struct tn_net *net, struct tn_workers *workers,
                struct tn_door **ret, struct tn_err *err);
/* Waits until somebody comes or speaks, and queues all who have
   (tn_workers_put). One thread at a time. */
void tn_door_wait(struct tn_door *door);

#endif
