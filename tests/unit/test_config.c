#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"
#include "config/config.h"
#include "config/config_key.h"

static struct tn_config *
parsed(const char *text)
{
	struct tn_config *config = NULL;
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(tn_config_parse("t.conf", text, &config, &err), TN_OK,
	             "%s", err.text);
	return config;
}

Test(config, an_empty_file_gives_the_shipped_values)
{
	struct tn_config *config = parsed("");

	cr_expect_null(config->servers[0]);
	cr_expect_str_eq(config->base, "");
	cr_expect_eq(config->connect_timeout, 2);
	cr_expect_eq(config->operation_timeout, 3);
	cr_expect_null(config->admit_groups[0]);
	cr_expect_eq(config->max_age_days, 30, "CI-3.2");
	cr_expect_eq(config->lead_days, 3);
	cr_expect_eq(config->warn_days, 7);
	cr_expect_eq(config->initial_days, 14);
	cr_expect_eq(config->max_silence, 259200);
	cr_expect_eq(config->utc_offset, 28800);
	cr_expect_eq(config->throttle_failures, 5);
	cr_expect_eq(config->throttle_window, 300);
	cr_expect_eq(config->min_length, 10);
	cr_expect_eq(config->min_uid, 1000);
	cr_expect_str_eq(config->home_roots[0], "/home");
	cr_expect_null(config->home_roots[1]);
	cr_expect_str_eq(config->column_staff_number, "工号");
	cr_expect_str_eq(config->column_end, "离职日期");
	cr_expect_str_eq(config->status_departed, "离职");
	cr_expect_not(config->roster_complete);
	cr_expect_not(config->list_everybody);
	cr_expect_eq(config->brake_count, 20);
	cr_expect_eq(config->brake_percent, 5);
	cr_expect_eq(config->brake_floor, 3);
	cr_expect_eq(config->roster_shrink_percent, 10);
	cr_expect_eq(config->leak_report_hours, 24);
	cr_expect_eq(config->leak_lock_seconds, 1);
	cr_expect_eq(config->leak_verify_days, 3);
	cr_expect_eq(config->leak_restore_days, 7);
	tn_config_free(config);
}

Test(config, each_key_is_read_into_its_own_field)
{
	struct tn_config *config = parsed(
	    "\xef\xbb\xbf# a comment\r\n"
	    "servers = ldaps://a.example.org, ldapi:///\r\n"
	    "base=dc=example,dc=org\n"
	    "\tca_file\t=\t/etc/tenure/ca.crt \n"
	    "certificate = /c\nkey = /k\nhost_name = host1\n"
	    "connect_timeout = 5\noperation_timeout = 6\n"
	    "admit_groups = staff ops\nbreak_glass = rescue\n"
	    "max_age_days = 0\nlead_days = 1\nwarn_days = 2\n"
	    "initial_days = 4\nmax_silence = 60\nutc_offset = -03:30\n"
	    "throttle_failures = 4\nthrottle_window = 8\nmin_length = 12\n"
	    "min_uid = 4294967294\nhome_roots = /home /srv/home\n"
	    "organisation = 示例公司 Example\ncontact = 信息部 8000\n"
	    "column_staff_number = number\ncolumn_name = name\n"
	    "column_status = status\ncolumn_department = dept\n"
	    "column_post = post\ncolumn_start = start\ncolumn_end = end\n"
	    "status_present = in\nstatus_departed = out\n"
	    "list_everybody = yes\n"
	    "roster_complete = yes\nbrake_count = 9\nbrake_percent = 4\n"
	    "brake_floor = 2\nroster_shrink_percent = 7\n"
	    "leak_report_hours = 12\nleak_lock_seconds = 60\n"
	    "leak_verify_days = 1\nleak_restore_days = 90\n");

	cr_expect_str_eq(config->servers[0], "ldaps://a.example.org");
	cr_expect_str_eq(config->servers[1], "ldapi:///");
	cr_expect_null(config->servers[2]);
	cr_expect_str_eq(config->base, "dc=example,dc=org");
	cr_expect_str_eq(config->ca_file, "/etc/tenure/ca.crt");
	cr_expect_str_eq(config->certificate, "/c");
	cr_expect_str_eq(config->key, "/k");
	cr_expect_str_eq(config->host_name, "host1");
	cr_expect_eq(config->connect_timeout, 5);
	cr_expect_eq(config->operation_timeout, 6);
	cr_expect_str_eq(config->admit_groups[1], "ops");
	cr_expect_str_eq(config->break_glass, "rescue");
	cr_expect_eq(config->max_age_days, 0);
	cr_expect_eq(config->lead_days, 1);
	cr_expect_eq(config->warn_days, 2);
	cr_expect_eq(config->initial_days, 4);
	cr_expect_eq(config->max_silence, 60);
	cr_expect_eq(config->utc_offset, -12600);
	cr_expect_eq(config->throttle_failures, 4);
	cr_expect_eq(config->throttle_window, 8);
	cr_expect_eq(config->min_length, 12);
	cr_expect_eq(config->min_uid, 4294967294);
	cr_expect_str_eq(config->home_roots[1], "/srv/home");
	cr_expect_str_eq(config->organisation, "示例公司 Example");
	cr_expect_str_eq(config->contact, "信息部 8000");
	cr_expect_str_eq(config->column_staff_number, "number");
	cr_expect_str_eq(config->column_name, "name");
	cr_expect_str_eq(config->column_status, "status");
	cr_expect_str_eq(config->column_department, "dept");
	cr_expect_str_eq(config->column_post, "post");
	cr_expect_str_eq(config->column_start, "start");
	cr_expect_str_eq(config->column_end, "end");
	cr_expect_str_eq(config->status_present, "in");
	cr_expect_str_eq(config->status_departed, "out");
	cr_expect(config->roster_complete);
	cr_expect(config->list_everybody);
	cr_expect_eq(config->brake_count, 9);
	cr_expect_eq(config->brake_percent, 4);
	cr_expect_eq(config->brake_floor, 2);
	cr_expect_eq(config->roster_shrink_percent, 7);
	cr_expect_eq(config->leak_report_hours, 12);
	cr_expect_eq(config->leak_lock_seconds, 60);
	cr_expect_eq(config->leak_verify_days, 1);
	cr_expect_eq(config->leak_restore_days, 90);
	tn_config_free(config);
}

