#include <config.h>

#include "notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/text.h"

void
tn_notify(const char *path, const char *state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len;
	int socket_fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    !tn_text_copy(address.sun_path, sizeof(address.sun_path), path))
		return;
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	                  strlen(path) + (path[0] == '/' ? 1 : 0));
	if (path[0] == '@') /* abstract */
		address.sun_path[0] = '\0';
	socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (socket_fd < 0)
		return;
	(void)sendto(socket_fd, state, strlen(state), MSG_NOSIGNAL,
	             (const struct sockaddr *)&address, len);
	(void)close(socket_fd);
}
