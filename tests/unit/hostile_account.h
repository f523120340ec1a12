/*
 * DESIGN section 12, a line for each thing that may be wrong with what the
 * directory says: for the rule itself (test_serve_rule.c) and for publish,
 * which must hold it whatever net hands on (test_publish_hostile.c).
 */
#ifndef TN_TESTS_HOSTILE_ACCOUNT_H
#define TN_TESTS_HOSTILE_ACCOUNT_H

#include <stddef.h>
#include <string.h>
#include "account/serve_rule.h"

/* A host with root, daemon, one "local" user (uid 1000, subuids) and shells. */
static bool
has_user_name(const void *context, const char *name)
{
	(void)context;
	return strcmp(name, "root") == 0 || strcmp(name, "localuser") == 0;
}

static bool
has_group_name(const void *context, const char *name)
{
	(void)context;
	return strcmp(name, "localgroup") == 0;
}

static bool
has_uid(const void *context, uint32_t uid)
{
	(void)context;
	return uid == 1000;
}

static bool
has_gid(const void *context, uint32_t gid)
{
	(void)context;
	return gid == 1001;
}

static bool
has_subuid(const void *context, uint32_t uid)
{
	(void)context;
	return uid >= 100000 && uid <= 165535;
}

static bool
has_subgid(const void *context, uint32_t gid)
{
	(void)context;
	return gid >= 200000 && gid <= 265535;
}

static bool
has_shell(const void *context, const char *path)
{
	(void)context;
	return strcmp(path, "/bin/bash") == 0;
}

static const struct tn_local_names local = {
	.has_user_name = has_user_name,
	.has_group_name = has_group_name,
	.has_uid = has_uid,
	.has_gid = has_gid,
	.has_subuid = has_subuid,
	.has_subgid = has_subgid,
	.has_shell = has_shell,
};

static const char *const roots[] = { "/home", "/srv/home/", NULL };
static const struct tn_serve_policy policy = { .min_uid = 1000,
	                                       .home_roots = roots };

static char long_text[1200];

static inline struct tn_account
good(void)
{
	struct tn_account a;

	tn_account_init(&a);
	a.kind = TN_KIND_PERSON;
	a.login = "wangxm";
	a.real_name = "王小明";
	a.staff_number = "E0071234";
	a.uid = 2000001;
	a.gid = 2000000;
	a.home = "/home/wangxm";
	a.shell = "/bin/bash";
	a.status = TN_STATUS_ACTIVE;
	memset(long_text, 'a', sizeof(long_text) - 1);
	return a;
}

/* One line of the rules: a field, what is in it, and what comes of it. */
struct line {
	size_t field;
	const char *value;
	enum tn_refusal refusal;
};

#define OF(field) offsetof(struct tn_account, field)

