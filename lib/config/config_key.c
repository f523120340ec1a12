#include "config/config_key.h"

#include <string.h>

/* CI-P31: nothing goes over the network in clear text. */
static const char *
check_server(const char *text)
{
	if (strncmp(text, "ldaps://", 8) != 0 &&
	    strncmp(text, "ldapi://", 8) != 0)
		return "must begin with ldaps:// or ldapi://";
	if (strncmp(text, "ldaps://", 8) == 0 && text[8] == '\0')
		return "names no server";
	return NULL;
}

static const char *
check_writer(const char *text)
{
	if (strncmp(text, "ldaps://", 8) != 0 || text[8] == '\0')
		return "must be ldaps:// and a server";
	return NULL;
}

static const char *
check_replication(const char *text)
{
	if (strcmp(text, "delta") != 0 && strcmp(text, "plain") != 0)
		return "must be delta or plain";
	return NULL;
}

static const char *
check_key_change(const char *text)
{
	if (strcmp(text, "change") != 0 && strcmp(text, "deny") != 0 &&
	    strcmp(text, "warn") != 0)
		return "must be change, deny or warn";
	return NULL;
}

static const char *
check_dn(const char *text)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals == text || equals[1] == '\0')
		return "must be a distinguished name such as dc=example,dc=org";
	return NULL;
}

static const char *
check_path(const char *text)
{
	if (text[0] != '/' || strstr(text, "..") != NULL)
		return "must be an absolute path without ..";
	return NULL;
}

static const char *
check_root(const char *text)
{
	if (check_path(text) != NULL)
		return check_path(text);
	if (text[strspn(text, "/")] == '\0')
		return "must not be the root of everything";
	return NULL;
}

/* DESIGN section 4: the cn of a certificate's subject. */
static const char *
check_host_name(const char *text)
{
	if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") !=
	    strlen(text))
		return "must consist of a-z, 0-9, '.' and '-'";
	return NULL;
}

/* The English line that a person is told is ASCII: an SSH client may print all
   else as octal. */
static const char *
check_contact(const char *text)
{
	const char *bar = strchr(text, '|');

	for (; bar != NULL && text < bar; text++) {
		if ((unsigned char)*text >= 0x80)
			return "must be ASCII before the bar: it is \"ENGLISH "
			       "| "
			       "CHINESE\"";
	}
	return NULL;
}

/* clang-format off */
#define FIELD(field) offsetof(struct tn_config, field)

