/*
 * What the daemon keeps in hashes (base/hash_table.h), put in one by one with
 * the first, second, ... allocation failing: it is told, what was there is as it
 * was, and where there is memory again all of it is there. As shipped, uthash
 * ends the program instead.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account_table.h"
#include "base/attrs.h"
#include "failing_memory.h"
#include "kept_locks.h"
#include "text_pool.h"
#include "wire/lock_record.h"

/* So many that tables grow; then each once more, as another. */
#define HALF 120u
#define ALL  (2 * HALF)

struct victim {
	const char *name;
	void (*start)(void);
	int (*put)(unsigned int n);
	/* It could not be put: what was there before is. May be NULL. */
	bool (*is_as_before)(unsigned int n);
	bool (*is_all_there)(void);
	void (*end)(void);
	size_t least; /* allocations that it makes, or more */
};

static struct tn_account_table table;
static struct tn_kept_locks kept;
static struct tn_text_pool pool;
static uint32_t numbers[ALL];
static char admitting[HALF][8];
static char *admitting_names[HALF + 1];

static struct tn_uuid
uuid_of(unsigned int kind, unsigned int n)
{
	struct tn_uuid uuid = { { (uint8_t)kind } };

	uuid.byte[14] = (uint8_t)(n >> 8);
	uuid.byte[15] = (uint8_t)n;
	return uuid;
}

static const char *
word(char letter, unsigned int n)
{
	static char words[4][16];
	static unsigned int next;

	next = (next + 1) % 4;
	(void)snprintf(words[next], sizeof(words[0]), "%c%u", letter, n);
	return words[next];
}

static void
start_table(void)
{
	tn_table_init(&table);
}

static void
end_table(void)
{
	tn_table_done(&table);
}

/* --- locks: the second half renames those of the first -------------------- */
static struct tn_lock
lock_of(unsigned int n)
{
	bool is_second = n >= HALF;

	return (struct tn_lock){
		.uuid = uuid_of(1, n % HALF),
		.name = word(is_second ? 'b' : 'a', n % HALF),
		.staff_number = word(is_second ? 'F' : 'E', n % HALF),
		.person_uuid = uuid_of(is_second ? 3 : 2, n % HALF),
		.kind = TN_LOCK_LEAK,
		.created = 100,
		.reason = "",
	};
}

static int
put_lock(unsigned int n)
{
	const struct tn_lock lock = lock_of(n);

	return tn_table_put_lock(&table, &lock, NULL);
}

static unsigned int
locks_of(unsigned int kind, char letter, unsigned int n)
{
	struct tn_account account;

	tn_account_init(&account);
	account.uuid = uuid_of(kind, n);
	account.staff_number = letter != 0 ? word(letter, n) : "";
	return tn_table_locks_of(&table, &account);
}

/* First or second half: by name, by person and by number. */
static bool
is_locked(unsigned int n, bool is_second)
{
	return tn_table_is_open(&table, word(is_second ? 'b' : 'a', n)) &&
	       locks_of(is_second ? 3 : 2, 0, n) == TN_LOCK_LEAK &&
	       locks_of(9, is_second ? 'F' : 'E', n) == TN_LOCK_LEAK;
}

static bool
lock_is_as_before(unsigned int n)
{
	return n < HALF ? !tn_table_is_open(&table, word('a', n))
	                : is_locked(n - HALF, false);
}

static bool
locks_are_there(void)
{
	unsigned int n;

	for (n = 0; n < HALF; n++)
		if (!is_locked(n, true) || is_locked(n, false) ||
		    tn_table_is_open(&table, word('a', n)) ||
		    locks_of(2, 0, n) != 0 || locks_of(9, 'E', n) != 0)
			return false;
	return true;
}

/* --- releases ---------------------------------------------------------------- */
static int
put_release(unsigned int n)
{
	return tn_table_put_release(&table, word('r', n), n + 1, NULL);
}

static bool
release_is_as_before(unsigned int n)
{
	return !tn_table_knows_lock(&table, word('r', n));
}

static bool
releases_are_there(void)
{
	unsigned int n;

	for (n = 0; n < ALL; n++)
		if (!tn_table_knows_lock(&table, word('r', n)))
			return false;
	return true;
}

