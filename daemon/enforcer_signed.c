/*
 * Signed requests: what two people ask of a role, or of who holds one. Read
 * again before each is judged, so that of two at once the second sees what the
 * first did. Every step can be done again: whoever stops the enforcer between
 * two of them finds the rest done at its next start.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/signed_request.h"
#include "directory/write.h"
#include "enforcer.h"
#include "enforcer_signed.h"
#include "enforcer_turn.h"

#define REQUESTS_MAX 32 /* at a time; the others follow a second later */

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

struct requests {
	int64_t now;
	struct tn_turn turn;
	size_t count;
	struct tn_signed_request of[REQUESTS_MAX + 1]; /* one to look at */
	/* One that cannot be read, and why; "": none seen. */
	char bad_dn[TN_DN_MAX + 1];
	char bad_why[TN_ERR_TEXT_MAX + 64];
};

/* One that nobody can date is older than any. */
static int64_t
age_of(const struct tn_signed_request *request, int64_t now)
{
	return request->asked == TN_TIME_NONE ? INT64_MAX
	                                      : now - request->asked;
}

/* Those that wait for a signature and have time are left where they are. */
static int
take_request(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct requests *requests = arg;
	struct tn_signed_request *request = &requests->of[requests->count];
	struct tn_err own = TN_ERR_INIT;
	bool is_signed;

	(void)err;
	if (tn_signed_request_from_entry(entry, request, &own) != TN_OK) {
		if (tn_text_copy(requests->bad_dn, sizeof(requests->bad_dn),
		                 entry->dn))
			(void)snprintf(
			    requests->bad_why, sizeof(requests->bad_why),
			    "refused: it cannot be read: %s", own.text);
		tn_text_cut(requests->bad_why, TN_REQUEST_RESULT_MAX);
		return TN_OK;
	}
	is_signed = request->superior[0] != '\0' && request->second[0] != '\0';
	if ((is_signed || age_of(request, requests->now) >
	                      (int64_t)TN_REQUEST_DAYS * 86400) &&
	    tn_turn_takes(&requests->turn, REQUESTS_MAX))
		requests->count++;
	return TN_OK;
}

/* What stands between the enforcer's own locks under this request's name. */
static int
take_lock(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	*(bool *)arg = true;
	return TN_OK;
}

void
tn_signed_lock_name(const struct tn_signed_request *request,
                    char ret[TN_SIGNED_LOCK_MAX])
{
	char uuid[TN_UUID_TEXT_MAX];

	tn_uuid_format(&request->uuid, uuid);
	(void)snprintf(ret, TN_SIGNED_LOCK_MAX, "request-%s", uuid);
}

static int
find_lock(struct tn_enforcer *enforcer, const struct tn_signed_request *request,
          bool *ret, struct tn_err *err)
{
	static const char *const wanted[] = { "cn", NULL };
	char name[TN_SIGNED_LOCK_MAX];
	char dn[TN_DN_MAX + 1];
	char filter[TN_DN_MAX + 64];
	int rc;

	*ret = false;
	tn_signed_lock_name(request, name);
	(void)snprintf(dn, sizeof(dn), "cn=%s,ou=locks,%s", name,
	               enforcer->config->base);
	(void)snprintf(filter, sizeof(filter),
	               "(&(objectClass=tenureLock)(tenureLockedBy=%s))",
	               enforcer->dn);
	rc = tn_search(enforcer->work, dn, TN_SCOPE_BASE, filter, wanted,
	               take_lock, ret, err);
	return rc == TN_E_NOT_FOUND ? TN_OK : rc;
}