#define TEXT(field, preset, check, help) \
	{ { #field, preset, "text", help }, TN_CONFIG_TEXT, FIELD(field), \
	  0, 0, check }
#define LIST(field, preset, most, range, check, help) \
	{ { #field, preset, range, help }, TN_CONFIG_LIST, FIELD(field), \
	  0, most, check }
#define NUMBER(type, field, preset, min, max, range, help) \
	{ { #field, preset, range, help }, type, FIELD(field), min, max, NULL }
#define INT(...) NUMBER(TN_CONFIG_INT, __VA_ARGS__)

/* In the order of tenure.conf(5). The range is written out beside the bounds;
   a unit test holds one against the other. */
const struct tn_config_key tn_config_keys[TN_CONFIG_KEYS] = {
	/* The directory. */
	LIST(servers, "", TN_CONFIG_SERVERS_MAX, "up to 8 URIs", check_server,
	     "the directory servers, ldaps:// or ldapi://, best first"),
	TEXT(writer, "", check_writer,
	     "the one server that takes account changes; none: any"),
	TEXT(base, "", check_dn, "the suffix, such as dc=example,dc=org"),
	TEXT(ca_file, "", check_path,
	     "PEM: the authority that signed the servers' certificates"),
	TEXT(certificate, "", check_path, "PEM: this host's certificate"),
	TEXT(key, "", check_path, "PEM: the key of this host's certificate"),
	TEXT(host_name, "", check_host_name,
	     "the name of this host in its certificate"),
	INT(connect_timeout, "2", 1, 60, "1 to 60 seconds",
	    "how long to wait for a connection"),
	INT(operation_timeout, "3", 1, 60, "1 to 60 seconds",
	    "how long to wait for an answer"),
	INT(fleet_hosts, "10", 1, 100000, "1 to 100000 hosts",
	    "how many hosts share a server: they return to it one by one"),
	LIST(bare_groups, "", TN_CONFIG_LIST_MAX, "up to 64 groups", NULL,
	     "huge groups whose members this host does not ask for"),
	/* A directory server that is one of two. */
	INT(provider, "1", 1, 2, "1 to 2", "which provider this server is"),
	TEXT(peer, "", check_writer, "the other provider"),
	TEXT(replication, "delta", check_replication,
	     "how this provider follows the writer: delta or plain"),

	/* Who is let in on this host. */
	LIST(admit_groups, "", TN_CONFIG_LIST_MAX, "up to 64 groups", NULL,
	     "groups admitted on this host; none admits everyone"),
	{ { "only_admitted", "no", "yes or no",
	    "people who are not admitted on this host are not shown on it" },
	  TN_CONFIG_BOOL, FIELD(only_admitted), 0, 0, NULL },
	TEXT(break_glass, "", NULL,
	     "the local account that Tenure never touches"),

	/* Passwords. */
	INT(max_age_days, "30", 0, 3650, "0 to 3650 days",
	    "the age at which a password has to be changed; 0 for never"),
	INT(lead_days, "3", 0, 365, "0 to 365 days",
	    "so many days earlier the change is asked for"),
	INT(warn_days, "7", 0, 365, "0 to 365 days",
	    "so many days before that people are warned"),
	INT(initial_days, "14", 1, 365, "1 to 365 days",
	    "after which an unused initial password lapses"),
	TEXT(key_change, "change", check_key_change,
	     "who comes by SSH key when a change is due: change, deny or warn"),
	NUMBER(TN_CONFIG_INT64, max_silence, "259200", 60, 2592000,
	       "60 to 2592000 seconds",
	       "how long logins go on while the directory is not heard"),
	{ { "utc_offset", "+08:00", "-12:00 to +14:00",
	    "the zone in which a last day ends" },
	  TN_CONFIG_OFFSET, FIELD(utc_offset), -43200, 50400, NULL },
	/* No more: daemon/guesses.h counts on it (TN_GUESSES_PAIR). */
	INT(throttle_failures, "5", 1, 5, "1 to 5 failures",
	    "after so many failures within throttle_window none is heard"),
	INT(throttle_window, "300", 1, 86400, "1 to 86400 seconds",
	    "the time over which failures are counted"),
	INT(min_length, "10", 8, 128, "8 to 128 characters",
	    "the least length of a password"),
	TEXT(leaked_passwords, "", check_path,
	     "the file of leaked passwords that nobody may choose"),

	/* What the directory may say. */
	NUMBER(TN_CONFIG_UINT32, min_uid, "1000", 1000, 4294967294,
	       "1000 to 4294967294", "the least uid number that is served"),
	LIST(home_roots, "/home", TN_CONFIG_LIST_MAX, "up to 64 paths",
	     check_root, "where home directories may lie"),
	{ { "list_everybody", "no", "yes or no",
	    "getent passwd without a name lists everybody" },
	  TN_CONFIG_BOOL, FIELD(list_everybody), 0, 0, NULL },

	/* The organisation. */
	TEXT(organisation, "", NULL,
	     "names of the organisation, which no password may hold"),
	TEXT(contact, "your administrator", check_contact,
	     "whom to ask, told to who is refused"),

	/* Roster and audit. */
	TEXT(column_staff_number, "工号", NULL, "roster: the staff number"),
	TEXT(column_name, "姓名", NULL, "roster: the real name"),
	TEXT(column_status, "状态", NULL, "roster: in service or not"),
	TEXT(column_department, "部门", NULL, "roster: the department"),
	TEXT(column_post, "岗位", NULL, "roster: the post"),
	TEXT(column_start, "入职日期", NULL, "roster: the first day"),
	TEXT(column_end, "离职日期", NULL, "roster: the last day"),
	TEXT(status_present, "在职", NULL,
	     "roster: what the status says of who serves"),
	TEXT(status_departed, "离职", NULL,
	     "roster: what the status says of who left"),
	{ { "roster_complete", "no", "yes or no",
	    "who is missing in the roster has left" },
	  TN_CONFIG_BOOL, FIELD(roster_complete), 0, 0, NULL },
	/* Each brake is shipped at its loosest: here it may only be tighter. */
	INT(brake_count, "20", 1, 20, "1 to 20 accounts",
	    "a plan that disables more is refused"),
	INT(brake_percent, "5", 1, 5, "1 to 5 percent",
	    "a plan that disables a greater share is refused ..."),
	INT(brake_floor, "3", 0, 3, "0 to 3 accounts",
	    "... where it is more than this many"),
	INT(roster_shrink_percent, "10", 1, 10, "1 to 10 percent",
	    "a roster that shrank by more than this is refused"),

	/* Leaks: how long each step may take. UM-15.1 has the first. */
	INT(leak_report_hours, "24", 1, 24, "1 to 24 hours",
	    "from the discovery of a leak to its report"),
	INT(leak_lock_seconds, "1", 1, 60, "1 to 60 seconds",
	    "from the report to the lock on the slowest host"),
	INT(leak_verify_days, "3", 1, 90, "1 to 90 days",
	    "from the report until the person's identity is checked"),
	INT(leak_restore_days, "7", 1, 90, "1 to 90 days",
	    "from the report until the account is restored"),
};
/* clang-format on */

bool
tn_config_about(size_t index, struct tn_config_about *ret)
{
	if (index >= TN_CONFIG_KEYS)
		return false;
	*ret = tn_config_keys[index].about;
	return true;
}
