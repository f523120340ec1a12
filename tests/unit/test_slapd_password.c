/* tenure_check_password as slapd sees it: a loaded file, one entry point, and
   an entry in slapd's own structs. */
#include <criterion/criterion.h>

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <lber.h>
#include "account/password_rule.h"
#include "base/attrs.h"

/* What slapd has. */
TN_EXPORT char Versionstr[64] = "@(#) $OpenLDAP: slapd 2.5.13 (test) $";

struct description {
	struct description *next;
	void *type;
	struct berval name;
	struct berval tags;
	unsigned int flags;
};

struct attribute {
	struct description *description;
	struct berval *values;
	struct berval *normalized;
	unsigned int count;
	unsigned int flags;
	struct attribute *next;
};

struct entry {
	unsigned long id;
	struct berval dn;
	struct berval normalized_dn;
	struct attribute *attributes;
};

static int (*check)(char *, char **, struct entry *, struct berval *);
static char config_path[] = "/tmp/tenure-test.XXXXXX";
static char argument_text[600];

static void
start(void)
{
	static const char text[] = "organisation = Sunrise 示例公司\n";
	union {
		void *symbol;
		int (*call)(char *, char **, struct entry *, struct berval *);
	} loaded;
	void *module = dlopen(MODULES "/tenure_check_password.so",
	                      RTLD_NOW | RTLD_LOCAL);
	FILE *file;

	cr_assert_not_null(module, "%s", dlerror());
	loaded.symbol = dlsym(module, "check_password");
	cr_assert_not_null(loaded.symbol);
	check = loaded.call;
	if (geteuid() != 0)
		cr_skip_test("tenure.conf must be root's own");
	file = fdopen(mkstemp(config_path), "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	cr_assert_eq(chmod(config_path, 0644), 0);
}

static void
end(void)
{
	unlink(config_path);
}

TestSuite(slapd_password, .init = start, .fini = end);

/* What the client is told, or "" where the password is good. free() it. */
static char *
ask(const char *password, struct entry *entry, const char *format)
{
	char given[TN_PASSWORD_MAX + 2] = "";
	struct berval argument = { 0, argument_text };
	char *words = NULL;
	int status;

	strncpy(given, password, sizeof(given) - 1);
	(void)snprintf(argument_text, sizeof(argument_text), "%s%sconfig=%s",
	               format, format[0] != '\0' ? " " : "", config_path);
	argument.bv_len = strlen(argument_text);
	status = check(given, &words, entry, &argument);
	cr_expect_eq(status != 0, words != NULL, "%s", password);
	if (words != NULL)
		cr_expect_null(strstr(words, password), "it is not repeated");
	return words != NULL ? words : strdup("");
}

#define TEXT(text)                         \
	{                                  \
		sizeof(text) - 1, (char[]) \
		{                          \
			text               \
		}                          \
	}

static struct description descriptions[] = {
	{ .name = TEXT("objectClass") }, { .name = TEXT("UID") },
	{ .name = TEXT("cn") },          { .name = TEXT("employeeNumber") },
	{ .name = TEXT("mobile") },      { .name = TEXT("tenureBirthday") },
	{ .name = TEXT("homePhone") },   { .name = TEXT("departmentNumber") },
};
static struct berval values[][2] = {
	{ TEXT("person"), TEXT("inetOrgPerson") },
	{ TEXT("llv") },
	{ TEXT("吕晓明") },
	{ TEXT("E20417") },
	{ TEXT("+86 13824615790"), TEXT("15912345678") },
	{ TEXT("1990-01-31") },
	{ TEXT("010-82736645") },
	{ TEXT("Optics") },
};
static struct attribute attributes[8];

static struct entry *
person(void)
{
	static struct entry entry;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(attributes); i++)
		attributes[i] = (struct attribute){
			.description = &descriptions[i],
			.values = values[i],
			.count = values[i][1].bv_val != NULL ? 2 : 1,
			.next = i + 1 < TN_ARRAY_LEN(attributes)
			            ? &attributes[i + 1]
			            : NULL,
		};
	entry.attributes = attributes;
	return &entry;
}

