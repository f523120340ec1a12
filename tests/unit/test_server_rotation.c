#include <criterion/criterion.h>
#include <string.h>
#include "server_rotation.h"

static char first[] = "ldaps://one.example.org";
static char second[] = "ldaps://two.example.org";
static char third[] = "ldaps://three.example.org";
static char file[] = "/etc/tenure/a.pem";
static char none[] = "";
static struct tn_config config;
static struct tn_server_rotation *rotation;

static void
start(void)
{
	config = (struct tn_config){
		.servers = { first, second, third },
		.ca_file = file,
		.certificate = file,
		.key = file,
		.connect_timeout = 2,
		.operation_timeout = 3,
	};
	cr_assert_eq(tn_rotation_new(&config, &rotation, NULL), TN_OK);
}

static void
end(void)
{
	tn_rotation_free(rotation);
}

TestSuite(rotation, .init = start, .fini = end);

/* The order as digits. */
static const char *
order(int64_t now)
{
	static char text[TN_CONFIG_SERVERS_MAX + 1];
	size_t places[TN_CONFIG_SERVERS_MAX];
	size_t count = tn_rotation_order(rotation, now, places);
	size_t i;

	for (i = 0; i < count; i++)
		text[i] = (char)('0' + places[i]);
	text[count] = '\0';
	return text;
}

Test(rotation, the_configured_order_but_who_failed_comes_last)
{
	cr_expect_str_eq(order(0), "012");
	tn_rotation_failed(rotation, 0, 1000);
	cr_expect_str_eq(order(1000), "120");
	tn_rotation_worked(rotation, 0);
	cr_expect_str_eq(order(1000), "012");
}

Test(rotation, who_fails_again_is_shunned_for_longer_up_to_a_bound)
{
	int64_t now = 1000;
	int64_t last = 0;
	int64_t until;
	int i;

	for (i = 0; i < 12; i++) {
		tn_rotation_failed(rotation, 0, now);
		until = now;
		while (strcmp(order(until), "012") != 0)
			until += 100;
		cr_expect_leq(until - now, 300100, "failure %d", i);
		cr_expect_geq(until - now, last / 2, "failure %d", i);
		last = until - now;
		now = until;
	}
	cr_expect_geq(last, 150000);
}

Test(rotation, one_failure_that_many_saw_counts_once)
{
	int i;

	for (i = 0; i < 20; i++)
		tn_rotation_failed(rotation, 0, 1000 + i);
	cr_expect_str_eq(order(1000 + 11000), "012");
}

Test(rotation, a_better_server_is_one_in_front_that_is_well)
{
	size_t better = 9;

	cr_expect(!tn_rotation_has_better(rotation, 0, 0, &better));
	cr_expect(tn_rotation_has_better(rotation, 0, 2, &better));
	cr_expect_eq(better, 0);
	tn_rotation_failed(rotation, 0, 1000);
	cr_expect(!tn_rotation_has_better(rotation, 1001, 1, &better));
	cr_expect(tn_rotation_has_better(rotation, 1001, 2, &better));
	cr_expect_eq(better, 1);
}

Test(rotation, a_setting_that_is_missing_is_named)
{
	struct tn_server_rotation *other = NULL;
	struct tn_err err = TN_ERR_INIT;

	config.certificate = none;
	cr_expect_eq(tn_rotation_new(&config, &other, &err), TN_E_INVALID);
	cr_expect_not_null(strstr(err.text, "certificate is not set"), "%s",
	                   err.text);
	cr_expect_not_null(strstr(err.text, "host join"));
	config.certificate = file;
	config.ca_file = none;
	err = (struct tn_err)TN_ERR_INIT;
	cr_expect_eq(tn_rotation_new(&config, &other, &err), TN_E_INVALID);
	cr_expect_not_null(strstr(err.text, "ca_file is not set"));
	config.servers[0] = NULL;
	cr_expect_eq(tn_rotation_new(&config, &other, NULL), TN_E_INVALID);
}

Test(rotation, a_local_server_needs_no_files)
{
	static char local[] = "ldapi:///";
	struct tn_config plain = { .servers = { local },
		                   .ca_file = none,
		                   .certificate = none,
		                   .key = none };
	struct tn_server_rotation *other = NULL;

	cr_assert_eq(tn_rotation_new(&plain, &other, NULL), TN_OK);
	tn_rotation_free(other);
}
