#include "init_bundle.h"

#include <string.h>

#include "base/text.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

void
init_bundle_write(const struct init_bundle *bundle, struct tn_buf *ret)
{
	tn_buf_printf(ret,
	              "# For tenure init --provider; nothing here is secret.\n"
	              "provider = %s\nsuffix = %s\norganisation = %s\n"
	              "writer = %s\n%s%s",
	              bundle->provider, bundle->suffix, bundle->organisation,
	              bundle->writer, bundle->certificate, bundle->authority);
}

/* The value of "key = ..." at the start of a line; once, and before any
   certificate. */
static int
take_value(const char *text, const char *key, char *ret, size_t size,
           struct tn_err *err)
{
	const char *stop = strstr(text, BEGIN);
	const char *found = NULL;
	const char *at;
	size_t len = strlen(key);

	for (at = text; *at && at < stop; at += *at == '\n') {
		if (!strncmp(at, key, len) && !strncmp(at + len, " = ", 3)) {
			if (found)
				return tn_fail(err, TN_E_INVALID,
				               "%s stands there twice", key);
			found = at + len + 3;
		}
		at += strcspn(at, "\n");
	}
	if (!found)
		return tn_fail(err, TN_E_INVALID, "it has no %s", key);
	len = strcspn(found, "\n");
	if (len >= size)
		return tn_fail(err, TN_E_INVALID, "%s is too long", key);
	memcpy(ret, found, len);
	ret[len] = '\0';
	if (!len || !tn_text_is_utf8(ret, len) || tn_text_has_control(ret))
		return tn_fail(err, TN_E_INVALID, "%s is no text", key);
	return TN_OK;
}

/* The certificate at *text, which is moved behind it. */
static int
take_certificate(const char **text, char ret[TN_CERTIFICATE_TEXT_MAX],
                 struct tn_err *err)
{
	const char *begin = strstr(*text, BEGIN);
	const char *end = begin ? strstr(begin, END) : NULL;
	size_t len;

	if (!end)
		return tn_fail(err, TN_E_INVALID,
		               "it does not hold two certificates");
	end += strlen(END);
	len = (size_t)(end - begin);
	if (len >= TN_CERTIFICATE_TEXT_MAX)
		return tn_fail(err, TN_E_INVALID, "a certificate is too long");
	memcpy(ret, begin, len);
	ret[len] = '\0';
	*text = end;
	return TN_OK;
}

int
init_bundle_parse(const char *text, struct init_bundle *ret,
                  struct tn_err *err)
{
	const struct {
		const char *key;
		char *to;
		size_t size;
	} values[] = {
		{ "provider", ret->provider, sizeof(ret->provider) },
		{ "suffix", ret->suffix, sizeof(ret->suffix) },
		{ "organisation", ret->organisation,
		  sizeof(ret->organisation) },
		{ "writer", ret->writer, sizeof(ret->writer) },
	};
	const char *at = text;
	size_t i;
	int status;

	if (!strstr(text, BEGIN))
		return tn_fail(err, TN_E_INVALID,
		               "this is no bundle of tenure init "
		               "--add-provider");
	for (i = 0; i < TN_ARRAY_LEN(values); i++) {
		status = take_value(text, values[i].key, values[i].to,
		                    values[i].size, err);
		if (status != TN_OK)
			return status;
	}
	status = take_certificate(&at, ret->certificate, err);
	if (status == TN_OK)
		status = take_certificate(&at, ret->authority, err);
	if (status == TN_OK && *at)
		status = tn_fail(err, TN_E_INVALID,
		                 "something stands behind the certificates");
	return status;
}
