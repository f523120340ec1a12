#include <config.h>

#include "nss_status.h"

#include <errno.h>

#include "base/attrs.h"
#include "base/err.h"

struct row {
	int code;
	enum nss_status lookup;
	int lookup_errno;
	enum nss_status take;
	int take_errno;
};

/* The last row is for every other code. */
static const struct row rows[] = {
	{ TN_OK, NSS_STATUS_SUCCESS, 0, NSS_STATUS_SUCCESS, 0 },
	{ TN_E_NOT_FOUND, NSS_STATUS_NOTFOUND, ENOENT, NSS_STATUS_UNAVAIL,
	  ENOENT },
	/* The caller comes again with a larger buffer. */
	{ TN_E_LIMIT, NSS_STATUS_TRYAGAIN, ERANGE, NSS_STATUS_UNAVAIL, EIO },
	{ TN_E_NO_MEMORY, NSS_STATUS_TRYAGAIN, ENOMEM, NSS_STATUS_UNAVAIL,
	  ENOMEM },
	{ TN_E_DAMAGED, NSS_STATUS_UNAVAIL, EBADMSG, NSS_STATUS_UNAVAIL,
	  EBADMSG },
	{ TN_E_BUG, NSS_STATUS_UNAVAIL, EIO, NSS_STATUS_UNAVAIL, EIO },
};

static const struct row *
row_of(int code)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows) - 1; i++)
		if (rows[i].code == code)
			break;
	return &rows[i];
}

enum nss_status
tn_nss_status_of_lookup(int code, int *errnop)
{
	const struct row *row = row_of(code);

	if (row->lookup != NSS_STATUS_SUCCESS)
		*errnop = row->lookup_errno;
	return row->lookup;
}

enum nss_status
tn_nss_status_of_take(int code, int *errnop)
{
	const struct row *row = row_of(code);

	if (row->take != NSS_STATUS_SUCCESS)
		*errnop = row->take_errno;
	return row->take;
}
