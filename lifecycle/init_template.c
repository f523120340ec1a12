/*
 * Templates: LDIF with @WORDS@. The plain words come from the plan; those of
 * access.ldif are whole clauses, made of plain words, so that a rule there
 * reads as a sentence.
 */
#include "init_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "init_branches.h"
#include "init_reader.h"

#define WORD_MAX  32
#define DEPTH_MAX 4 /* a clause holds a clause holds a plain word */

static const struct {
	const char *word;
	const char *text;
} words[] = {
	{ "CA_FILE", TENURE_SYSCONFDIR "/ca/ca.crt" },
	{ "SERVER_CERTIFICATE", TENURE_SYSCONFDIR "/server.crt" },
	{ "SERVER_KEY", TENURE_SYSCONFDIR "/server.key" },
	{ "MODULE_DIR", TENURE_SLAPD_MODULE_DIR },
	{ "SCHEMA_DIR", "/etc/ldap/schema" },

	{ "PROVIDERS", "dn.onelevel=\"ou=providers,ou=agents,@SUFFIX@\"" },
	{ "HOSTS", "dn.onelevel=\"ou=hosts,@SUFFIX@\"" },
	{ "AGENTS", "dn.onelevel=\"ou=agents,@SUFFIX@\"" },
	{ "BOOTSTRAP", "dn.exact=\"cn=bootstrap,ou=agents,@SUFFIX@\"" },
	{ "SCHEDULER", "dn.exact=\"cn=scheduler,ou=agents,@SUFFIX@\"" },
	{ "ENFORCER", "dn.exact=\"cn=enforcer,ou=agents,@SUFFIX@\"" },
	{ "SYSTEM",
	  "group/tenureRole/member.exact=\"cn=system,ou=roles,@SUFFIX@\"" },
	{ "SECURITY",
	  "group/tenureRole/member.exact=\"cn=security,ou=roles,@SUFFIX@\"" },
	{ "AUDIT",
	  "group/tenureRole/member.exact=\"cn=audit,ou=roles,@SUFFIX@\"" },
	{ "HR", "group/tenureRole/member.exact=\"cn=hr,ou=roles,@SUFFIX@\"" },
	{ "IT_MANAGER",
	  "group/tenureRole/member.exact=\"cn=it-manager,ou=roles,@SUFFIX@\"" },
	/* Within a set: who may sign requests, and those of the first level. */
	{ "OFFICERS", "([cn=system,ou=roles,@SUFFIX@]/member | "
	              "[cn=security,ou=roles,@SUFFIX@]/member)" },
	{ "SUPERIORS", "([cn=system,ou=roles,@SUFFIX@]/tenureRoleSuperior | "
	               "[cn=security,ou=roles,@SUFFIX@]/tenureRoleSuperior)" },
	/* The start of a search for a request that is not answered, of the role
	   that the target is and the person whom the value names. */
	{ "ASKED", "[ldap:///ou=requests,@SUFFIX@??one?"
	           "(&(tenureRequestRole=$1)"
	           "(tenureRequestWhom=${v1})(!(tenureRequestResult=*))" },
	/* "@PEOPLE@" is both (init_branches.h). */
	{ "PERSON", "dn.onelevel=\"ou=people,@SUFFIX@\"" },
	{ "SERVICE", "dn.onelevel=\"ou=services,@SUFFIX@\"" },
	{ "EXISTS", "set=\"([ldap:///] + this + [??base?])/entryDN\"" },
	{ "FORM", "[ldap:///cn=] + this/tenureApplication + "
	          "[,ou=applications,@SUFFIX@??base?(&(tenureApprovedBy=*)"
	          "(!(tenureRejectedBy=*))" },
	{ "APPROVED",
	  "set=\"(@FORM@(|(tenureApplicationKind=account)"
	  "(tenureApplicationKind=roster))(tenureApplicationNumber=] + "
	  "this/employeeNumber + [))])/entryDN\"" },
	{ "APPROVEDSERVICE",
	  "set=\"(@FORM@(tenureApplicationKind=service)"
	  "(tenureApplicationNumber=] + this + "
	  "[)(tenureApplicationNumber=] + this/owner/employeeNumber + "
	  "[))])/entryDN\"" },
	{ "SETTLED", "set=\"[cn=it-manager,ou=roles,@SUFFIX@]/member | "
	             "[ldap:///ou=applications,@SUFFIX@??one?"
	             "(tenureApprovedBy=*)]/entryDN\"" },
	{ "HEAD", "@PERSON@ set=\"this/tenureApplicationDepartment/"
	          "tenureDepartmentHead & user\"" },
	{ "ANYHEAD", "@PERSON@ set=\"([ldap:///ou=departments,@SUFFIX@??one?"
	             "(tenureDepartmentHead=] + user + [)])/entryDN\"" },
	{ "LISTED", "set=\"this/tenureApplicationNumber & "
	            "user/employeeNumber\"" },
	{ "CLOSER", "set=\"([ldap:///ou=incidents,@SUFFIX@??one?"
	            "(&(!(tenureCaseRestoredTime=*))(tenureCaseWhom=] + this + "
	            "[))])/tenureCaseClosedBy & user\"" },
	{ "HOLDER", "set=\"[ldap:///ou=roles,@SUFFIX@??one?"
	            "(objectClass=tenureRole)]/member & this\"" },
	{ "HOLDERSELF", "set=\"[ldap:///ou=roles,@SUFFIX@??one?"
	                "(objectClass=tenureRole)]/member & user\"" },
	/* lib/account/ssh_key.h as far as an expression goes: how each type is
	   written from its first byte on, and how long it is. */
	{ "SSHKEY", "^(@SSHKEYED@|@SSHKEYRSA@|@SSHKEYECDSA@|@SSHKEYTOKEN@)$" },
	{ "SSHKEYED",
	  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-P][A-Za-z0-9+/]{42}" },
	{ "SSHKEYRSA", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAA"
	               "(BA[Q-Za-z0-9+/]|B[B-Za-z0-9+/].|[CDE]..)"
	               "[A-Za-z0-9+/]{342}[A-Za-z0-9+/]*=?=?" },
	{ "SSHKEYECDSA",
	  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAy"
	  "NTYAAABBB[A-Za-z0-9+/]{86}=|"
	  "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAz"
	  "ODQAAABhB[A-Za-z0-9+/]{129}==|"
	  "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1"
	  "MjEAAACFB[A-Za-z0-9+/]{177}==" },
	{ "SSHKEYTOKEN",
	  "sk-ssh-ed25519@openssh[.]com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2gu"
	  "Y29tAAAAI[A-P][A-Za-z0-9+/]{47}[A-Za-z0-9+/]*=?=?|"
	  "sk-ecdsa-sha2-nistp256@openssh[.]com AAAAInNrLWVjZHNhLXNoYTItbmlz"
	  "dHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBB[A-Za-z0-9+/]{90}"
	  "[A-Za-z0-9+/]*=?=?" },
	{ "READERS", "by @AGENTS@ read by @SYSTEM@ read by @SECURITY@ read "
	             "by @AUDIT@ read" },
};

