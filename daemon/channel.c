#include <config.h>

#include "channel.h"

#include <errno.h>
#include <sys/socket.h>

int
tn_channel_send(int descriptor, const struct tn_buf *datagram,
                struct tn_err *err)
{
	ssize_t sent;

	if (datagram->failed != TN_OK)
		return tn_fail(err, datagram->failed, "a datagram");
	do {
		sent = send(descriptor, datagram->data, datagram->len,
		            MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return tn_fail_errno(err, TN_E_UNREACHABLE, errno,
		                     "our other process");
	return TN_OK;
}

int
tn_channel_receive(int descriptor, void *data, size_t size, size_t *ret_len,
                   struct tn_err *err)
{
	struct iovec part = { .iov_base = data, .iov_len = size };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t got;

	do {
		got = recvmsg(descriptor, &header, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return tn_fail_errno(err, TN_E_UNREACHABLE, errno,
		                     "our other process");
	if (got == 0)
		return tn_fail(err, TN_E_UNREACHABLE,
		               "our other process is gone");
	if ((header.msg_flags & MSG_TRUNC) != 0)
		return tn_fail(err, TN_E_PROTOCOL, "a datagram too long");
	*ret_len = (size_t)got;
	return TN_OK;
}
