#include <config.h>

#include "pam_deadline.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/attrs.h"

#define DATA_NAME "tenure_waited"
/* libpam makes 1 to 3 s of the 2 s that are asked for. */
#define DELAY_MOST_MS 3000

/*
 * The share of a login's seconds that a phase may use, in percent. Together
 * they are more than 100, since who has a password waits in the first and who
 * has a key in the second; the sum is held by what is left.
 */
static const int shares[TN_PHASE_COUNT] = {
	[TN_PHASE_AUTH] = 80,    /* tenured has as much, and a bit less */
	[TN_PHASE_ACCOUNT] = 40, /* an answer from memory */
	[TN_PHASE_VERIFY] = 80,  /* no login: begins anew */
	[TN_PHASE_CHANGE] = 200, /* tenured settles one that timed out */
	[TN_PHASE_SESSION] = 20, /* nobody is kept out for it */
};

static void
release(pam_handle_t *pamh TN_UNUSED, void *data, int status TN_UNUSED)
{
	free(data);
}

/* What was waited, or NULL when nothing was yet. */
static int64_t *
waited(pam_handle_t *pamh)
{
	const void *data = NULL;
	int64_t *ms;

	if (pam_get_data(pamh, DATA_NAME, &data) != PAM_SUCCESS || data == NULL)
		return NULL;
	memcpy(&ms, &data, sizeof(data)); /* ours; lent as const */
	return ms;
}

void
tn_pam_deadline_start(pam_handle_t *pamh)
{
	int64_t *ms = waited(pamh);

	if (ms != NULL)
		*ms = 0;
}

int
tn_pam_deadline_left(pam_handle_t *pamh, enum tn_pam_phase phase,
                     unsigned int total)
{
	const int64_t *ms = waited(pamh);
	int64_t all = (int64_t)total * 1000;
	int64_t share = all * shares[phase] / 100;
	int64_t left = all - (ms != NULL ? *ms : 0);

	if (phase == TN_PHASE_VERIFY || phase == TN_PHASE_CHANGE)
		return (int)share;
	if (left < 0)
		left = 0;
	return (int)(left < share ? left : share);
}

void
tn_pam_deadline_spend(pam_handle_t *pamh, int64_t ms)
{
	int64_t *sum = waited(pamh);

	if (sum == NULL) {
		sum = calloc(1, sizeof(*sum));
		if (sum == NULL)
			return; /* each phase has its own bound */
		if (pam_set_data(pamh, DATA_NAME, sum, release) !=
		    PAM_SUCCESS) {
			free(sum);
			return;
		}
	}
	*sum += ms;
}

int64_t
tn_pam_now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
tn_pam_deadline_rest(pam_handle_t *pamh, unsigned int total)
{
	const int64_t *ms = waited(pamh);
	int64_t left = (int64_t)total * 1000 - (ms != NULL ? *ms : 0);

	return left < 0 ? 0 : (int)left;
}

/* As long as libpam would wait, but no longer than that. */
static void
delay(int status, unsigned int us, unsigned int most_ms)
{
	unsigned int ms = us / 1000 < most_ms ? us / 1000 : most_ms;

	if (status != PAM_SUCCESS && ms > 0)
		(void)poll(NULL, 0, (int)ms);
}

/* Instead of libpam's own waiting. It hands over nothing of ours, so that each
   length is a function. */
typedef void delay_function(int status, unsigned int us, void *arg);
#define DELAY(ms)                                           \
	static void delay_##ms(int status, unsigned int us, \
	                       void *arg TN_UNUSED)         \
	{                                                   \
		delay(status, us, ms);                      \
	}
DELAY(0)
DELAY(500)
DELAY(1000)
DELAY(1500)
DELAY(2000)
DELAY(2500)

static const struct {
	int ms;
	delay_function *function;
} delays[] = {
	{ 0, delay_0 },       { 500, delay_500 },   { 1000, delay_1000 },
	{ 1500, delay_1500 }, { 2000, delay_2000 }, { 2500, delay_2500 },
};

/* libpam has items as pointers to data; this one is a function. */
static const void *
item_of(delay_function *function)
{
	const void *item;

	memcpy(&item, &function, sizeof(item));
	return item;
}

void
tn_pam_delay_at_most(pam_handle_t *pamh, int ms)
{
	const void *item = NULL;
	size_t i = TN_ARRAY_LEN(delays);

	if (ms >= DELAY_MOST_MS)
		return;
	while (--i > 0 && delays[i].ms > ms)
		;
	if (pam_get_item(pamh, PAM_FAIL_DELAY, &item) == PAM_SUCCESS &&
	    item == NULL)
		(void)pam_set_item(pamh, PAM_FAIL_DELAY,
		                   item_of(delays[i].function));
}

void
tn_pam_delay_on(pam_handle_t *pamh)
{
	const void *item = NULL;
	size_t i;

	if (pam_get_item(pamh, PAM_FAIL_DELAY, &item) != PAM_SUCCESS)
		return;
	for (i = 0; i < TN_ARRAY_LEN(delays); i++)
		if (item == item_of(delays[i].function))
			(void)pam_set_item(pamh, PAM_FAIL_DELAY, NULL);
}
