#include <config.h>

#include "pam_remember.h"

#include <string.h>
#include <sys/mman.h>
#include "base/attrs.h"
#include "base/text.h"

#define DATA_NAME "tenure_checked"
/* A whole page on every architecture that Debian has. */
#define ROOM_SIZE 65536

struct memory {
	char user[256];
	bool has_password;
	char password[4096];
};

_Static_assert(sizeof(struct memory) <= ROOM_SIZE, "fits its page");

static void
release(pam_handle_t *pamh TN_UNUSED, void *data, int status TN_UNUSED)
{
	if (data == NULL)
		return;
	explicit_bzero(data, sizeof(struct memory));
	munmap(data, ROOM_SIZE);
}

/* The memory of this user, NULL when there is none. */
static struct memory *
recall(pam_handle_t *pamh, const char *user)
{
	const void *data = NULL;
	struct memory *memory;

	if (pam_get_data(pamh, DATA_NAME, &data) != PAM_SUCCESS || data == NULL)
		return NULL;
	/* Ours, written through release() only; libpam lends it as const. */
	memcpy(&memory, &data, sizeof(data));
	if (user != NULL && strcmp(memory->user, user) != 0)
		return NULL;
	return memory;
}

int
tn_pam_remember(pam_handle_t *pamh, const char *user, const char *password)
{
	struct memory *memory;
	int r;

	memory = mmap(NULL, ROOM_SIZE, PROT_READ | PROT_WRITE,
	              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return PAM_BUF_ERR;
	/* Each may be refused (RLIMIT_MEMLOCK); the wiping does not depend
	   on them. */
	(void)mlock(memory, sizeof(*memory));
	(void)madvise(memory, ROOM_SIZE, MADV_DONTDUMP);
	(void)madvise(memory, ROOM_SIZE, MADV_WIPEONFORK);
	if (!tn_text_copy(memory->user, sizeof(memory->user), user) ||
	    (password != NULL &&
	     !tn_text_copy(memory->password, sizeof(memory->password),
	                   password))) {
		release(NULL, memory, 0);
		return PAM_BUF_ERR;
	}
	memory->has_password = password != NULL;
	r = pam_set_data(pamh, DATA_NAME, memory, release);
	if (r != PAM_SUCCESS)
		release(NULL, memory, 0);
	return r;
}

bool
tn_pam_has_checked(pam_handle_t *pamh, const char *user)
{
	return recall(pamh, user) != NULL;
}

const char *
tn_pam_remembered(pam_handle_t *pamh, const char *user)
{
	struct memory *memory = recall(pamh, user);

	return memory != NULL && memory->has_password ? memory->password : NULL;
}

void
tn_pam_forget(pam_handle_t *pamh)
{
	struct memory *memory = recall(pamh, NULL);

	if (memory == NULL)
		return;
	memory->has_password = false;
	explicit_bzero(memory->password, sizeof(memory->password));
}