static const struct {
	const char *password;
	enum tn_password_fault fault;
} rows[] = {
	{ "vugtam 8 keldor", TN_PASSWORD_GOOD },
	{ "short 8", TN_PASSWORD_TOO_SHORT },
	{ "qwertyuiop12", TN_PASSWORD_SEQUENCE },
	{ "aaaaaaaaaaaa", TN_PASSWORD_REPEATS },
	{ "woaini1314520", TN_PASSWORD_COMMON },
	{ "gate-lvxiaoming-7", TN_PASSWORD_NAME },
	{ "gate-吕晓明-7tq", TN_PASSWORD_NAME },
	{ "82#LLV#7361597!", TN_PASSWORD_LOGIN },
	{ "gate-e20417-tqz", TN_PASSWORD_STAFF_NUMBER },
	{ "gate-0ptics-tqz", TN_PASSWORD_DEPARTMENT },
	{ "gate-esirnus-tqz", TN_PASSWORD_ORGANISATION },
	{ "gate-shiligongsi", TN_PASSWORD_ORGANISATION },
	{ "gate-1990.1.31-tq", TN_PASSWORD_BIRTHDAY },
	{ "gate-13824615790", TN_PASSWORD_PHONE },
	{ "gate-15912345678", TN_PASSWORD_PHONE },
	{ "gate-82736645-tq", TN_PASSWORD_PHONE },
};

/* CI-3.1, IS-5 */
Test(slapd_password, the_entrys_own_words_are_refused)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		char *words = ask(rows[i].password, person(), "");

		cr_expect_eq(tn_password_fault_of_words(words), rows[i].fault,
		             "%s: %s", rows[i].password, words);
		free(words);
	}
}

Test(slapd_password, of_another_slapd_nothing_is_read)
{
	static struct entry nonsense = {
		.attributes = (struct attribute *)(uintptr_t)16
	};
	char *words;

	strncpy(Versionstr, "@(#) $OpenLDAP: slapd 2.7.1 $",
	        sizeof(Versionstr) - 1);
	words = ask("vugtam 8 keldor", &nonsense, "");
	cr_expect_str_eq(words, "");
	free(words);
	words = ask("aaaaaaaaaaaa", &nonsense, "");
	cr_expect_str_neq(words, "", "the rules without a person stand");
	free(words);
}

Test(slapd_password, an_entry_of_nonsense_does_no_harm)
{
	static struct berval none = { 0, NULL };
	static char hole[] = "a\0b";
	static struct berval holed = { 3, hole };
	static struct attribute odd[] = {
		{ .description = NULL, .next = &odd[1] },
		{ .description = &descriptions[2],
		  .values = NULL,
		  .count = 1,
		  .next = &odd[2] },
		{ .description = &descriptions[1],
		  .values = &none,
		  .count = 1,
		  .next = &odd[3] },
		{ .description = &descriptions[5],
		  .values = &holed,
		  .count = 1,
		  .next = &odd[0] },
	};
	struct entry entry = { .attributes = odd };
	char *words = ask("vugtam 8 keldor", &entry, "");

	cr_expect_str_eq(words, "");
	free(words);
	words = ask("vugtam 8 keldor", NULL, "");
	cr_expect_str_eq(words, "");
	free(words);
}

Test(slapd_password, its_argument_is_read_whole_or_refuses_all)
{
	static const struct {
		const char *argument;
		bool is_good;
	} given[] = {
		{ "min_length=12", true },
		{ "min_length=16", false },
		{ "min_length=", false },
		{ "min_length=0", false },
		{ "min_lenght=12", false },
		{ "min_length=12345678901234567", false },
		{ "config=nowhere", false },
		{ "config=/nowhere/tenure.conf x", false },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(given); i++) {
		char *words =
		    ask("vugtam 8 keldor", person(), given[i].argument);

		cr_expect_eq(words[0] == '\0', given[i].is_good, "%s: %s",
		             given[i].argument, words);
		free(words);
	}
}

Test(slapd_password, without_its_configuration_nothing_is_accepted)
{
	char password[] = "vugtam 8 keldor";
	char nowhere[] = "config=/nowhere/tenure.conf";
	struct berval argument = { sizeof(nowhere) - 1, nowhere };
	char *words = NULL;

	cr_expect_neq(check(password, &words, person(), &argument), 0);
	cr_expect_not_null(strstr(words, "tenure.conf cannot be read"));
	free(words);
	cr_assert_eq(chmod(config_path, 0666), 0);
	words = ask(password, person(), "");
	cr_expect_not_null(strstr(words, "tenure.conf cannot be read"));
	free(words);
}
