/*
 * How long does a phase of a PAM stack take? One phase of one service, over and
 * over, in microseconds: "p50 p99". What libpam itself takes to start and end a
 * transaction is not in it.
 *
 * usage: pam_loop SERVICE USER account|session TIMES
 * Exit 0, also when the phase refuses; the last status is the third number.
 */
#include <config.h>

#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/text.h"

#define TIMES_MAX 1000000

static int
converse(int count, const struct pam_message **messages,
         struct pam_response **ret, void *arg)
{
	(void)messages, (void)arg;
	*ret = calloc((size_t)count, sizeof(**ret));
	return *ret != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
	const double *one = a;
	const double *other = b;

	return *one < *other ? -1 : *one > *other ? 1 : 0;
}

int
main(int argc, char **argv)
{
	struct pam_conv conv = { converse, NULL };
	unsigned long long times;
	pam_handle_t *pamh;
	double *took;
	int status = PAM_SUCCESS;
	int wanted;

	if (argc != 5 || !tn_text_to_u64(argv[4], TIMES_MAX, &times) ||
	    times == 0)
		return 2;
	wanted = strcmp(argv[3], "account");
	took = calloc(times, sizeof(*took));
	if (took == NULL)
		return 1;
	for (size_t i = 0; i < times; i++) {
		double begin;

		if (pam_start(argv[1], argv[2], &conv, &pamh) != PAM_SUCCESS)
			return 1;
		begin = now_us();
		status = wanted == 0 ? pam_acct_mgmt(pamh, PAM_SILENT)
		                     : pam_open_session(pamh, PAM_SILENT);
		took[i] = now_us() - begin;
		pam_end(pamh, status);
	}
	qsort(took, times, sizeof(*took), by_size);
	printf("%.1f %.1f %d\n", took[times / 2], took[times * 99 / 100],
	       status);
	free(took);
	return 0;
}
