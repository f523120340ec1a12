/*
 * A fixed number of workers, and those who wait for one; one of the workers is
 * at the door (door.h), and answers himself who comes there. Who waits is served in
 * turns (fair_queue.h), root before others and what asks the directory nothing
 * before passwords; who is refused is told later, without a worker that waits
 * for it (parked.h). Nobody waits for longer than a login may take in all.
 */
#ifndef TN_DAEMON_WORKERS_H
#define TN_DAEMON_WORKERS_H

#include <stdint.h>
#include "net.h"

struct tn_workers; /* opaque; lives as long as the process */

/* Starts the threads and is one of them: returns only where that fails.
   TN_E_NO_MEMORY, TN_E_IO. */
int tn_workers_run(struct tn_net *net, struct tn_err *err);
/* Takes a socket with a question in it, of this peer's. One thread. */
void tn_workers_put(struct tn_workers *workers, int socket, uint32_t peer);
/* There is no room: says so, which PAM takes for "out of reach"; closes. */
void tn_workers_turn_away(int socket);

#endif
