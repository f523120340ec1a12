#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/hash_table.h"

/* How many people of a department there are, and how many would go. */
struct department {
	const char *name; /* borrowed */
	size_t total;
	size_t affected;
	UT_hash_handle hh;
};

/* A present roster row without an account, by its name. */
struct newcomer {
	const char *name; /* borrowed */
	const struct roster_row *row;
	UT_hash_handle hh;
};

struct planner {
	const struct plan_input *input;
	struct plan *plan;
	struct department *departments;
	struct newcomer *newcomers;
};

static const char *
department_of(const struct person *person, const struct roster_row *row)
{
	return row && *row->department ? row->department
	                               : person->account->department;
}

static int
count_department(struct planner *planner, const char *name, bool affected,
                 struct tn_err *err)
{
	struct department *department = NULL;

	HASH_FIND_STR(planner->departments, name, department);
	if (!department) {
		department = calloc(1, sizeof(*department));
		if (!department)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		department->name = name;
		HASH_ADD_KEYPTR(hh, planner->departments, department->name,
		                strlen(department->name), department);
		if (TN_HASH_LOST(hh, department)) {
			free(department);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
	}
	department->total++;
	department->affected += affected;
	return TN_OK;
}

static int
find_newcomers(struct planner *planner, struct tn_err *err)
{
	const struct roster *roster = planner->input->roster;
	struct newcomer *newcomer;
	size_t i;

	for (i = 0; i < roster->count; i++) {
		const struct roster_row *row = &roster->rows[i];

		if (row->status != ROSTER_PRESENT ||
		    people_by_staff_number(planner->input->people,
		                           row->staff_number))
			continue;
		newcomer = NULL;
		HASH_FIND_STR(planner->newcomers, row->name, newcomer);
		if (newcomer)
			continue;
		newcomer = calloc(1, sizeof(*newcomer));
		if (!newcomer)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		newcomer->name = row->name;
		newcomer->row = row;
		HASH_ADD_KEYPTR(hh, planner->newcomers, newcomer->name,
		                strlen(newcomer->name), newcomer);
		if (TN_HASH_LOST(hh, newcomer)) {
			free(newcomer);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
	}
	return TN_OK;
}

/* Decide about one account; false when it is as it should be. */
static bool
decide(const struct planner *planner, const struct person *person,
       struct plan_item *item)
{
	const struct plan_input *input = planner->input;
	const struct tn_account *account = person->account;
	const struct roster_row *row = item->row;
	struct newcomer *newcomer = NULL;

	if (person->is_second) {
		item->kind = PLAN_QUARANTINE;
		item->cause = PLAN_CAUSE_SECOND;
		return true;
	}
	if (row && strcmp(row->name, account->real_name)) {
		item->kind = PLAN_QUARANTINE;
		item->cause = PLAN_CAUSE_NAME_DIFFERS;
		return true;
	}
	if (row && row->status != ROSTER_DEPARTED)
		return false;
	if (row) {
		item->cause = PLAN_CAUSE_DEPARTED;
		/* The last day is inclusive (DESIGN section 5, row 3). */
		if (row->end_day != TN_DAY_NONE &&
		    row->end_day >= input->today) {
			item->kind = PLAN_LATER;
			return true;
		}
	} else {
		HASH_FIND_STR(planner->newcomers, account->real_name, newcomer);
		if (newcomer) {
			item->kind = PLAN_QUARANTINE;
			item->cause = PLAN_CAUSE_NUMBER_DIFFERS;
			item->row = newcomer->row;
			return true;
		}
		/* Absence means nothing in a list that may have holes. */
		if (!input->roster_is_complete)
			return false;
		item->cause = PLAN_CAUSE_ABSENT;
	}
	item->kind = person->holds_role ? PLAN_ROLE : PLAN_DISABLE;
	return true;
}

/* An elder account is in the same trouble as the second one of its number. */
static bool
has_second(const struct people *people, const struct person *person)
{
	size_t i;

	for (i = 0; i < people->count; i++) {
		if (people->persons[i].is_second &&
		    !strcmp(people->persons[i].account->staff_number,
		            person->account->staff_number))
			return true;
	}
	return false;
}

static int
judge_person(struct planner *planner, const struct person *person,
             bool any_second, struct tn_err *err)
{
	const struct tn_account *account = person->account;
	struct plan *plan = planner->plan;
	struct plan_item item = { .person = person };
	bool is_item;
	int r;

	if (account->kind != TN_KIND_PERSON || !*account->staff_number ||
	    account->status == TN_STATUS_DEPARTED)
		return TN_OK;
	item.row = roster_find(planner->input->roster, account->staff_number);
	is_item = decide(planner, person, &item);
	if (is_item && item.kind != PLAN_QUARANTINE && any_second &&
	    has_second(planner->input->people, person)) {
		item.kind = PLAN_QUARANTINE;
		item.cause = PLAN_CAUSE_SECOND;
	}
	r = count_department(planner, department_of(person, item.row),
	                     is_item && item.kind == PLAN_DISABLE, err);
	if (r)
		return r;
	plan->population++;
	if (is_item) {
		plan->items[plan->count++] = item;
		plan->disable_count += item.kind == PLAN_DISABLE;
	}
	return TN_OK;
}

static int
compare_departments(struct department *a, struct department *b)
{
	return strcmp(a->name, b->name);
}

static int
add_brakes(struct planner *planner, struct tn_err *err)
{
	const struct plan_input *input = planner->input;
	struct plan *plan = planner->plan;
	struct department *department;
	enum brake_cause cause;

	plan->brakes = calloc((size_t)HASH_COUNT(planner->departments) + 1,
	                      sizeof(*plan->brakes));
	if (!plan->brakes)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	cause =
	    brake_check(input->limits, plan->disable_count, plan->population);
	if (cause)
		plan->brakes[plan->brake_count++] = (struct plan_brake){
			.cause = cause,
			.affected = plan->disable_count,
			.total = plan->population,
		};
	HASH_SORT(planner->departments, compare_departments);
	for (department = planner->departments; department;
	     department = department->hh.next) {
		cause = brake_check(input->limits, department->affected,
		                    department->total);
		if (cause)
			plan->brakes[plan->brake_count++] = (struct plan_brake){
				.department = department->name,
				.cause = cause,
				.affected = department->affected,
				.total = department->total,
			};
	}
	plan->has_shrunk = brake_shrunk(input->limits, input->roster->present,
	                                input->present_before);
	return TN_OK;
}

static void
planner_done(struct planner *planner)
{
	struct department *department;
	struct department *next_department;
	struct newcomer *newcomer;
	struct newcomer *next_newcomer;

	HASH_ITER(hh, planner->departments, department, next_department)
	{
		HASH_DEL(planner->departments, department);
		free(department);
	}
	HASH_ITER(hh, planner->newcomers, newcomer, next_newcomer)
	{
		HASH_DEL(planner->newcomers, newcomer);
		free(newcomer);
	}
	plan_free(planner->plan);
}

int
plan_make(const struct plan_input *input, struct plan **ret, struct tn_err *err)
{
	const struct people *people = input->people;
	struct planner planner = { .input = input };
	bool any_second = false;
	size_t i;
	int r;

	planner.plan = calloc(1, sizeof(*planner.plan));
	if (planner.plan)
		planner.plan->items =
		    calloc(people->count + 1, sizeof(struct plan_item));
	if (!planner.plan || !planner.plan->items) {
		r = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	r = find_newcomers(&planner, err);
	for (i = 0; i < people->count; i++)
		any_second = any_second || people->persons[i].is_second;
	for (i = 0; i < people->count && !r; i++)
		r = judge_person(&planner, &people->persons[i], any_second,
		                 err);
	if (!r)
		r = add_brakes(&planner, err);
	if (!r) {
		*ret = planner.plan;
		planner.plan = NULL;
	}
out:
	planner_done(&planner);
	return r;
}

void
plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->items);
	free(plan->brakes);
	free(plan);
}

bool
plan_is_braked(const struct plan *plan)
{
	return plan->brake_count > 0 || plan->has_shrunk;
}

const char *
plan_cause_words(enum plan_cause cause)
{
	switch (cause) {
	case PLAN_CAUSE_DEPARTED:
		return "has left, says the roster";
	case PLAN_CAUSE_ABSENT:
		return "is not in the roster, which is declared complete";
	case PLAN_CAUSE_NAME_DIFFERS:
		return "has another name in the roster";
	case PLAN_CAUSE_NUMBER_DIFFERS:
		return "has another staff number in the roster";
	case PLAN_CAUSE_SECOND:
		return "shares the staff number with another account";
	}
	return "";
}

const char *
plan_cause_text(enum plan_cause cause)
{
	switch (cause) {
	case PLAN_CAUSE_DEPARTED:
		return "departed";
	case PLAN_CAUSE_ABSENT:
		return "absent";
	case PLAN_CAUSE_NAME_DIFFERS:
		return "name-differs";
	case PLAN_CAUSE_NUMBER_DIFFERS:
		return "number-differs";
	case PLAN_CAUSE_SECOND:
		return "second-account";
	}
	return "";
}

const char *
plan_kind_text(enum plan_kind kind)
{
	switch (kind) {
	case PLAN_DISABLE:
		return "disable";
	case PLAN_ROLE:
		return "role-holder";
	case PLAN_QUARANTINE:
		return "quarantine";
	case PLAN_LATER:
		return "later";
	}
	return "";
}