/* The text of a word in ret, or false. */
static bool
look_up(const struct init_plan *plan, const char *data_dir, const char *word,
        char ret[512])
{
	const struct {
		const char *word;
		unsigned int number;
	} numbers[] = {
		{ "SCHEDULER_UID", plan->scheduler_uid },
		{ "SCHEDULER_GID", plan->scheduler_gid },
		{ "ENFORCER_UID", plan->enforcer_uid },
		{ "ENFORCER_GID", plan->enforcer_gid },
		{ "SERVER_ID", (unsigned int)plan->provider },
		{ "MAX_AGE", (unsigned int)plan->max_age_days * 86400 },
		{ "PEER_RID", 3 - (unsigned int)plan->provider },
	};
	size_t i;

	if (!strcmp(word, "SUFFIX"))
		return tn_text_copy(ret, 512, plan->suffix);
	if (!strcmp(word, "ORGANISATION"))
		return tn_text_copy(ret, 512, plan->organisation);
	if (!strcmp(word, "LDIF_DIR"))
		return tn_text_copy(ret, 512, plan->ldif_dir);
	if (!strcmp(word, "DATA_DIR"))
		return tn_text_copy(ret, 512, data_dir);
	if (!strcmp(word, "PEER"))
		return plan->peer && tn_text_copy(ret, 512, plan->peer);
	if (!strcmp(word, "DC")) {
		size_t len = strcspn(plan->suffix, ",");

		snprintf(ret, 512, "%.*s", (int)len - 3, plan->suffix + 3);
		return true;
	}
	for (i = 0; i < TN_ARRAY_LEN(numbers); i++) {
		if (strcmp(word, numbers[i].word))
			continue;
		snprintf(ret, 512, "%u", numbers[i].number);
		return true;
	}
	for (i = 0; i < TN_ARRAY_LEN(words); i++) {
		if (!strcmp(word, words[i].word))
			return tn_text_copy(ret, 512, words[i].text);
	}
	return false;
}

