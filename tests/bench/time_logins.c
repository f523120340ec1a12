/*
 * How long logins take.
 *
 * usage: time_logins pam CONFDIR SERVICE auth|account  LIST COUNT THREADS RATE
 *            a PAM stack: authenticate (auth only) and account; the modules
 *            are loaded before, and pam_start and pam_end are not in the times
 *            (but in how many a second)
 *        time_logins bare URI SUFFIX                   LIST COUNT THREADS RATE
 *            connect, TLS handshake, simple bind, unbind; the files of TLS are
 *            in the environment (CA, CERTIFICATE, KEY)
 *        time_logins kept URI SUFFIX                   LIST COUNT THREADS RATE
 *            simple binds on a connection that stays
 *        time_logins fresh URI SUFFIX                  LIST COUNT THREADS RATE
 *            one simple bind on each connection, made when the last was over
 *
 * LIST      a file of lines that begin with a login; each try is of another one
 * COUNT     tries, of all threads together
 * RATE      tries a second of all threads together; 0: as many as go
 * PASSWORD  everybody's, in the environment
 *
 * Prints median, p99 and mean in nanoseconds, how many, and how many a second.
 * Exit status 1 when one try failed.
 */
#include <config.h>

#include <ldap.h>
#include <pthread.h>
#include <security/pam_appl.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/text.h"
#include "samples.h"

/* As tenured has it (lib/directory/tls_context.c). */
#define PRIORITY    "SECURE128:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"
#define LOGINS_MAX  1000
#define LOGIN_SIZE  64
#define THREADS_MAX 64

static char logins[LOGINS_MAX][LOGIN_SIZE];
static size_t login_count;
static const char *password;
static const char *folder;  /* CONFDIR, or the URI */
static const char *service; /* or the suffix */
static bool is_auth;
static unsigned long long count;
static unsigned long long rate;
static uint64_t began;
static uint64_t *samples;
static atomic_ullong next_try;
static atomic_int failed;
static sem_t done;
/* One try on a thread's own handle, which may stay; false when it failed. How
   long it took goes to samples[n]. */
static bool (*attempt)(const char *login, unsigned long long n, LDAP **kept);

static int
converse(int messages, const struct pam_message **message,
         struct pam_response **ret, void *arg)
{
	struct pam_response *replies;
	int i;

	(void)arg;
	replies = calloc((size_t)messages, sizeof(*replies));
	if (replies == NULL)
		return PAM_BUF_ERR;
	for (i = 0; i < messages; i++)
		if (message[i]->msg_style == PAM_PROMPT_ECHO_OFF)
			replies[i].resp = strdup(password);
	*ret = replies;
	return PAM_SUCCESS;
}

static bool
try_pam(const char *login, unsigned long long n, LDAP **kept)
{
	const struct pam_conv conv = { .conv = converse };
	pam_handle_t *pamh = NULL;
	char source[32];
	uint64_t start;
	int status;

	(void)kept;
	(void)snprintf(source, sizeof(source), "10.1.%llu.%llu", n / 250 % 250,
	               n % 250);
	status = pam_start_confdir(service, login, &conv, folder, &pamh);
	if (status != PAM_SUCCESS)
		return false;
	(void)pam_set_item(pamh, PAM_RHOST, source);
	start = samples_now();
	if (is_auth)
		status = pam_authenticate(pamh, 0);
	if (status == PAM_SUCCESS)
		status = pam_acct_mgmt(pamh, 0);
	samples[n] = samples_now() - start;
	if (status != PAM_SUCCESS)
		(void)fprintf(stderr, "%s: %s\n", login,
		              pam_strerror(pamh, status));
	(void)pam_end(pamh, status);
	return status == PAM_SUCCESS;
}

static bool
bind_as(LDAP *ld, const char *login)
{
	struct berval credentials;
	char dn[256];
	char *copy = strdup(password);
	int status;

	if (copy == NULL)
		return false;
	credentials.bv_val = copy;
	credentials.bv_len = strlen(copy);
	(void)snprintf(dn, sizeof(dn), "uid=%s,ou=people,%s", login, service);
	status = ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &credentials, NULL,
	                          NULL, NULL);
	free(copy);
	if (status != LDAP_SUCCESS)
		(void)fprintf(stderr, "%s: %s\n", login,
		              ldap_err2string(status));
	return status == LDAP_SUCCESS;
}

static LDAP *
connect_bare(void)
{
	const int version = LDAP_VERSION3;
	LDAP *ld = NULL;

	if (ldap_initialize(&ld, folder) != LDAP_SUCCESS)
		return NULL;
	(void)ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	return ld;
}

static bool
try_bare(const char *login, unsigned long long n, LDAP **kept)
{
	uint64_t start = samples_now();
	LDAP *ld = connect_bare();
	bool is_good;

	(void)kept;
	if (ld == NULL)
		return false;
	is_good = bind_as(ld, login);
	(void)ldap_unbind_ext_s(ld, NULL, NULL);
	samples[n] = samples_now() - start;
	return is_good;
}