static const struct {
	const char *text;
	const char *message; /* the whole of it */
} wrong[] = {
	{ "\n\nmax_age = 3\n", "t.conf: line 3: unknown key \"max_age\"" },
	{ "Base = dc=a\n", "t.conf: line 1: unknown key \"Base\"" },
	{ "nonsense\n", "t.conf: line 1: not of the form key = value" },
	{ "base = dc=a\n#\nbase = dc=b\n",
	  "t.conf: line 3: base was set on line 1 already" },
	{ "base = example.org\n",
	  "t.conf: line 1: base: must be a distinguished name such as "
	  "dc=example,dc=org" },
	{ "servers = ldap://a\n", "t.conf: line 1: servers: \"ldap://a\" must "
	                          "begin with ldaps:// or ldapi://" },
	{ "servers = ldaps://\n",
	  "t.conf: line 1: servers: \"ldaps://\" names no server" },
	{ "servers = ldapi:/// ldapi:/// ldapi:/// ldapi:/// ldapi:/// "
	  "ldapi:/// ldapi:/// ldapi:/// ldapi:///\n",
	  "t.conf: line 1: servers: takes up to 8 URIs" },
	{ "key = host.key\n", "t.conf: line 1: key: must be an absolute path "
	                      "without .." },
	{ "key = /a/../b\n", "t.conf: line 1: key: must be an absolute path "
	                     "without .." },
	{ "home_roots = /\n", "t.conf: line 1: home_roots: \"/\" must not be "
	                      "the root of everything" },
	{ "host_name = CN=*\n", "t.conf: line 1: host_name: must consist of "
	                        "a-z, 0-9, '.' and '-'" },
	{ "max_age_days = -1\n", "t.conf: line 1: max_age_days: \"-1\" is not "
	                         "0 to 3650 days" },
	{ "max_age_days = 30d\n", "t.conf: line 1: max_age_days: \"30d\" is "
	                          "not 0 to 3650 days" },
	{ "max_age_days = 3651\n", "t.conf: line 1: max_age_days: \"3651\" is "
	                           "not 0 to 3650 days" },
	{ "max_age_days =\n", "t.conf: line 1: max_age_days: \"\" is not "
	                      "0 to 3650 days" },
	{ "max_age_days = 99999999999999999999\n",
	  "t.conf: line 1: max_age_days: \"99999999999999999999\" is not "
	  "0 to 3650 days" },
	{ "max_age_days = 30 # monthly\n",
	  "t.conf: line 1: a comment needs a line of its own" },
	{ "lead_days = 30\n", "t.conf: lead_days (30) must be less than "
	                      "max_age_days (30)" },
	{ "min_uid = 999\n", "t.conf: line 1: min_uid: \"999\" is not "
	                     "1000 to 4294967294" },
	{ "min_uid = 4294967295\n", "t.conf: line 1: min_uid: \"4294967295\" "
	                            "is not 1000 to 4294967294" },
	{ "brake_percent = 0\n", "t.conf: line 1: brake_percent: \"0\" is not "
	                         "1 to 5 percent" },
	{ "brake_count = 0\n", "t.conf: line 1: brake_count: \"0\" is not "
	                       "1 to 20 accounts" },
	{ "brake_count = 21\n", "t.conf: line 1: brake_count: \"21\" is not "
	                        "1 to 20 accounts" },
	{ "brake_percent = 6\n", "t.conf: line 1: brake_percent: \"6\" is "
	                         "not 1 to 5 percent" },
	{ "brake_floor = 4\n", "t.conf: line 1: brake_floor: \"4\" is not "
	                       "0 to 3 accounts" },
	{ "roster_shrink_percent = 11\n",
	  "t.conf: line 1: roster_shrink_percent: \"11\" is not "
	  "1 to 10 percent" },
	{ "leak_report_hours = 25\n",
	  "t.conf: line 1: leak_report_hours: \"25\" is not 1 to 24 hours" },
	{ "leak_report_hours = 0\n",
	  "t.conf: line 1: leak_report_hours: \"0\" is not 1 to 24 hours" },
	{ "leak_lock_seconds = 0\n",
	  "t.conf: line 1: leak_lock_seconds: \"0\" is not 1 to 60 seconds" },
	{ "leak_lock_seconds = 61\n",
	  "t.conf: line 1: leak_lock_seconds: \"61\" is not 1 to 60 seconds" },
	{ "leak_verify_days = 91\n",
	  "t.conf: line 1: leak_verify_days: \"91\" is not 1 to 90 days" },
	{ "leak_restore_days = 0\n",
	  "t.conf: line 1: leak_restore_days: \"0\" is not 1 to 90 days" },
	{ "roster_complete = true\n", "t.conf: line 1: roster_complete: "
	                              "\"true\" is not yes or no" },
	{ "utc_offset = 8\n", "t.conf: line 1: utc_offset: \"8\" is not "
	                      "-12:00 to +14:00" },
	{ "utc_offset = +14:01\n", "t.conf: line 1: utc_offset: \"+14:01\" is "
	                           "not -12:00 to +14:00" },
	{ "utc_offset = +0a:00\n", "t.conf: line 1: utc_offset: \"+0a:00\" is "
	                           "not -12:00 to +14:00" },
	{ "column_name =\n", "t.conf: line 1: column_name: has no value" },
	{ "contact = 信息部 | 服务台\n",
	  "t.conf: line 1: contact: must be ASCII before the bar: it is "
	  "\"ENGLISH | CHINESE\"" },
	{ "contact = \xff\n", "t.conf: line 1: not UTF-8" },
	{ "contact = a\033[2J\n", "t.conf: line 1: a control character" },
};

