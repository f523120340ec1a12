#include <config.h>

#include "pam_held.h"

#include <stdlib.h>
#include <string.h>
#include "base/attrs.h"

#define DATA_NAME "tenure_held"

static void
release(pam_handle_t *pamh TN_UNUSED, void *data, int status TN_UNUSED)
{
	free(data);
}

const char *
tn_pam_held(pam_handle_t *pamh)
{
	const void *data = NULL;

	if (pam_get_data(pamh, DATA_NAME, &data) != PAM_SUCCESS)
		return NULL;
	return data;
}

void
tn_pam_held_keep(pam_handle_t *pamh, const char *token)
{
	char *copy = NULL;

	if (token[0] == '\0' && tn_pam_held(pamh) == NULL)
		return;
	if (token[0] != '\0')
		copy = strdup(token);
	/* Where that fails the old one stays, which opens nothing any more. */
	if (pam_set_data(pamh, DATA_NAME, copy, release) != PAM_SUCCESS)
		free(copy);
}