static bool
is_same(const struct tn_uuid *a, const struct tn_uuid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* The table may know of a lock that the status does not tell of yet. */
static void
mind_locks(const struct tn_enforcer *enforcer, struct tn_found_holder *found)
{
	const struct tn_table_account *at =
	    tn_table_by_uuid(&enforcer->table, &found->uuid);

	if (at != NULL && at->locks != 0)
		found->holder.is_active = false;
}

static int
read_holder(struct tn_enforcer *enforcer, const char *dn,
            struct tn_found_holder *ret, struct tn_err *err)
{
	int rc;

	*ret = (struct tn_found_holder){ .is_there = false };
	if (dn[0] == '\0')
		return TN_OK;
	rc = tn_holder_read(enforcer->work, enforcer->config->base, dn, ret,
	                    err);
	if (rc == TN_OK && ret->is_there)
		mind_locks(enforcer, ret);
	return rc;
}

static int
gather(struct tn_enforcer *enforcer, const struct tn_signed_request *request,
       struct tn_signed_people *people, struct tn_request_facts *facts,
       struct tn_err *err)
{
	int rc;

	*facts = (struct tn_request_facts){
		.kind = request->kind,
		.role = request->role,
		.level = request->level,
		.age = age_of(request, (int64_t)time(NULL)),
		.has_superior = request->superior[0] != '\0',
		.has_second = request->second[0] != '\0',
	};
	rc = read_holder(enforcer, request->whom, &people->subject, err);
	if (rc == TN_OK)
		rc = read_holder(enforcer, request->superior, &people->superior,
		                 err);
	if (rc == TN_OK)
		rc = read_holder(enforcer, request->second, &people->second,
		                 err);
	if (rc == TN_OK)
		rc = find_lock(enforcer, request, &facts->is_begun, err);
	if (rc == TN_OK && request->role != TN_ROLE_NONE)
		rc = tn_superiors_count(enforcer->work, enforcer->config->base,
		                        request->role, &people->subject.uuid,
		                        &facts->superiors_left, err);
	facts->subject = people->subject.holder;
	facts->superior = people->superior.holder;
	facts->second = people->second.holder;
	facts->subject_is_one =
	    people->subject.is_there &&
	    is_same(&people->subject.uuid, &request->person_uuid) &&
	    strcmp(people->subject.staff_number, request->staff_number) == 0;
	facts->is_same_signer =
	    people->superior.is_there && people->second.is_there &&
	    is_same(&people->superior.uuid, &people->second.uuid);
	facts->subject_signed =
	    people->subject.is_there &&
	    ((people->superior.is_there &&
	      is_same(&people->superior.uuid, &people->subject.uuid)) ||
	     (people->second.is_there &&
	      is_same(&people->second.uuid, &people->subject.uuid)));
	return rc;
}

static const char *
or_unknown(const char *text)
{
	return text != NULL ? text : "(unknown)";
}

static int
answer(struct tn_enforcer *enforcer, const struct tn_signed_request *request,
       const char *words, struct tn_err *err)
{
	char cut[TN_REQUEST_RESULT_MAX];
	const struct tn_modification change = { TN_MODIFY_ADD,
		                                "tenureRequestResult",
		                                ONE(cut) };
	int rc;

	(void)snprintf(cut, sizeof(cut), "%s", words);
	tn_text_cut(cut, sizeof(cut) - 1);
	rc = tn_modify(enforcer->work, request->dn, &change, 1, NULL, err);
	if (rc == TN_OK)
		tn_log_warning(
		    "request %s (%s %s level %d, %s; signed by %s and %s): %s",
		    request->name,
		    or_unknown(tn_request_kind_text(request->kind)),
		    or_unknown(tn_role_text(request->role)), request->level,
		    request->whom,
		    request->superior[0] != '\0' ? request->superior : "nobody",
		    request->second[0] != '\0' ? request->second : "nobody",
		    cut);
	return rc == TN_E_EXISTS ? TN_OK : rc;
}

/* *ret_locked: somebody is locked now, and the status will say so at the next
   look. */
static int
treat(struct tn_enforcer *enforcer, const struct tn_signed_request *request,
      bool *ret_locked, struct tn_err *err)
{
	struct tn_signed_people people;
	struct tn_request_facts facts;
	enum tn_request_verdict verdict;
	struct tn_err own = TN_ERR_INIT;
	char words[TN_ERR_TEXT_MAX + 64];
	int rc = gather(enforcer, request, &people, &facts, err);

	if (rc != TN_OK)
		return rc;
	verdict = tn_request_judge(&facts);
	if (verdict == TN_REQUEST_WAIT)
		return TN_OK;
	if (verdict == TN_REQUEST_DO || verdict == TN_REQUEST_DO_LOCK)
		rc = tn_signed_carry_out(enforcer, request, &people, verdict,
		                         &own);
	*ret_locked = request->kind == TN_REQUEST_SUSPEND ||
	              request->kind == TN_REQUEST_DEPART;
	if (rc == TN_OK)
		return answer(enforcer, request, tn_request_words(verdict),
		              err);
	if (rc != TN_E_DENIED && rc != TN_E_RULE && rc != TN_E_EXISTS) {
		*err = own; /* it failed: it is tried again */
		return rc;
	}
	/* What the server refuses is the answer, for what is left of it. */
	rc = find_lock(enforcer, request, &facts.is_begun, err);
	(void)snprintf(words, sizeof(words), "%s%s",
	               facts.is_begun
	                   ? "granted: locked; not taken out of the role: "
	                   : "refused: ",
	               own.code == TN_E_DENIED
	                   ? "slapd does not let it through: a signer lost the "
	                     "role meanwhile, or another request for this role "
	                     "and person has one of the same signers"
	                   : own.text);
	return rc == TN_OK ? answer(enforcer, request, words, err) : rc;
}

/* Nobody could ever sign it: what the tool shows is not what it says. */
static int
refuse_bad(struct tn_enforcer *enforcer, const struct requests *requests,
           struct tn_err *err)
{
	const struct tn_modification change = { TN_MODIFY_ADD,
		                                "tenureRequestResult",
		                                ONE(requests->bad_why) };
	int rc =
	    tn_modify(enforcer->work, requests->bad_dn, &change, 1, NULL, err);

	tn_log_warning("%s: %s%s%s", requests->bad_dn, requests->bad_why,
	               rc == TN_OK ? "" : "; not answered: ",
	               rc == TN_OK ? "" : err->text);
	if (rc != TN_OK && !tn_enforcer_is_answer(rc))
		return rc;
	*err = (struct tn_err)TN_ERR_INIT;
	return TN_OK;
}

int
tn_enforcer_signed(struct tn_enforcer *enforcer, struct tn_err *err)
{
	static struct requests requests; /* large; one thread */
	char folder[TN_DN_MAX + 1];
	bool is_locked = false;
	size_t i;
	int rc;

	requests.now = (int64_t)time(NULL);
	requests.count = 0;
	requests.bad_dn[0] = '\0';
	tn_turn_begin(&requests.turn);
	(void)snprintf(folder, sizeof(folder), "ou=requests,%s",
	               enforcer->config->base);
	rc = tn_search(enforcer->work, folder, TN_SCOPE_ONE,
	               "(&(objectClass=tenureRequest)"
	               "(!(tenureRequestResult=*)))",
	               tn_signed_request_attributes, take_request, &requests,
	               err);
	if (rc == TN_E_NOT_FOUND) { /* a directory from before there were any */
		*err = (struct tn_err)TN_ERR_INIT;
		rc = TN_OK;
	}
	if (rc == TN_OK)
		tn_turn_end(&requests.turn);
	if (rc == TN_OK && requests.bad_dn[0] != '\0')
		rc = refuse_bad(enforcer, &requests, err);
	/* The last two of a role are counted by their status, which follows a
	   lock: who comes next waits until it has. */
	for (i = 0; rc == TN_OK && !is_locked && i < requests.count; i++) {
		rc = treat(enforcer, &requests.of[i], &is_locked, err);
		if (rc != TN_OK && tn_enforcer_is_answer(rc)) {
			tn_log_error("request %s: not carried out yet: %s",
			             requests.of[i].name, err->text);
			*err = (struct tn_err)TN_ERR_INIT;
			rc = TN_OK;
		}
	}
	return rc;
}
