/* The table from our codes to the name service switch, row by row. */
#include <config.h>

#include <criterion/criterion.h>
#include <errno.h>
#include "base/attrs.h"
#include "base/err.h"
#include "nss_module/nss_status.h"

#define UNTOUCHED 4711

struct row {
	const char *name;
	int code;
	enum nss_status status;
	int sys;
};

static void
try_rows(const struct row *rows, size_t count,
         enum nss_status (*ask)(int code, int *errnop))
{
	size_t i;

	for (i = 0; i < count; i++) {
		int sys = UNTOUCHED;

		cr_expect_eq(ask(rows[i].code, &sys), rows[i].status, "%s",
		             rows[i].name);
		cr_expect_eq(sys, rows[i].sys, "%s: %d", rows[i].name, sys);
	}
}

Test(nss_status, a_lookup_says_found_unknown_small_or_unavailable)
{
	static const struct row rows[] = {
		{ "ok", TN_OK, NSS_STATUS_SUCCESS, UNTOUCHED },
		{ "unknown", TN_E_NOT_FOUND, NSS_STATUS_NOTFOUND, ENOENT },
		{ "small", TN_E_LIMIT, NSS_STATUS_TRYAGAIN, ERANGE },
		{ "memory", TN_E_NO_MEMORY, NSS_STATUS_TRYAGAIN, ENOMEM },
		{ "damaged", TN_E_DAMAGED, NSS_STATUS_UNAVAIL, EBADMSG },
		{ "io", TN_E_IO, NSS_STATUS_UNAVAIL, EIO },
		{ "bug", TN_E_BUG, NSS_STATUS_UNAVAIL, EIO },
		{ "a code of later", -99, NSS_STATUS_UNAVAIL, EIO },
		{ "a code that is none", 1, NSS_STATUS_UNAVAIL, EIO },
	};

	try_rows(rows, TN_ARRAY_LEN(rows), tn_nss_status_of_lookup);
}

/* DESIGN section 7: no snapshot is no answer, least of all "no such user". */
Test(nss_status, without_a_snapshot_nobody_is_called_unknown)
{
	static const struct row rows[] = {
		{ "ok", TN_OK, NSS_STATUS_SUCCESS, UNTOUCHED },
		{ "none", TN_E_NOT_FOUND, NSS_STATUS_UNAVAIL, ENOENT },
		{ "limit", TN_E_LIMIT, NSS_STATUS_UNAVAIL, EIO },
		{ "memory", TN_E_NO_MEMORY, NSS_STATUS_UNAVAIL, ENOMEM },
		{ "damaged", TN_E_DAMAGED, NSS_STATUS_UNAVAIL, EBADMSG },
		{ "io", TN_E_IO, NSS_STATUS_UNAVAIL, EIO },
		{ "a code of later", -99, NSS_STATUS_UNAVAIL, EIO },
	};

	try_rows(rows, TN_ARRAY_LEN(rows), tn_nss_status_of_take);
}
