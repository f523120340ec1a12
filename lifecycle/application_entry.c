/* From the directory's entry to an application. */
#include "application.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"

const char *const application_attributes[] = {
	"objectClass",
	"cn",
	"tenureApplicationKind",
	"tenureApplicationNumber",
	"tenureApplicationDepartment",
	"tenureApplicationText",
	"tenureConfirmedBy",
	"tenureConfirmedTime",
	"tenureApprovedBy",
	"tenureRejectedBy",
	"tenureRejectedReason",
	"creatorsName",
	"createTimestamp",
	"modifyTimestamp",
	NULL,
};

void
application_free(struct application *application)
{
	size_t i;

	if (!application)
		return;
	for (i = 0; i < application->number_count; i++)
		free(application->numbers[i]);
	free(application->numbers);
	free(application->people);
	json_decref(application->form);
	free(application->name);
	free(application->department_dn);
	free(application->filed_by);
	free(application->confirmed_by);
	free(application->approved_by);
	free(application->rejected_by);
	free(application->rejected_reason);
	free(application);
}

/* A copy of the only value, or of "". NULL: out of memory. */
static char *
text_of(const struct tn_entry *entry, const char *attribute)
{
	const char *text = tn_entry_text(entry, attribute);

	return strdup(text ? text : "");
}

static bool
take_numbers(struct application *application, const struct tn_entry *entry)
{
	const struct tn_value *values;
	size_t count = 0;
	size_t i;

	values = tn_entry_values(entry, "tenureApplicationNumber", &count);
	application->numbers = calloc(count + 1, sizeof(*application->numbers));
	for (i = 0; application->numbers && i < count; i++) {
		application->numbers[i] = strdup(values[i].data);
		if (!application->numbers[i])
			return false;
		application->number_count++;
	}
	return application->numbers != NULL;
}

static void
take_times(struct application *application, const struct tn_entry *entry)
{
	application->filed = TN_TIME_NONE;
	application->confirmed = TN_TIME_NONE;
	application->decided = TN_TIME_NONE;
	(void)tn_entry_time(entry, "createTimestamp", &application->filed);
	(void)tn_entry_time(entry, "tenureConfirmedTime",
	                    &application->confirmed);
	/* Nothing can be written any more once it is decided. */
	if (*application->approved_by || *application->rejected_by)
		(void)tn_entry_time(entry, "modifyTimestamp",
		                    &application->decided);
}

int
application_from_entry(const struct tn_entry *entry, struct application **ret,
                       struct tn_err *err)
{
	const char *kind = tn_entry_text(entry, "tenureApplicationKind");
	const struct tn_value *text;
	struct application *application;
	enum application_kind parsed;
	size_t count = 0;

	if (!tn_entry_is(entry, "tenureForm") || !kind ||
	    !application_kind_parse(kind, &parsed))
		return tn_fail(err, TN_E_INVALID, "%.200s: no application",
		               entry->dn);
	application = calloc(1, sizeof(*application));
	if (!application)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	application->kind = parsed;
	application->reason = application->what = application->login = "";
	application->name = text_of(entry, "cn");
	application->department_dn =
	    text_of(entry, "tenureApplicationDepartment");
	application->filed_by = text_of(entry, "creatorsName");
	application->confirmed_by = text_of(entry, "tenureConfirmedBy");
	application->approved_by = text_of(entry, "tenureApprovedBy");
	application->rejected_by = text_of(entry, "tenureRejectedBy");
	application->rejected_reason = text_of(entry, "tenureRejectedReason");
	if (!application->name || !application->department_dn ||
	    !application->filed_by || !application->confirmed_by ||
	    !application->approved_by || !application->rejected_by ||
	    !application->rejected_reason ||
	    !take_numbers(application, entry)) {
		application_free(application);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	take_times(application, entry);
	text = tn_entry_values(entry, "tenureApplicationText", &count);
	if (count == 1)
		(void)application_form_read(application, text->data, text->len);
	*ret = application;
	return TN_OK;
}

static int
hex(char digit)
{
	const char *digits = "0123456789abcdef";
	const char *at = digit ? strchr(digits, digit | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

void
application_dn_value(const char *dn, char *ret, size_t size)
{
	const char *at = strchr(dn, '=');
	size_t len = 0;
	int high;
	int low;

	for (at = at ? at + 1 : dn; *at && *at != ',' && *at != '+'; at++) {
		char byte = *at;

		if (byte == '\\' && at[1]) {
			at++;
			byte = *at;
			high = hex(at[0]);
			low = high >= 0 ? hex(at[1]) : -1;
			if (low >= 0) {
				byte = (char)(high * 16 + low);
				at++;
			}
		}
		if (len + 1 < size)
			ret[len++] = byte;
	}
	ret[len] = '\0';
}
