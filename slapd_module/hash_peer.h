/*
 * Who binds in this thread. slapd tells a password scheme nothing but the
 * password; but it leaves the connection's SASL context with the thread, for
 * {SASL}, and that knows the address. By names that slapd, libldap and libsasl
 * export, and no layout of theirs: where one is not there, everybody is one peer.
 */
#ifndef TN_HASH_PEER_H
#define TN_HASH_PEER_H

#include <stdint.h>

/* A number for the address, without the port; 0 for nobody in particular: the
   local socket, a password that is being set. */
uint64_t tn_hash_peer(void);

#endif
