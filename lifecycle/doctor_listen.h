/* The doors on which the slapd of this machine listens. */
#ifndef TN_LIFECYCLE_DOCTOR_LISTEN_H
#define TN_LIFECYCLE_DOCTOR_LISTEN_H

#include <sys/socket.h>
#include "base/err.h"

#define DOORS_MAX 16

struct door {
	struct sockaddr_storage address;
	socklen_t len;
	char text[64]; /* "0.0.0.0:636" */
};

struct doors {
	size_t count;
	struct door of[DOORS_MAX];
};

/*
 * TCP sockets of slapd that listen, by the kernel's word.
 * TN_E_NOT_FOUND: no slapd, or its pid file is not of a slapd.
 */
int doctor_doors(struct doors *ret, struct tn_err *err);

/* A connection to a door (an open one is asked by way of loopback), with
   timeouts set; TN_E_UNREACHABLE. */
int door_open(const struct door *door, int *ret_fd, struct tn_err *err);

/* An anonymous LDAP bind, which does nothing. */
extern const unsigned char door_hello[14];

/* The number of the slapd that runs, as text. TN_E_NOT_FOUND. */
int doctor_slapd_pid(char ret[16], struct tn_err *err);

#endif
