#include <config.h>

#include "answer_time.h"

#include <sys/random.h>

/* Up by an eighth when one takes longer, down by 1/152 when not: it stands
   still where one in twenty takes longer. */
#define UP   8
#define DOWN 152

static int64_t
usual_of(const struct tn_answer_time *answer_time)
{
	int64_t usual = atomic_load(&answer_time->usual);

	return usual < TN_ANSWER_TIME_LEAST ? TN_ANSWER_TIME_LEAST : usual;
}

void
tn_answer_time_learn(struct tn_answer_time *answer_time, int64_t took)
{
	int64_t usual = usual_of(answer_time);

	if (took * 1000 > usual)
		usual += usual / UP;
	else
		usual -= usual / DOWN;
	if (usual < TN_ANSWER_TIME_LEAST)
		usual = TN_ANSWER_TIME_LEAST;
	if (usual > TN_ANSWER_TIME_MOST)
		usual = TN_ANSWER_TIME_MOST;
	/* Two at once: one of them is lost, which is no harm. */
	atomic_store(&answer_time->usual, usual);
}

int64_t
tn_answer_time_due(const struct tn_answer_time *answer_time, int64_t came)
{
	int64_t usual = usual_of(answer_time);
	uint16_t random = 0;

	(void)!getrandom(&random, sizeof(random), 0);
	return came + (usual + usual / 8 * random / UINT16_MAX) / 1000;
}
