#include <config.h>

#include "fair_queue.h"

#include <string.h>

void
tn_fair_init(struct tn_fair_queue *queue, const struct tn_fair_bounds *most)
{
	memset(queue, 0, sizeof(*queue));
	queue->most = *most;
}

static uint64_t *
turn_of(uint64_t turns[TN_FAIR_TURNS], uint64_t number)
{
	return &turns[number % TN_FAIR_TURNS];
}

/* Turns that lie so far back that all others have had theirs count alike: who
   comes from ever new sources is not ahead of who was here yesterday. */
static uint64_t
age_of(const struct tn_fair_queue *queue, uint64_t turn)
{
	const uint64_t age = queue->turn - turn;

	return age < TN_FAIR_MAX ? age : TN_FAIR_MAX;
}

/* Is a to be served before b, who came before? */
static bool
is_before(struct tn_fair_queue *queue, const struct tn_waiting *a,
          const struct tn_waiting *b)
{
	uint64_t age_a;
	uint64_t age_b;

	if (a->is_known != b->is_known)
		return a->is_known;
	age_a = age_of(queue, *turn_of(queue->source_turn, a->source));
	age_b = age_of(queue, *turn_of(queue->source_turn, b->source));
	if (age_a != age_b)
		return age_a > age_b;
	if (a->source != b->source)
		return false;
	return age_of(queue, *turn_of(queue->account_turn, a->account)) >
	       age_of(queue, *turn_of(queue->account_turn, b->account));
}

static bool
may_be_served(const struct tn_fair_queue *queue, const struct tn_waiting *item)
{
	struct tn_fair_bounds busy = { 0 };
	size_t i;

	for (i = 0; i < queue->busy_count; i++) {
		const struct tn_waiting *other = &queue->busy[i];

		busy.of_source += other->source == item->source ? 1 : 0;
		busy.of_account += other->account == item->account ? 1 : 0;
		busy.of_strangers += other->is_known ? 0 : 1;
	}
	return queue->busy_count < TN_FAIR_BUSY &&
	       (item->source == 0 || busy.of_source < queue->most.of_source) &&
	       (item->account == 0 ||
	        busy.of_account < queue->most.of_account) &&
	       (item->is_known || busy.of_strangers < queue->most.of_strangers);
}

static void
take_out(struct tn_fair_queue *queue, size_t at, struct tn_waiting *ret)
{
	*ret = queue->waiting[at];
	queue->count--;
	memmove(&queue->waiting[at], &queue->waiting[at + 1],
	        (queue->count - at) * sizeof(*ret));
}

bool
tn_fair_pop(struct tn_fair_queue *queue, struct tn_waiting *ret)
{
	size_t best = queue->count;
	size_t i;

	for (i = 0; i < queue->count; i++)
		if (may_be_served(queue, &queue->waiting[i]) &&
		    (best == queue->count ||
		     is_before(queue, &queue->waiting[i],
		               &queue->waiting[best])))
			best = i;
	if (best == queue->count)
		return false;
	take_out(queue, best, ret);
	queue->turn++;
	*turn_of(queue->source_turn, ret->source) = queue->turn;
	*turn_of(queue->account_turn, ret->account) = queue->turn;
	queue->busy[queue->busy_count++] = *ret;
	return true;
}

void
tn_fair_done(struct tn_fair_queue *queue, const struct tn_waiting *item)
{
	size_t i;

	for (i = 0; i < queue->busy_count; i++)
		if (queue->busy[i].number == item->number) {
			queue->busy[i] = queue->busy[--queue->busy_count];
			return;
		}
}

/* How many of this source wait. */
static size_t
waiting_of(const struct tn_fair_queue *queue, uint64_t source)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < queue->count; i++)
		count += queue->waiting[i].source == source ? 1 : 0;
	return count;
}

/* Whose place is given away when it is full: the newest of the largest source,
   and of those one that nobody knows, if there is one. */
static size_t
least_of(const struct tn_fair_queue *queue)
{
	size_t largest = 0;
	size_t worst = 0;
	size_t of_source;
	size_t i;

	for (i = 0; i < queue->count; i++) {
		if (queue->waiting[i].is_known &&
		    !queue->waiting[worst].is_known)
			continue;
		of_source = waiting_of(queue, queue->waiting[i].source);
		if (of_source >= largest || (queue->waiting[worst].is_known &&
		                             !queue->waiting[i].is_known)) {
			largest = of_source;
			worst = i;
		}
	}
	return worst;
}

bool
tn_fair_push(struct tn_fair_queue *queue, const struct tn_waiting *item,
             struct tn_waiting *ret_gone)
{
	bool is_full = queue->count == TN_FAIR_MAX;
	size_t worst;

	if (is_full) {
		worst = least_of(queue);
		if (waiting_of(queue, item->source) >=
		        waiting_of(queue, queue->waiting[worst].source) &&
		    !(item->is_known && !queue->waiting[worst].is_known)) {
			*ret_gone = *item;
			return true;
		}
		take_out(queue, worst, ret_gone);
	}
	queue->waiting[queue->count] = *item;
	queue->waiting[queue->count++].number = ++queue->pushed;
	return is_full;
}
