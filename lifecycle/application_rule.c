#include "application.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attrs.h"

static const struct {
	const char *text;
	const char *confirmer;
	const char *approver;
} kinds[] = {
	[APPLICATION_ACCOUNT] = { "account", "the head of the department",
	                          "the IT manager" },
	[APPLICATION_ROSTER] = { "roster", "hr", "the IT manager" },
	[APPLICATION_SERVICE] = { "service", "the head of the department",
	                          "the IT manager" },
	[APPLICATION_CHANGE] = { "change", "the head of the department", "hr" },
	[APPLICATION_CLOSURE] = { "closure", "the head of the department",
	                          "hr" },
};

const char *
application_kind_text(enum application_kind kind)
{
	return kinds[kind].text;
}

bool
application_kind_parse(const char *text, enum application_kind *ret)
{
	size_t i;

	for (i = APPLICATION_ACCOUNT; i < TN_ARRAY_LEN(kinds); i++) {
		if (strcmp(text, kinds[i].text))
			continue;
		*ret = (enum application_kind)i;
		return true;
	}
	return false;
}

const char *
application_confirmer(enum application_kind kind)
{
	return kinds[kind].confirmer;
}

const char *
application_approver(enum application_kind kind)
{
	return kinds[kind].approver;
}

/* A rejection counts whatever else was signed. */
enum application_state
application_state(const struct application *application)
{
	if (*application->rejected_by)
		return APPLICATION_REJECTED;
	if (*application->approved_by)
		return APPLICATION_APPROVED;
	if (*application->confirmed_by)
		return APPLICATION_CONFIRMED;
	return APPLICATION_FILED;
}

const char *
application_state_text(enum application_state state)
{
	switch (state) {
	case APPLICATION_FILED:
		return "filed";
	case APPLICATION_CONFIRMED:
		return "confirmed";
	case APPLICATION_APPROVED:
		return "approved";
	case APPLICATION_REJECTED:
		break;
	}
	return "rejected";
}

bool
application_lists(const struct application *application, const char *number)
{
	size_t i;

	for (i = 0; i < application->number_count; i++) {
		if (!strcasecmp(application->numbers[i], number))
			return true;
	}
	return false;
}

bool
application_permits(const struct application *application, const char *number)
{
	return application_state(application) == APPLICATION_APPROVED &&
	       (application->kind == APPLICATION_ACCOUNT ||
	        application->kind == APPLICATION_ROSTER) &&
	       application_lists(application, number);
}

const struct applicant *
application_person(const struct application *application, const char *number)
{
	size_t i;

	for (i = 0; i < application->count; i++) {
		if (!strcasecmp(application->people[i].number, number))
			return &application->people[i];
	}
	return NULL;
}

int
application_closes(const struct application *application, const char *number,
                   struct tn_err *err)
{
	const enum application_state state = application_state(application);

	if (application->kind != APPLICATION_CLOSURE)
		return tn_fail(err, TN_E_RULE, "%s asks for no closure",
		               application->name);
	if (state != APPLICATION_APPROVED)
		return tn_fail(err, TN_E_RULE, "%s is %s, not approved",
		               application->name,
		               application_state_text(state));
	if (!application_lists(application, number))
		return tn_fail(err, TN_E_RULE, "%s does not list %.64s",
		               application->name, number);
	return TN_OK;
}

const char *
application_differs(const struct application *application,
                    const struct applicant *person, const char *name,
                    const char *department)
{
	if (!person)
		return "the approved application does not say who has this "
		       "number";
	if (strcmp(person->name, name))
		return "the approved application has another name for this "
		       "number";
	if (application->kind == APPLICATION_ACCOUNT && *department &&
	    strcmp(person->department, department))
		return "the approved application has another department for "
		       "this number";
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words that must stand in the list, once each, and no others. */
static bool
same_words(const char **wanted, const char **listed, size_t count)
{
	size_t i;

	qsort(wanted, count, sizeof(*wanted), compare);
	qsort(listed, count, sizeof(*listed), compare);
	for (i = 0; i < count; i++) {
		if (strcasecmp(wanted[i], listed[i]) ||
		    (i && !strcasecmp(wanted[i], wanted[i - 1])))
			return false;
	}
	return true;
}

/* Of a service the list has its dn too. */
static bool
names_service(const struct application *application, const char *listed)
{
	char login[APPLICATION_FIELD_MAX];

	if (application->kind != APPLICATION_SERVICE ||
	    strncasecmp(listed, "uid=", 4))
		return false;
	application_dn_value(listed, login, sizeof(login));
	return !strcmp(login, application->login);
}

bool
application_is_consistent(const struct application *application)
{
	const bool is_service = application->kind == APPLICATION_SERVICE;
	const size_t count = application->count;
	const char **wanted;
	const char **listed;
	size_t services = 0;
	bool good = false;
	size_t i;

	if (!application->form || !count ||
	    application->number_count != count + is_service)
		return false;
	wanted = calloc(count, sizeof(*wanted));
	listed = calloc(count + 1, sizeof(*listed));
	if (wanted && listed) {
		for (i = 0; i < count; i++)
			wanted[i] = application->people[i].number;
		for (i = 0; i < application->number_count; i++) {
			const char *number = application->numbers[i];

			if (names_service(application, number))
				services++;
			else
				listed[i - services] = number;
		}
		good = services == is_service &&
		       same_words(wanted, listed, count);
	}
	free(wanted);
	free(listed);
	return good;
}

static int
check_open(const struct application *application,
           const struct application_signer *signer, struct tn_err *err)
{
	char who[APPLICATION_FIELD_MAX];

	switch (application_state(application)) {
	case APPLICATION_REJECTED:
		application_dn_value(application->rejected_by, who,
		                     sizeof(who));
		return tn_fail(err, TN_E_RULE,
		               "%s was rejected by %.64s, which is final: "
		               "file it anew",
		               application->name, who);
	case APPLICATION_APPROVED:
		return tn_fail(err, TN_E_RULE, "%s is approved already",
		               application->name);
	case APPLICATION_FILED:
	case APPLICATION_CONFIRMED:
		break;
	}
	if (*signer->number && application_lists(application, signer->number))
		return tn_fail(err, TN_E_RULE,
		               "%s is about yourself (%.64s): another has to "
		               "sign it",
		               application->name, signer->number);
	return TN_OK;
}

int
application_may_sign(const struct application *application,
                     const struct application_signer *signer,
                     struct tn_err *err)
{
	char head[APPLICATION_FIELD_MAX];
	int r = check_open(application, signer, err);

	if (r)
		return r;
	if (!application_is_consistent(application))
		return tn_fail(err, TN_E_RULE,
		               "what %s says on the form is not what it "
		               "lists: reject it",
		               application->name);
	if (application_state(application) == APPLICATION_CONFIRMED) {
		if (!strcasecmp(application->confirmed_by, signer->dn))
			return tn_fail(err, TN_E_RULE,
			               "you have signed %s: now %s has to, "
			               "and that is another person",
			               application->name,
			               application_approver(application->kind));
		return TN_OK;
	}
	if (application->kind == APPLICATION_ROSTER || !*signer->head ||
	    !strcasecmp(signer->head, signer->dn))
		return TN_OK;
	application_dn_value(signer->head, head, sizeof(head));
	return tn_fail(err, TN_E_RULE,
	               "the head of the department, %.64s, has to confirm %s "
	               "first",
	               head, application->name);
}

int
application_may_reject(const struct application *application,
                       const struct application_signer *signer,
                       struct tn_err *err)
{
	return check_open(application, signer, err);
}