/* --- groups that admit; the second half has other members --------------------- */
static void
start_groups(void)
{
	unsigned int n;

	tn_table_init(&table);
	for (n = 0; n < HALF; n++) {
		(void)snprintf(admitting[n], sizeof(admitting[n]), "g%u", n);
		admitting_names[n] = admitting[n];
	}
	tn_table_admit(&table, admitting_names, false);
}

static int
put_group(unsigned int n)
{
	bool is_second = n >= HALF;
	const char *const members[] = {
		word(is_second ? 'x' : 'm', n % HALF),
		word(is_second ? 'y' : 'n', n % HALF),
	};
	const struct tn_group group = {
		.uuid = uuid_of(4, n % HALF),
		.name = admitting[n % HALF],
		.gid = (is_second ? 4000000 : 3000000) + n % HALF,
		.members = members,
		.count = 2,
	};

	return tn_table_put_group(&table, &group, NULL);
}

/* How many of its two members and its number are admitted. */
static int
admitted(unsigned int n, bool is_second)
{
	struct tn_account account;
	int count = 0;

	tn_account_init(&account);
	account.login = word(is_second ? 'x' : 'm', n);
	count += tn_admission_has(&table.admission, &account);
	account.login = word(is_second ? 'y' : 'n', n);
	count += tn_admission_has(&table.admission, &account);
	account.login = "nobody";
	account.gid = (is_second ? 4000000 : 3000000) + n;
	return count + tn_admission_has(&table.admission, &account);
}

static bool
group_is_as_before(unsigned int n)
{
	if (n < HALF)
		return admitted(n, false) == 0;
	return admitted(n - HALF, false) == 3 && admitted(n - HALF, true) == 0;
}

static bool
groups_are_there(void)
{
	unsigned int n;

	for (n = 0; n < HALF; n++)
		if (admitted(n, true) != 3 || admitted(n, false) != 0)
			return false;
	return true;
}

/* --- accounts, marked; the second half says that they are gone ---------------- */
static int
put_account(unsigned int n)
{
	struct tn_account account;
	struct tn_uuid uuid = uuid_of(5, n % HALF);

	if (n >= HALF) {
		if (n == HALF) {
			while (tn_table_take_dirty_account(&table) != NULL)
				continue;
			tn_table_refresh_begin(&table);
		}
		tn_table_delete(&table, &uuid);
		return TN_OK;
	}
	tn_account_init(&account);
	account.uuid = uuid;
	account.kind = TN_KIND_PERSON;
	account.login = word('p', n);
	account.staff_number = word('S', n);
	account.uid = 2000000 + n;
	account.gid = 2000000;
	return tn_table_put_account(&table, &account, NULL);
}

static bool
all_are_gone(void)
{
	const struct tn_removal_brake brake = { .count = ALL, .percent = 100 };
	const struct tn_table_account *at;
	struct tn_refresh_result result;
	bool seen[HALF] = { false };
	unsigned int count = 0;

	result = tn_table_refresh_end(&table, false, &brake);
	while ((at = tn_table_take_dirty_account(&table)) != NULL) {
		count +=
		    at->account->vanished && !seen[at->account->uuid.byte[15]];
		seen[at->account->uuid.byte[15]] = true;
	}
	return !result.held && result.gone == HALF && count == HALF &&
	       !tn_table_is_dirty(&table);
}

/* --- locks that are kept over a restart ----------------------------------------- */
static void
start_kept(void)
{
	cr_assert_eq(tn_kept_locks_open(&kept, "/nonexistent/locks", NULL),
	             TN_OK);
}

static void
end_kept(void)
{
	tn_kept_locks_done(&kept);
}

static int
say_lock(unsigned int n, struct tn_buf *buf, struct tn_message *ret)
{
	const struct tn_lock lock = lock_of(n);
	int rc;

	tn_buf_init(buf, TN_WIRE_MAX);
	rc = tn_lock_record_put(buf, &lock, NULL, 0);
	return rc != TN_OK ? rc
	                   : tn_message_parse(buf->data, buf->len, ret, NULL);
}