/* Is there a @WORD@ at at? Its length with both signs, or 0. */
static size_t
word_at(const char *at, char word[WORD_MAX])
{
	size_t len = strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	if (len < 1 || len >= WORD_MAX || at[1 + len] != '@')
		return 0;
	memcpy(word, at + 1, len);
	word[len] = '\0';
	return len + 2;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded */
fill(const struct init_plan *plan, const char *data_dir, const char *text,
     unsigned int depth, struct tn_buf *ret, struct tn_err *err)
{
	const char *at = text;

	while (*at) {
		char word[WORD_MAX];
		char replaced[512];
		size_t plain = strcspn(at, "@");
		size_t len;
		int status;

		tn_buf_put(ret, at, plain);
		at += plain;
		if (!*at)
			break;
		len = word_at(at, word);
		if (!len) { /* an at-sign as such */
			tn_buf_put(ret, at++, 1);
			continue;
		}
		if (depth == DEPTH_MAX ||
		    !look_up(plan, data_dir, word, replaced))
			return tn_fail(err, TN_E_INVALID,
			               "there is no word @%s@", word);
		status = fill(plan, data_dir, replaced, depth + 1, ret, err);
		if (status != TN_OK)
			return status;
		at += len;
	}
	if (ret->failed)
		return tn_fail(err, ret->failed, "too long");
	return TN_OK;
}

/* Comments may hold the words as such: they are left out. */
static void
drop_comments(char *text)
{
	char *to = text;
	char *at = text;

	while (*at) {
		size_t len = strcspn(at, "\n");

		len += at[len] == '\n';
		if (*at != '#') {
			memmove(to, at, len);
			to += len;
		}
		at += len;
	}
	*to = '\0';
}

/* slapd's tools drop a record without a dn and report success: a blank line
   in the wrong place would lose access rules. */
static bool
records_have_names(const char *text)
{
	const char *at = text;
	bool is_first = true;

	while (*at) {
		size_t len = strcspn(at, "\n");

		if (!len)
			is_first = true;
		else if (is_first && strncmp(at, "dn:", 3) &&
		         strncmp(at, "include:", 8))
			return false;
		else
			is_first = false;
		at += len + (at[len] == '\n');
	}
	return true;
}

/* A step that makes another text of a template. */
static int
change(char **text, void (*step)(const char *text, struct tn_buf *ret),
       struct tn_err *err)
{
	struct tn_buf changed;
	char *copy = NULL;

	tn_buf_init(&changed, INIT_TEMPLATE_MAX);
	step(*text, &changed);
	if (tn_buf_text(&changed))
		copy = strdup(tn_buf_text(&changed));
	tn_buf_done(&changed);
	if (!copy)
		return tn_fail(err, TN_E_NO_MEMORY, "access rules");
	free(*text);
	*text = copy;
	return TN_OK;
}

int
init_render(const struct init_plan *plan, const char *name,
            const char *data_dir, struct tn_buf *ret, struct tn_err *err)
{
	char path[INIT_PATH_MAX + 64];
	char *text = NULL;
	size_t len;
	int status;

	snprintf(path, sizeof(path), "%s/%s", plan->ldif_dir, name);
	status = tn_file_read(path, INIT_TEMPLATE_MAX, &text, &len, err);
	if (status != TN_OK)
		return status;
	if (strlen(text) != len) {
		status = tn_fail(err, TN_E_INVALID, "%s: holds a NUL", path);
		goto out;
	}
	/* Where accounts are only read, nobody is to write to them. */
	if (init_plan_is_reader(plan))
		status = change(&text, init_reader_cap, err);
	if (status != TN_OK)
		goto out;
	drop_comments(text);
	status = change(&text, init_branches_split, err);
	if (status != TN_OK)
		goto out;
	if (!records_have_names(text)) {
		status =
		    tn_fail(err, TN_E_INVALID,
		            "%s: a record does not start with its dn", path);
		goto out;
	}
	status = fill(plan, data_dir, text, 0, ret, err);
	if (status != TN_OK)
		tn_context(err, "%s", path);
out:
	free(text);
	return status;
}