static bool
try_kept(const char *login, unsigned long long n, LDAP **kept)
{
	uint64_t start;
	bool is_good;

	if (*kept == NULL)
		*kept = connect_bare();
	start = samples_now();
	is_good = *kept != NULL && bind_as(*kept, login);
	samples[n] = samples_now() - start;
	return is_good;
}

/* What is left to wait for where a connection was prepared, and serves one. */
static bool
try_fresh(const char *login, unsigned long long n, LDAP **kept)
{
	const bool is_good = try_kept(login, n, kept);

	if (*kept != NULL)
		(void)ldap_unbind_ext_s(*kept, NULL, NULL);
	/* libldap connects, by itself, with the first request. */
	*kept = connect_bare();
	return is_good && *kept != NULL && ldap_connect(*kept) == LDAP_SUCCESS;
}

/* The context is made once for all: the least that a client can do. */
static bool
set_tls(void)
{
	const int demand = LDAP_OPT_X_TLS_DEMAND;
	const int for_client = 0;
	const char *ca = getenv("CA");

	if (ca == NULL)
		return true;
	return ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, ca) == 0 &&
	       ldap_set_option(NULL, LDAP_OPT_X_TLS_CIPHER_SUITE, PRIORITY) ==
	           0 &&
	       ldap_set_option(NULL, LDAP_OPT_X_TLS_CERTFILE,
	                       getenv("CERTIFICATE")) == 0 &&
	       ldap_set_option(NULL, LDAP_OPT_X_TLS_KEYFILE, getenv("KEY")) ==
	           0 &&
	       ldap_set_option(NULL, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) ==
	           0 &&
	       ldap_set_option(NULL, LDAP_OPT_X_TLS_NEWCTX, &for_client) == 0;
}

/* Nobody is late because somebody before was. */
static void
wait_for_turn(unsigned long long n)
{
	uint64_t due = began + n * UINT64_C(1000000000) / rate;
	const struct timespec until = { .tv_sec = (time_t)(due / 1000000000),
		                        .tv_nsec = (long)(due % 1000000000) };

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void *
work(void *arg)
{
	LDAP *kept = NULL;
	unsigned long long n;

	while ((n = atomic_fetch_add(&next_try, 1)) < count) {
		if (rate > 0)
			wait_for_turn(n);
		if (!attempt(logins[n * 7 % login_count], n, &kept))
			(void)atomic_fetch_add(&failed, 1);
	}
	(void)sem_post(&done);
	/* pam_sss leaves a destructor behind that is no longer there when the
	   thread ends. */
	for (;;)
		(void)pause();
	return arg;
}

static bool
read_logins(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[256];

	if (file == NULL)
		return false;
	while (login_count < LOGINS_MAX &&
	       fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, " \n")] = '\0';
		if (tn_text_copy(logins[login_count], LOGIN_SIZE, line))
			login_count++;
	}
	(void)fclose(file);
	return login_count > 0;
}

static void
print_samples(uint64_t took)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += (double)samples[i];
	samples_sort(samples, count);
	printf("%llu %llu %.0f %llu %.1f\n",
	       (unsigned long long)samples_at(samples, count, 0.5),
	       (unsigned long long)samples_at(samples, count, 0.99),
	       sum / (double)count, count,
	       (double)count / ((double)took / 1e9));
}

static int
run(unsigned int threads)
{
	const struct pam_conv conv = { .conv = converse };
	pam_handle_t *stays = NULL;
	pthread_t thread[THREADS_MAX];
	unsigned int i;

	samples = calloc(count, sizeof(*samples));
	if (samples == NULL)
		return 1;
	(void)sem_init(&done, 0, 0);
	/* Its modules stay loaded with it. */
	if (attempt == try_pam &&
	    pam_start_confdir(service, "nobody", &conv, folder, &stays) !=
	        PAM_SUCCESS)
		return 1;
	began = samples_now();
	for (i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, work, NULL) != 0)
			return 1;
	for (i = 0; i < threads; i++)
		while (sem_wait(&done) != 0)
			continue;
	print_samples(samples_now() - began);
	(void)fflush(stdout);
	_exit(atomic_load(&failed) > 0 ? 1 : 0);
}

int
main(int argc, char **argv)
{
	unsigned long long threads = 0;
	const char *kind = argc > 1 ? argv[1] : "";
	int at = 4;

	password = getenv("PASSWORD");
	if (argc < 8 || password == NULL)
		return 2;
	folder = argv[2];
	service = argv[3];
	if (strcmp(kind, "pam") == 0) {
		is_auth = strcmp(argv[at++], "auth") == 0;
		attempt = try_pam;
	} else {
		attempt = strcmp(kind, "bare") == 0    ? try_bare
		          : strcmp(kind, "fresh") == 0 ? try_fresh
		                                       : try_kept;
		if (!set_tls()) {
			(void)fprintf(stderr, "login: TLS\n");
			return 1;
		}
	}
	if (at + 4 != argc || !read_logins(argv[at]) ||
	    !tn_text_to_u64(argv[at + 1], 1000000, &count) || count == 0 ||
	    !tn_text_to_u64(argv[at + 2], THREADS_MAX, &threads) ||
	    threads == 0 || !tn_text_to_u64(argv[at + 3], 1000000, &rate))
		return 2;
	return run((unsigned int)threads);
}
