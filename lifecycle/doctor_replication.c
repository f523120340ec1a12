/*
 * Has each of two directory servers what it takes from the other? What one has
 * now must come to the other within some seconds; what comes later is not
 * waited for, so that a server that is written to all day is not behind.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "directory/search.h"
#include "doctor_peer.h"

#define WAIT_MS 5000
#define STEP_MS 200
#define CSN_MAX 48 /* "20261123000000.000000Z#000000#001#000000" */
#define SIDS    8
#define SID_AT  30
#define SID_LEN 3

struct csns {
	size_t count;
	char csn[SIDS][CSN_MAX];
};

static int
found_csns(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct csns *ret = arg;
	const struct tn_value *values;
	size_t count;
	size_t i;

	(void)err;
	values = tn_entry_values(entry, "contextCSN", &count);
	for (i = 0; i < count && ret->count < SIDS; i++) {
		if (values[i].len > SID_AT + SID_LEN &&
		    values[i].len < CSN_MAX)
			snprintf(ret->csn[ret->count++], CSN_MAX, "%s",
			         values[i].data);
	}
	return TN_OK;
}

static int
read_csns(const struct doctor *doctor, struct tn_connection *connection,
          struct csns *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "contextCSN", NULL };
	int status;

	ret->count = 0;
	status = tn_search(connection, doctor->session.config->base,
	                   TN_SCOPE_BASE, "(objectClass=*)", attributes,
	                   found_csns, ret, err);
	/* A second that has nothing yet is behind. */
	return status == TN_E_NOT_FOUND ? TN_OK : status;
}

/* The first number of ahead that follower has not reached, or NULL. */
static const char *
not_reached(const struct csns *ahead, const struct csns *follower)
{
	size_t i, k;

	for (i = 0; i < ahead->count; i++) {
		const char *csn = ahead->csn[i];

		for (k = 0; k < follower->count; k++) {
			if (!strncmp(csn + SID_AT, follower->csn[k] + SID_AT,
			             SID_LEN) &&
			    strcmp(csn, follower->csn[k]) <= 0)
				break;
		}
		if (k == follower->count)
			return csn;
	}
	return NULL;
}

/* Locks by their dn, sorted. */
struct locks {
	size_t count;
	size_t room;
	char **dn;
};

static int
found_lock(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct locks *ret = arg;

	if (ret->count == ret->room) {
		size_t room = ret->room ? 2 * ret->room : 64;
		char **dn = realloc(ret->dn, room * sizeof(*dn));

		if (!dn)
			return tn_fail(err, TN_E_NO_MEMORY, "memory");
		ret->dn = dn;
		ret->room = room;
	}
	ret->dn[ret->count] = strdup(entry->dn);
	if (!ret->dn[ret->count])
		return tn_fail(err, TN_E_NO_MEMORY, "memory");
	ret->count++;
	return TN_OK;
}

static int
by_dn(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

static void
done_locks(struct locks *locks)
{
	while (locks->count)
		free(locks->dn[--locks->count]);
	free(locks->dn);
	*locks = (struct locks){ .dn = NULL };
}

static int
read_locks(const struct doctor *doctor, struct tn_connection *connection,
           struct locks *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "cn", NULL };
	char base[TN_DN_MAX + 1];
	int status;

	done_locks(ret);
	snprintf(base, sizeof(base), "ou=locks,%s",
	         doctor->session.config->base);
	status = tn_search(connection, base, TN_SCOPE_ONE,
	                   "(objectClass=tenureLock)", attributes, found_lock,
	                   ret, err);
	if (ret->count)
		qsort(ret->dn, ret->count, sizeof(*ret->dn), by_dn);
	return status == TN_E_NOT_FOUND ? TN_OK : status;
}

static const char *
not_there(const struct locks *locks, const struct locks *other)
{
	size_t i;

	for (i = 0; i < locks->count; i++)
		if (!other->count ||
		    !bsearch(&locks->dn[i], other->dn, other->count,
		             sizeof(*other->dn), by_dn))
			return locks->dn[i];
	return NULL;
}

struct pair {
	struct tn_connection *writer;
	struct tn_connection *second;
	struct csns ahead;   /* of the writer, at the start */
	struct locks locked; /* at the second, at the start */
	const char *change;  /* that the second has not, or NULL */
	const char *lock;    /* that the writer has not, or NULL */
};

static int
look(const struct doctor *doctor, struct pair *pair, struct tn_err *err)
{
	struct locks locks = { .dn = NULL };
	struct csns csns;
	int status;

	status = read_csns(doctor, pair->second, &csns, err);
	if (status == TN_OK)
		status = read_locks(doctor, pair->writer, &locks, err);
	if (status == TN_OK) {
		pair->change = not_reached(&pair->ahead, &csns);
		pair->lock = not_there(&pair->locked, &locks);
	}
	done_locks(&locks);
	return status;
}

static int
compare(const struct doctor *doctor, struct pair *pair, struct tn_err *err)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	int waited;
	int status;

	status = read_csns(doctor, pair->writer, &pair->ahead, err);
	if (status == TN_OK && !pair->ahead.count)
		status = tn_fail(err, TN_E_INCOMPLETE,
		                 "the writer tells no contextCSN");
	if (status == TN_OK)
		status = read_locks(doctor, pair->second, &pair->locked, err);
	for (waited = 0; status == TN_OK; waited += STEP_MS) {
		status = look(doctor, pair, err);
		if (waited >= WAIT_MS || (!pair->change && !pair->lock))
			break;
		nanosleep(&step, NULL);
	}
	return status;
}

void
doctor_replication(struct doctor *doctor)
{
	const struct tn_config *config = doctor->session.config;
	struct tn_connection *peer = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct pair pair = { .writer = NULL };
	bool is_second = *config->writer;

	if (!doctor_has_peer(doctor) || !doctor_is_heard(doctor))
		return;
	if (doctor_peer_open(doctor, &peer, &err)) {
		/* Has a complaint of its own: provider-link. */
		doctor_unknown(doctor, config->peer, "%s", err.text);
		return;
	}
	pair.writer = is_second ? peer : doctor->session.connection;
	pair.second = is_second ? doctor->session.connection : peer;
	if (compare(doctor, &pair, &err)) {
		doctor_unknown(doctor, config->peer, "%s", err.text);
	} else {
		if (pair.change)
			doctor_complain(doctor, "the second provider",
			                "has not got the writer's change %s",
			                pair.change);
		if (pair.lock)
			doctor_complain(doctor, "the writer",
			                "has not got %s of the second provider",
			                pair.lock);
	}
	done_locks(&pair.locked);
	tn_connection_closep(&peer);
}
