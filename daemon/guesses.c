#include <config.h>

#include "guesses.h"

#include <stdlib.h>
#include "throttle.h"

#define CAPACITY 4096
#define ANY      "*" /* no login, and no source of PAM's */

struct tn_guesses {
	struct tn_throttle *pairs; /* as configured */
	struct tn_throttle
	    *places; /* the same pairs, as long as slapd counts */
	struct tn_throttle *accounts;
	struct tn_throttle *sources;
	/* The same counting, of right passwords: one within the time. */
	struct tn_throttle *known;
};

int
tn_guesses_new(unsigned int failures, int64_t window, struct tn_guesses **ret,
               struct tn_err *err)
{
	struct tn_guesses *guesses = calloc(1, sizeof(*guesses));
	int rc;

	if (guesses == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "guesses");
	rc = tn_throttle_new(failures, window, CAPACITY, &guesses->pairs, err);
	if (rc == TN_OK)
		rc = tn_throttle_new(TN_GUESSES_PAIR, TN_GUESSES_WINDOW,
		                     CAPACITY, &guesses->places, err);
	if (rc == TN_OK)
		rc = tn_throttle_new(TN_GUESSES_SELF, TN_GUESSES_WINDOW,
		                     CAPACITY, &guesses->accounts, err);
	if (rc == TN_OK)
		rc = tn_throttle_new(TN_GUESSES_SOURCE, TN_GUESSES_WINDOW,
		                     CAPACITY, &guesses->sources, err);
	if (rc == TN_OK)
		rc = tn_throttle_new(1, TN_GUESSES_KNOWN_SECONDS, CAPACITY,
		                     &guesses->known, err);
	if (rc != TN_OK) {
		tn_guesses_free(guesses);
		return rc;
	}
	*ret = guesses;
	return TN_OK;
}

void
tn_guesses_free(struct tn_guesses *guesses)
{
	if (guesses == NULL)
		return;
	tn_throttle_free(guesses->pairs);
	tn_throttle_free(guesses->places);
	tn_throttle_free(guesses->accounts);
	tn_throttle_free(guesses->sources);
	tn_throttle_free(guesses->known);
	free(guesses);
}

bool
tn_guesses_is_known(struct tn_guesses *guesses, const char *account,
                    const char *source, int64_t now)
{
	return tn_throttle_is_on(guesses->known, account, source, now);
}

bool
tn_guesses_begin(struct tn_guesses *guesses, const char *account,
                 const char *source, bool is_self, int64_t now)
{
	unsigned int most = TN_GUESSES_SELF;

	if (tn_throttle_is_on(guesses->pairs, account, source, now))
		return false;
	if (!is_self) {
		most = TN_GUESSES_KNOWN;
		if (tn_throttle_is_on(guesses->places, account, source, now))
			return false;
		if (!tn_guesses_is_known(guesses, account, source, now)) {
			most = TN_GUESSES_STRANGER;
			if (tn_throttle_is_on(guesses->sources, ANY, source,
			                      now))
				return false;
		}
	}
	return tn_throttle_take(guesses->accounts, account, ANY, most, now);
}

void
tn_guesses_wrong(struct tn_guesses *guesses, const char *account,
                 const char *source, int64_t now)
{
	/* The account's was counted when it began. */
	tn_throttle_failed(guesses->pairs, account, source, now);
	tn_throttle_failed(guesses->places, account, source, now);
	tn_throttle_failed(guesses->sources, ANY, source, now);
}

void
tn_guesses_right(struct tn_guesses *guesses, const char *account,
                 const char *source, int64_t now)
{
	tn_throttle_succeeded(guesses->pairs, account, source);
	tn_throttle_succeeded(guesses->places, account, source);
	/* As slapd forgets what it counted. */
	tn_throttle_succeeded(guesses->accounts, account, ANY);
	tn_throttle_failed(guesses->known, account, source, now);
}

void
tn_guesses_undo(struct tn_guesses *guesses, const char *account)
{
	tn_throttle_undo(guesses->accounts, account, ANY);
}

void
tn_guesses_recall(struct tn_guesses *guesses, const char *account,
                  const char *source, int64_t age, int64_t now)
{
	/* A clock that was ahead then makes nobody known for longer. */
	tn_throttle_failed(guesses->known, account, source,
	                   now - (age > 0 ? age : 0));
}
