/*
 * Whatever the directory says: who is asked for is who comes back, or nobody;
 * and whoever is served stands up to DESIGN section 12, told a second time by
 * served_oracle.c. An input is a run of changes with publications between.
 */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "fuzz_host.h"
#include "snapshot/snapshot_reader.h"

#define STEPS        12
#define PUBLICATIONS 2

static void
forget(struct said *said, size_t slot)
{
	if (said->is_there[slot])
		hostile_entry_done(&said->entry[slot]);
	said->is_there[slot] = false;
}

static void
put(struct fuzz_host *host, struct said *said, struct fuzz_script *script,
    uint8_t what)
{
	size_t slot = what / 8 % ORACLE_SLOTS;
	uint8_t locks = fuzz_byte(script);

	forget(said, slot);
	hostile_entry_make(script, (unsigned int)slot, what % 8 >= 3,
	                   &said->entry[slot]);
	said->locks[slot] = locks < 32 ? locks % 8 : 0;
	said->is_there[slot] = fuzz_host_put(host, &said->entry[slot].entry,
	                                     said->locks[slot], locks >= 240);
	if (!said->is_there[slot])
		hostile_entry_done(&said->entry[slot]);
}

/* Nobody comes who was not asked for. */
static void
ask(const struct fuzz_host *host, const struct served *served, const char *name)
{
	struct passwd found;
	char buffer[2048];
	size_t i;
	int rc;

	for (i = 0; i < served->users; i++)
		if (strcmp(served->user[i].name, name) == 0)
			return; /* fuzz_host_served looked */
	rc = tn_snapshot_user_by_name(&host->pair, name, &found, buffer,
	                              sizeof(buffer), NULL);
	FUZZ_EXPECT(rc == TN_E_NOT_FOUND);
}

static void
publish(struct fuzz_host *host, const struct said *said, struct served *before,
        bool is_whole)
{
	static struct served served;
	struct oracle oracle = { .said = said, .before = before };
	size_t i;

	fuzz_host_publish(host, is_whole);
	oracle.is_local_p1 = host->is_local_p1;
	oracle.is_held = host->is_held;
	fuzz_host_served(host, &served);
	for (i = 0; i < served.users; i++)
		oracle_user(&oracle, &served.user[i]);
	for (i = 0; i < served.groups; i++)
		oracle_group(&oracle, &served, &served.group[i]);
	for (i = 0; i < ORACLE_SLOTS; i++) {
		const struct tn_attribute *names =
		    &said->entry[i].attributes[1];
		size_t n;

		for (n = 0; said->is_there[i] && n < names->count; n++)
			ask(host, &served, names->values[n].data);
	}
	ask(host, &served, "root");
	ask(host, &served, "");
	*before = served;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct said said;
	static struct served before;
	struct fuzz_script script = { .at = data, .left = size };
	struct fuzz_host host;
	int publications = 0;
	size_t i;
	int step;

	fuzz_host_init(&host);
	before.users = before.groups = 0;
	for (step = 0; step < STEPS && script.left > 0; step++) {
		uint8_t what = fuzz_byte(&script);

		switch (what % 8) {
		case 0:
		case 1:
		case 2:
		case 3:
		case 4:
			put(&host, &said, &script, what);
			break;
		case 5:
			fuzz_host_remove(&host, what / 8 % ORACLE_SLOTS);
			forget(&said, what / 8 % ORACLE_SLOTS);
			break;
		case 6:
			/* The host's own files: all is judged again. */
			host.is_local_p1 = !host.is_local_p1;
			host.state.is_all_touched = true;
			break;
		default:
			if (publications++ < PUBLICATIONS)
				publish(&host, &said, &before, what / 8 == 31);
			break;
		}
	}
	publish(&host, &said, &before, false);
	for (i = 0; i < ORACLE_SLOTS; i++)
		forget(&said, i);
	fuzz_host_done(&host);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	/* A person of slot n is 8 n, a group 3 + 8 n; then locks, changes. 5
	   takes away, 6 is the host's own p1, 7 publishes. */
	static const uint8_t everybody[] = { 0,   200, 0,  8,   200, 0, 16,
		                             200, 0,   35, 200, 0,   7 };
	static const struct {
		uint8_t bytes[24];
		size_t size;
	} more[] = {
		{ { 0 }, 0 },
		{ { 0, 200, 1, 9, 128, 5, 7 }, 7 },              /* leak */
		{ { 0, 200, 1, 9, 128, 6 }, 6 },                 /* departed */
		{ { 5, 7, 13, 7, 0, 200, 0 }, 7 },               /* and back */
		{ { 0, 3, 0, 7, 0, 200, 0 }, 7 },                /* locked */
		{ { 0, 200, 1, 1, 65 }, 5 },                     /* login */
		{ { 0, 200, 1, 4, 66, 7, 5 }, 7 },               /* number */
		{ { 6, 7, 8, 200, 1, 9, 128, 5 }, 8 },           /* local */
		{ { 35, 200, 2, 14, 128, 16, 15, 128, 12 }, 9 }, /* members */
		{ { 0, 200, 2, 0, 128, 1, 12, 128, 18 }, 9 },    /* service */
		{ { 5, 13, 21, 7, 255 }, 5 },                    /* the brake */
		{ { 3, 200, 0, 7, 0, 200, 0, 255 }, 8 },         /* a group */
		{ { 0, 200, 1, 4, 65, 8, 200, 1, 4, 64 }, 10 },  /* exchange */
	};

	if (number >= TN_ARRAY_LEN(more))
		return FUZZ_NO_SEED;
	FUZZ_EXPECT(sizeof(everybody) + more[number].size <= room);
	memcpy(data, everybody, sizeof(everybody));
	memcpy(data + sizeof(everybody), more[number].bytes, more[number].size);
	return sizeof(everybody) + more[number].size;
}
