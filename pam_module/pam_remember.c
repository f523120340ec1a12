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

/* What is kept, NULL where nothing is. */
static int
get_memory(pam_handle_t *pamh, struct memory **ret)
{
	const void *data = NULL;
	int status = pam_get_data(pamh, DATA_NAME, &data);

	*ret = NULL;
	if (status == PAM_NO_MODULE_DATA)
		return PAM_SUCCESS;
	if (status != PAM_SUCCESS)
		return status;
	/* Ours, written through release() only; libpam lends it as const. */
	memcpy(ret, &data, sizeof(data));
	return PAM_SUCCESS;
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

int
tn_pam_recall(pam_handle_t *pamh, const char *user, struct tn_pam_recalled *ret)
{
	struct memory *memory = NULL;
	int status = get_memory(pamh, &memory);

	*ret = (struct tn_pam_recalled){ .checked = false };
	if (status != PAM_SUCCESS || memory == NULL ||
	    strcmp(memory->user, user) != 0)
		return status;
	ret->checked = true;
	ret->password = memory->has_password ? memory->password : NULL;
	return PAM_SUCCESS;
}

void
tn_pam_forget(pam_handle_t *pamh)
{
	struct memory *memory = NULL;

	if (get_memory(pamh, &memory) != PAM_SUCCESS || memory == NULL)
		return;
	memory->has_password = false;
	explicit_bzero(memory->password, sizeof(memory->password));
}
