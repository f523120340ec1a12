/*
 * unique_race SUFFIX WRITERS ROUNDS ATTRIBUTE: in each round all writers add
 * an account of their own with the same value of ATTRIBUTE, at once. Prints
 * how many rounds left more or less than one. Status 1 when any did.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldap.h>

#define WRITERS_MAX 64
#define TEXT_MAX    256

static const char *suffix;
static const char *shared;
static unsigned int rounds;
static pthread_barrier_t start;

struct writer {
	unsigned int number;
	unsigned int added;
	unsigned int refused; /* by the rule: result 19 */
	unsigned int other;
};

static LDAP *
connect_here(void)
{
	char nothing[] = "";
	struct berval none = { 0, nothing };
	int version = LDAP_VERSION3;
	LDAP *ld = NULL;

	if (ldap_initialize(&ld, "ldapi:///") ||
	    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) ||
	    ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &none, NULL, NULL, NULL)) {
		fputs("unique_race: no connection\n", stderr);
		exit(3);
	}
	return ld;
}

/* The value that is shared in this round, or one of this writer alone. */
static void
number_for(const char *attribute, unsigned int round, unsigned int writer,
           char ret[TEXT_MAX])
{
	unsigned int own = strcmp(attribute, shared) ? writer + 1 : 0;

	if (!strcmp(attribute, "tenureSshPublicKey"))
		snprintf(ret, TEXT_MAX,
		         "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA%042u",
		         round * 100 + own);
	else
		snprintf(ret, TEXT_MAX, "%u", 3000000 + round * 100 + own);
}

static int
add(LDAP *ld, unsigned int round, unsigned int writer)
{
	static const char *const names[] = {
		"objectClass",    "cn",           "sn",
		"employeeNumber", "uidNumber",    "gidNumber",
		"homeDirectory",  "tenureStatus", "tenureSshPublicKey",
		"tenureKeyOnly",
	};
	char text[10][TEXT_MAX] = { "", "Race Person", "Race",       "",
		                    "", "2000000",     "/home/race", "active",
		                    "", "TRUE" };
	char classes[3][TEXT_MAX] = { "inetOrgPerson", "posixAccount",
		                      "tenurePerson" };
	char type[10][TEXT_MAX];
	char *values[10][4] = { { classes[0], classes[1], classes[2], NULL } };
	LDAPMod mod[10];
	LDAPMod *mods[11];
	char dn[TEXT_MAX];
	size_t i;

	number_for("employeeNumber", round, writer, text[3]);
	number_for("uidNumber", round, writer, text[4]);
	number_for("tenureSshPublicKey", round, writer, text[8]);
	for (i = 0; i < 10; i++) {
		snprintf(type[i], TEXT_MAX, "%s", names[i]);
		if (i) {
			values[i][0] = text[i];
			values[i][1] = NULL;
		}
		mod[i].mod_op = LDAP_MOD_ADD;
		mod[i].mod_type = type[i];
		mod[i].mod_values = values[i];
		mods[i] = &mod[i];
	}
	mods[10] = NULL;
	snprintf(dn, sizeof(dn), "uid=race%u_%u,ou=people,%.200s", round,
	         writer, suffix);
	return ldap_add_ext_s(ld, dn, mods, NULL, NULL);
}

static void *
write_all(void *arg)
{
	struct writer *writer = arg;
	LDAP *ld = connect_here();
	unsigned int round;

	for (round = 0; round < rounds; round++) {
		int code;

		pthread_barrier_wait(&start);
		code = add(ld, round, writer->number);
		if (!code)
			writer->added++;
		else if (code == LDAP_CONSTRAINT_VIOLATION)
			writer->refused++;
		else
			writer->other++;
	}
	ldap_unbind_ext_s(ld, NULL, NULL);
	return NULL;
}

/* How many entries hold the shared value of this round. */
static int
count(LDAP *ld, unsigned int round)
{
	char base[TEXT_MAX];
	char filter[TEXT_MAX * 2];
	char value[TEXT_MAX];
	LDAPMessage *result = NULL;
	int found = -1;

	number_for(shared, round, 0, value);
	snprintf(base, sizeof(base), "ou=people,%.200s", suffix);
	snprintf(filter, sizeof(filter), "(%s=%s)", shared, value);
	if (!ldap_search_ext_s(ld, base, LDAP_SCOPE_ONELEVEL, filter, NULL, 1,
	                       NULL, NULL, NULL, 0, &result))
		found = ldap_count_entries(ld, result);
	ldap_msgfree(result);
	return found;
}

int
main(int argc, char **argv)
{
	static struct writer writers[WRITERS_MAX];
	pthread_t threads[WRITERS_MAX];
	unsigned int n =
	    argc == 5 ? (unsigned int)strtoul(argv[2], NULL, 10) : 0;
	unsigned int added = 0, refused = 0, other = 0, wrong = 0;
	unsigned int i;
	LDAP *ld;

	if (n < 2 || n > WRITERS_MAX) {
		fputs("usage: unique_race SUFFIX WRITERS ROUNDS ATTRIBUTE\n",
		      stderr);
		return 2;
	}
	suffix = argv[1];
	rounds = (unsigned int)strtoul(argv[3], NULL, 10);
	shared = argv[4];
	pthread_barrier_init(&start, NULL, n);
	for (i = 0; i < n; i++) {
		writers[i].number = i;
		if (pthread_create(&threads[i], NULL, write_all, &writers[i]))
			return 3;
	}
	for (i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		added += writers[i].added;
		refused += writers[i].refused;
		other += writers[i].other;
	}
	ld = connect_here();
	for (i = 0; i < rounds; i++)
		wrong += count(ld, i) != 1;
	ldap_unbind_ext_s(ld, NULL, NULL);
	printf("%s: %u writers, %u rounds: %u added, %u refused, %u other; "
	       "%u rounds without exactly one\n",
	       shared, n, rounds, added, refused, other, wrong);
	return wrong || other || added != rounds;
}