/* clang-format off */
static const struct line lines[] = {
	{ OF(real_name), "", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王小明2", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王小明２", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王\n小明", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王:小明", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王\xff小明", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "王\u202e小明", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "　　", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "--", TN_REFUSAL_REAL_NAME },
	{ OF(real_name), long_text, TN_REFUSAL_REAL_NAME },
	{ OF(real_name), "José Müller-Łukasz", TN_REFUSAL_NONE },
	{ OF(real_name), "李一", TN_REFUSAL_NONE },
	{ OF(staff_number), "", TN_REFUSAL_STAFF_NUMBER },
	{ OF(staff_number), "E 1", TN_REFUSAL_STAFF_NUMBER },
	{ OF(staff_number), "E*", TN_REFUSAL_STAFF_NUMBER },
	{ OF(staff_number), "工1", TN_REFUSAL_STAFF_NUMBER },
	{ OF(staff_number), long_text, TN_REFUSAL_STAFF_NUMBER },
	{ OF(staff_number), "a.B-9_", TN_REFUSAL_NONE },
	{ OF(login), "", TN_REFUSAL_LOGIN },
	{ OF(login), "1234", TN_REFUSAL_LOGIN },
	{ OF(login), "-x", TN_REFUSAL_LOGIN },
	{ OF(login), ".x", TN_REFUSAL_LOGIN },
	{ OF(login), "Wang", TN_REFUSAL_LOGIN },
	{ OF(login), "wang xm", TN_REFUSAL_LOGIN },
	{ OF(login), "wang/xm", TN_REFUSAL_LOGIN },
	{ OF(login), "wang\n", TN_REFUSAL_LOGIN },
	{ OF(login), "wang:x", TN_REFUSAL_LOGIN },
	{ OF(login), "王", TN_REFUSAL_LOGIN },
	{ OF(login), "wangxm$", TN_REFUSAL_LOGIN },
	{ OF(login), "abcdefghijklmnopqrstuvwxyz0123456", TN_REFUSAL_LOGIN },
	{ OF(login), "abcdefghijklmnopqrstuvwxyz012345", TN_REFUSAL_NONE },
	{ OF(login), "_w.x-m9", TN_REFUSAL_NONE },
	{ OF(login), "root", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "sudo", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "wheel", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "tenure-people", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "adm", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "shadow", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "disk", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "docker", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "lxd", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "kvm", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "tenure", TN_REFUSAL_LOGIN_RESERVED },
	{ OF(login), "localuser", TN_REFUSAL_LOGIN_LOCAL },
	{ OF(login), "localgroup", TN_REFUSAL_LOGIN_LOCAL },
	{ OF(home), "", TN_REFUSAL_HOME },
	{ OF(home), "home/wangxm", TN_REFUSAL_HOME },
	{ OF(home), "/etc", TN_REFUSAL_HOME },
	{ OF(home), "/home", TN_REFUSAL_HOME },
	{ OF(home), "/home/", TN_REFUSAL_HOME },
	{ OF(home), "/homes/wangxm", TN_REFUSAL_HOME },
	{ OF(home), "/home/../etc", TN_REFUSAL_HOME },
	{ OF(home), "/home/wangxm/..", TN_REFUSAL_HOME },
	{ OF(home), "/srv/home/wangxm", TN_REFUSAL_NONE },
	{ OF(home), "/home/a:b", TN_REFUSAL_CHARACTERS },
	{ OF(home), "/home/a\nb", TN_REFUSAL_CHARACTERS },
	{ OF(home), "/home/a\xff", TN_REFUSAL_CHARACTERS },
	{ OF(shell), "/bin/sh:x", TN_REFUSAL_CHARACTERS },
	{ OF(shell), "/bin/sh\n", TN_REFUSAL_CHARACTERS },
	{ OF(shell), "", TN_REFUSAL_NONE },
	{ OF(shell), "/bin/unknown", TN_REFUSAL_NONE },
	{ OF(shell), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(department), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(language), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(dn), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(reason), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(owner), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(application), long_text, TN_REFUSAL_TOO_LONG },
	{ OF(reset_by), long_text, TN_REFUSAL_TOO_LONG },
};
/* clang-format on */

static const struct {
	uint32_t id;
	bool allowed;
} ids[] = {
	{ 0, false },          { 999, false },         { 1000, true },
	{ 61183, true },       { 61184, false },       { 65519, false },
	{ 65520, true },       { 65532, true },        { 65534, false },
	{ 65533, false },
	{ 65535, false },      { 65536, true },        { 2147483648u, true },
	{ 4294967294u, true }, { 4294967295u, false },
};

/* Numbers that the host itself has. */
static const struct {
	uint32_t uid;
	uint32_t gid;
	enum tn_refusal refusal;
} hostile_numbers[] = {
	{ 1000, 2000000, TN_REFUSAL_UID_LOCAL },
	{ 100000, 2000000, TN_REFUSAL_UID_SUBORDINATE },
	{ 165535, 2000000, TN_REFUSAL_UID_SUBORDINATE },
	{ 165536, 2000000, TN_REFUSAL_NONE },
	{ 2000001, 1001, TN_REFUSAL_GID_LOCAL },
	{ 2000001, 200000, TN_REFUSAL_GID_SUBORDINATE },
	{ 2000001, 199999, TN_REFUSAL_NONE },
};

static const struct {
	const char *name;
	uint32_t gid;
	enum tn_refusal refusal;
} hostile_groups[] = {
	{ "employees", 2000000, TN_REFUSAL_NONE },
	{ "Employees", 2000000, TN_REFUSAL_LOGIN },
	{ "a:b", 2000000, TN_REFUSAL_LOGIN },
	{ "", 2000000, TN_REFUSAL_LOGIN },
	{ "sudo", 2000000, TN_REFUSAL_LOGIN_RESERVED },
	{ "docker", 2000000, TN_REFUSAL_LOGIN_RESERVED },
	{ "employees", 999, TN_REFUSAL_GID },
	{ "employees", 65534, TN_REFUSAL_GID },
	{ "localgroup", 2000000, TN_REFUSAL_LOGIN_LOCAL },
	{ "localuser", 2000000, TN_REFUSAL_LOGIN_LOCAL },
	{ "employees", 1001, TN_REFUSAL_GID_LOCAL },
	{ "employees", 200000, TN_REFUSAL_GID_SUBORDINATE },
};

#endif