static int
keep_lock(unsigned int n)
{
	struct tn_message message;
	struct tn_buf buf;
	int rc = say_lock(n, &buf, &message);

	if (rc == TN_OK)
		rc = tn_kept_locks_take(&kept, &message, NULL);
	tn_buf_done(&buf);
	return rc;
}

/* The name under which the lock is kept, or "". */
static const char *
kept_name(unsigned int n)
{
	const struct tn_lock *lock = NULL;
	struct tn_message message;
	struct tn_buf buf;

	if (say_lock(n, &buf, &message) == TN_OK)
		lock = tn_kept_locks_find(&kept, &message);
	tn_buf_done(&buf);
	return lock != NULL ? lock->name : "";
}

static bool
kept_is_as_before(unsigned int n)
{
	return strcmp(kept_name(n), n < HALF ? "" : word('a', n - HALF)) == 0;
}

static bool
kept_are_there(void)
{
	unsigned int n;

	for (n = 0; n < HALF; n++)
		if (strcmp(kept_name(n), word('b', n)) != 0)
			return false;
	return true;
}

/* --- texts ------------------------------------------------------------------------ */
static void
start_pool(void)
{
	pool = (struct tn_text_pool){ .count = 0 };
}

static void
end_pool(void)
{
	tn_pool_done(&pool);
}

static int
put_text(unsigned int n)
{
	const char *text = word('t', n);

	numbers[n] = tn_pool_take(&pool, text, strlen(text));
	return numbers[n] == TN_NO_TEXT ? TN_E_NO_MEMORY : TN_OK;
}

static bool
texts_are_there(void)
{
	unsigned int n;

	for (n = 0; n < ALL; n++)
		if (strcmp(tn_pool_text(&pool, numbers[n]), word('t', n)) != 0)
			return false;
	return pool.count == ALL;
}

static const struct victim victims[] = {
	{ "locks", start_table, put_lock, lock_is_as_before, locks_are_there,
	  end_table, 4 * ALL },
	{ "releases", start_table, put_release, release_is_as_before,
	  releases_are_there, end_table, 2 * ALL },
	{ "groups", start_groups, put_group, group_is_as_before,
	  groups_are_there, end_table, 4 * ALL },
	{ "accounts", start_table, put_account, NULL, all_are_gone, end_table,
	  10 },
	{ "kept locks", start_kept, keep_lock, kept_is_as_before,
	  kept_are_there, end_kept, 2 * ALL },
	{ "texts", start_pool, put_text, NULL, texts_are_there, end_pool, ALL },
};

/* One of them with the allocation that is behind so many failing; false when
   that is behind the last. */
static bool
fill(const struct victim *victim, size_t allowed)
{
	bool has_failed = false;
	unsigned int n;
	int rc;

	victim->start();
	memory_fail_after(allowed);
	for (n = 0; n < ALL; n++) {
		rc = victim->put(n);
		if (rc == TN_OK)
			continue;
		cr_assert(memory_is_back(), "%s %u: %d", victim->name, n, rc);
		has_failed = true;
		cr_assert_eq(rc, TN_E_NO_MEMORY, "%s %u", victim->name, n);
		cr_assert(victim->is_as_before == NULL ||
		              victim->is_as_before(n),
		          "%s %u, allocation %zu", victim->name, n, allowed);
		cr_assert_eq(victim->put(n), TN_OK, "%s %u", victim->name, n);
	}
	/* Also where nobody was told, since it was made good. */
	has_failed = memory_is_back() || has_failed;
	cr_assert(victim->is_all_there(), "%s, allocation %zu", victim->name,
	          allowed);
	victim->end();
	return has_failed;
}

Test(hash_memory, nothing_ends_or_is_lost_where_memory_does_not_suffice,
     .timeout = 120)
{
	size_t i;
	size_t n;

	for (i = 0; i < TN_ARRAY_LEN(victims); i++) {
		for (n = 0; fill(&victims[i], n); n++)
			continue;
		cr_expect_geq(n, victims[i].least, "%s: %zu", victims[i].name,
		              n);
	}
}
