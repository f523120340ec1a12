/* The TLS handshake of one handle, with one deadline for all of it. */
#include "directory/connection_private.h"

#include <errno.h>
#include <stddef.h>

/* Above the socket (10), below TLS (20). */
#define LAYER_LEVEL (LBER_SBIOD_LEVEL_PROVIDER + 5)

/*
 * libldap looks at its limit only while nothing comes, so a server that drips
 * a byte now and then would hold us for ever: a layer below TLS, there for the
 * handshake alone, refuses to go on past the deadline.
 */
static bool
is_late(const Sockbuf_IO_Desc *layer)
{
	const int64_t *deadline = layer->sbiod_pvt;

	if (tn_clock_ms() < *deadline)
		return false;
	errno = ETIMEDOUT;
	return true;
}

static int
layer_setup(Sockbuf_IO_Desc *layer, void *deadline)
{
	layer->sbiod_pvt = deadline;
	return 0;
}

static int
layer_remove(Sockbuf_IO_Desc *layer)
{
	layer->sbiod_pvt = NULL;
	return 0;
}

static int
layer_control(Sockbuf_IO_Desc *layer, int option, void *value)
{
	return LBER_SBIOD_CTRL_NEXT(layer, option, value);
}

static ber_slen_t
layer_read(Sockbuf_IO_Desc *layer, void *data, ber_len_t len)
{
	return is_late(layer) ? -1 : LBER_SBIOD_READ_NEXT(layer, data, len);
}

static ber_slen_t
layer_write(Sockbuf_IO_Desc *layer, void *data, ber_len_t len)
{
	return is_late(layer) ? -1 : LBER_SBIOD_WRITE_NEXT(layer, data, len);
}

static Sockbuf_IO deadline_layer = {
	.sbi_setup = layer_setup,
	.sbi_remove = layer_remove,
	.sbi_ctrl = layer_control,
	.sbi_read = layer_read,
	.sbi_write = layer_write,
	.sbi_close = NULL,
};

static int
install_tls(LDAP *ld, int64_t deadline)
{
	Sockbuf *buffer = NULL;
	int result;

	if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &buffer) !=
	        LDAP_OPT_SUCCESS ||
	    ber_sockbuf_add_io(buffer, &deadline_layer, LAYER_LEVEL,
	                       &deadline) != 0)
		return LDAP_LOCAL_ERROR;
	result = ldap_install_tls(ld);
	(void)ber_sockbuf_remove_io(buffer, &deadline_layer, LAYER_LEVEL);
	return result;
}

static int
handshake(LDAP *ld, int64_t deadline, struct tn_err *err)
{
	struct timeval limit;
	int64_t left = deadline - tn_clock_ms();
	int result;

	if (left <= 0)
		left = 1;
	limit.tv_sec = (time_t)(left / 1000);
	limit.tv_usec = (suseconds_t)(left % 1000 * 1000);
	/* The limit holds for the handshake as a whole, and only because
	   LDAP_OPT_CONNECT_ASYNC is on. */
	if (ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit) !=
	    LDAP_OPT_SUCCESS)
		return tn_fail(err, TN_E_BUG, "libldap refuses a timeout");
	result = install_tls(ld, deadline);
	if (result == LDAP_SUCCESS)
		return TN_OK;
	if (result == LDAP_TIMEOUT || tn_clock_ms() >= deadline)
		return tn_fail(err, TN_E_UNREACHABLE,
		               "hangs in the TLS handshake");
	/* libldap's own words are "(unknown error code)" for all of these. */
	return tn_fail(err, TN_E_UNREACHABLE,
	               "no TLS session: its certificate is not of our "
	               "authority, has expired or is for another name, or it "
	               "refuses ours");
}

int
tn_tls_start(LDAP *ld, const struct tn_server *server, int64_t deadline,
             struct tn_err *err)
{
	int code;

	code = tn_tls_context(ld, server, err);
	if (code == TN_OK)
		code = handshake(ld, deadline, err);
	if (code == TN_OK && !ldap_tls_inplace(ld))
		code = tn_fail(err, TN_E_BUG, "no TLS after its handshake");
	return code;
}
