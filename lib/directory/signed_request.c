#include "directory/signed_request.h"

#include <string.h>
#include <strings.h>
#include "base/attrs.h"
#include "base/text.h"

const char *const tn_signed_request_attributes[] = { "cn",
	                                             "entryUUID",
	                                             "createTimestamp",
	                                             "creatorsName",
	                                             "tenurePersonUUID",
	                                             "tenureRequestKind",
	                                             "tenureRequestLevel",
	                                             "tenureRequestReason",
	                                             "tenureRequestResult",
	                                             "tenureRequestRole",
	                                             "tenureRequestWhom",
	                                             "tenureSignedSecond",
	                                             "tenureSignedSuperior",
	                                             "tenureStaffNumber",
	                                             NULL };

/* "cn=system,ou=roles,BASE", of a request "cn=...,ou=requests,BASE": elsewhere
   there is no role, whatever it is called. */
static enum tn_role
role_of_dn(const char *dn, const char *request)
{
	static const char beneath[] = ",ou=roles,";
	static const char beside[] = ",ou=requests,";
	char name[16];
	size_t len = strcspn(dn, ",");

	request += strcspn(request, ",");
	if (strncasecmp(dn, "cn=", 3) != 0 || len < 3 ||
	    len - 3 >= sizeof(name) ||
	    strncasecmp(dn + len, beneath, sizeof(beneath) - 1) != 0 ||
	    strncasecmp(request, beside, sizeof(beside) - 1) != 0 ||
	    strcasecmp(dn + len + sizeof(beneath) - 1,
	               request + sizeof(beside) - 1) != 0)
		return TN_ROLE_NONE;
	memcpy(name, dn + 3, len - 3);
	name[len - 3] = '\0';
	return tn_role_parse(name);
}

int
tn_signed_request_from_entry(const struct tn_entry *entry,
                             struct tn_signed_request *ret, struct tn_err *err)
{
	struct tn_signed_request request = { .asked = TN_TIME_NONE };
	const struct {
		const char *attribute;
		char *to;
		size_t size;
	} texts[] = {
		{ "tenureRequestRole", request.role_dn, sizeof(request.role_dn) },
		{ "tenureRequestWhom", request.whom, sizeof(request.whom) },
		{ "tenureStaffNumber", request.staff_number,
		  sizeof(request.staff_number) },
		{ "tenureRequestReason", request.reason,
		  sizeof(request.reason) },
		{ "tenureSignedSuperior", request.superior,
		  sizeof(request.superior) },
		{ "tenureSignedSecond", request.second, sizeof(request.second) },
		{ "tenureRequestResult", request.result,
		  sizeof(request.result) },
		{ "creatorsName", request.asked_by, sizeof(request.asked_by) },
	};
	const char *text;
	size_t i;

	if (!tn_text_copy(request.dn, sizeof(request.dn), entry->dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	text = tn_entry_name(entry, "cn");
	if (!tn_text_copy(request.name, sizeof(request.name),
	                  text != NULL ? text : ""))
		return tn_fail(err, TN_E_LIMIT, "the name is too long");
	tn_text_clean(request.name);
	for (i = 0; i < TN_ARRAY_LEN(texts); i++) {
		text = tn_entry_text(entry, texts[i].attribute);
		if (text != NULL &&
		    !tn_text_copy(texts[i].to, texts[i].size, text))
			return tn_fail(err, TN_E_LIMIT, "%s is too long",
			               texts[i].attribute);
	}
	tn_text_clean(request.result);
	request.uuid = entry->uuid;
	request.kind = tn_request_kind_parse(
	    tn_entry_text(entry, "tenureRequestKind"));
	request.role = role_of_dn(request.role_dn, request.dn);
	text = tn_entry_text(entry, "tenureRequestLevel");
	if (text != NULL && (text[0] == '1' || text[0] == '2') &&
	    text[1] == '\0')
		request.level = text[0] - '0';
	text = tn_entry_text(entry, "tenurePersonUUID");
	if (text != NULL &&
	    tn_uuid_parse(text, &request.person_uuid, NULL) != TN_OK)
		memset(&request.person_uuid, 0, sizeof(request.person_uuid));
	(void)tn_entry_time(entry, "createTimestamp", &request.asked);
	*ret = request;
	return TN_OK;
}
