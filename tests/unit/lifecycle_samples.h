/* People, rosters and a configuration for the tests of lifecycle. */
#ifndef TN_TESTS_LIFECYCLE_SAMPLES_H
#define TN_TESTS_LIFECYCLE_SAMPLES_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "config/config.h"
#include "people.h"
#include "roster.h"

/* String literals are const; the configuration's fields are not. */
#define SAMPLE_TEXT(name, text) static char name[] = text
SAMPLE_TEXT(sample_staff_number, "工号");
SAMPLE_TEXT(sample_name, "姓名");
SAMPLE_TEXT(sample_status, "状态");
SAMPLE_TEXT(sample_department, "部门");
SAMPLE_TEXT(sample_post, "岗位");
SAMPLE_TEXT(sample_start, "入职日期");
SAMPLE_TEXT(sample_end, "离职日期");
SAMPLE_TEXT(sample_present, "在职|试用");
SAMPLE_TEXT(sample_departed, "离职");
SAMPLE_TEXT(sample_home, "/home");

static inline struct tn_config
sample_config(void)
{
	return (struct tn_config){
		.column_staff_number = sample_staff_number,
		.column_name = sample_name,
		.column_status = sample_status,
		.column_department = sample_department,
		.column_post = sample_post,
		.column_start = sample_start,
		.column_end = sample_end,
		.status_present = sample_present,
		.status_departed = sample_departed,
		.home_roots = { sample_home },
		.min_uid = 1000,
		.initial_days = 14,
		.max_age_days = 30,
		.brake_count = 20,
		.brake_percent = 5,
		.brake_floor = 3,
	};
}

#define SAMPLE_APPLICATION "A-approved"

/* A roster from UTF-8 text; the test fails when it is refused. */
static inline struct roster *
sample_roster(const char *text)
{
	const struct tn_config config = sample_config();
	struct tn_err err = TN_ERR_INIT;
	struct roster *roster = NULL;

	cr_assert(!roster_parse(text, strlen(text), &config, &roster, &err),
	          "%s", err.text);
	return roster;
}

static inline struct people *
sample_people(void)
{
	struct people *people = NULL;

	cr_assert(!people_new(&people, NULL));
	return people;
}

/* number tells them apart: uuid, uidNumber 2000000 + number. */
static inline struct tn_account
sample_account(unsigned char number, const char *login, const char *name,
               const char *staff_number)
{
	static char dns[256][64];
	static char homes[256][64];
	struct tn_account account;

	tn_account_init(&account);
	snprintf(dns[number], sizeof(dns[0]),
	         "uid=%.30s,ou=people,dc=example,dc=org", login);
	snprintf(homes[number], sizeof(homes[0]), "/home/%.30s", login);
	account.uuid.byte[0] = number;
	account.dn = dns[number];
	account.kind = TN_KIND_PERSON;
	account.login = login;
	account.real_name = name;
	account.staff_number = staff_number;
	account.uid = 2000000u + number;
	account.gid = 2000000;
	account.home = homes[number];
	account.shell = "/bin/bash";
	account.application = SAMPLE_APPLICATION;
	account.status = TN_STATUS_ACTIVE;
	account.created = 1700000000 + number;
	account.password_changed = 1790000000;
	return account;
}

static inline void
sample_add(struct people *people, const struct tn_account *account)
{
	struct tn_err err = TN_ERR_INIT;

	cr_assert(!people_add_account(people, account, &err), "%s", err.text);
	if (!strcmp(account->application, SAMPLE_APPLICATION))
		cr_assert(
		    !people_add_approved(people, account->staff_number, &err));
}

#endif