Test(config, each_fault_is_told_with_its_line)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(wrong); i++) {
		struct tn_config *config = NULL;
		struct tn_err err = TN_ERR_INIT;
		int rc =
		    tn_config_parse("t.conf", wrong[i].text, &config, &err);

		cr_expect_eq(rc, TN_E_INVALID, "%s", wrong[i].text);
		cr_expect_str_eq(err.text, wrong[i].message);
		cr_expect_null(config, "%s", wrong[i].text);
	}
}

Test(config, a_line_has_a_bound)
{
	static char text[6000];
	struct tn_config *config = NULL;
	struct tn_err err = TN_ERR_INIT;

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "contact = ", 10);
	cr_expect_eq(tn_config_parse("t.conf", text, &config, &err),
	             TN_E_INVALID);
	cr_expect_str_eq(err.text, "t.conf: line 1: longer than 4095 bytes");
}

Test(config, the_bounds_of_each_number_are_as_its_help_says)
{
	size_t i;

	for (i = 0; i < TN_CONFIG_KEYS; i++) {
		const struct tn_config_key *key = &tn_config_keys[i];
		char range[64] = "";

		cr_assert_not_null(key->about.name);
		cr_expect(key->about.help[0] != '\0', "%s", key->about.name);
		if (key->type != TN_CONFIG_INT &&
		    key->type != TN_CONFIG_INT64 &&
		    key->type != TN_CONFIG_UINT32)
			continue;
		snprintf(range, sizeof(range), "%lld to %lld",
		         (long long)key->min, (long long)key->max);
		cr_expect_eq(strncmp(key->about.range, range, strlen(range)), 0,
		             "%s: %s", key->about.name, key->about.range);
	}
}

Test(config, only_a_file_of_root_is_read)
{
	char path[] = "/tmp/tenure-config-XXXXXX";
	int fd = mkstemp(path);
	struct tn_config *config = NULL;
	struct tn_err err = TN_ERR_INIT;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, "base = dc=a\n", 12), 12);
	if (geteuid() != 0) {
		cr_expect_eq(tn_config_read(path, &config, &err), TN_E_DENIED);
	} else {
		cr_expect_eq(tn_config_read(path, &config, &err), TN_OK, "%s",
		             err.text);
		tn_config_free(config);
		config = NULL;
		cr_assert_eq(fchmod(fd, 0660), 0);
		cr_expect_eq(tn_config_read(path, &config, &err), TN_E_DENIED);
		cr_assert_eq(fchmod(fd, 0600), 0);
		cr_assert_eq(fchown(fd, 65534, 0), 0);
		cr_expect_eq(tn_config_read(path, &config, &err), TN_E_DENIED);
	}
	cr_expect_null(config);
	unlink(path);
	close(fd);
	cr_expect_eq(tn_config_read(path, &config, &err), TN_E_NOT_FOUND);
}
