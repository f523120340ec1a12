/* What the hosts say of themselves, and when. */
#include "doctor.h"

#include "base/day.h"
#include "directory/search.h"
#include "host_verb.h"

#define CLOCK_MAX  60    /* seconds between two clocks */
#define SILENT_MAX 10800 /* three hourly reports missed */

typedef void report_judge(struct doctor *doctor, const struct tn_entry *entry,
                          const char *name);

struct walk {
	struct doctor *doctor;
	report_judge *judge;
};

static int
found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const struct walk *walk = arg;
	const char *name = tn_entry_text(entry, "cn");

	(void)err;
	if (name)
		walk->judge(walk->doctor, entry, name);
	return TN_OK;
}

static void
each_report(struct doctor *doctor, report_judge *judge)
{
	static const char *const attributes[] = { "cn", "tenureSeenTime",
		                                  "tenureBreakGlass",
		                                  "modifyTimestamp", NULL };
	struct walk walk = { doctor, judge };
	struct tn_err err = TN_ERR_INIT;

	if (!doctor_is_heard(doctor))
		return;
	if (tn_search(doctor->session.connection, HOST_REPORTS, TN_SCOPE_ONE,
	              "(objectClass=tenureReport)", attributes, found, &walk,
	              &err))
		doctor_unknown(doctor, HOST_REPORTS, "%s", err.text);
}

/* The host wrote its own time, slapd beside it when it came in. */
static void
judge_clock(struct doctor *doctor, const struct tn_entry *entry,
            const char *name)
{
	int64_t seen;
	int64_t written;
	int64_t apart;

	if (tn_entry_time(entry, "tenureSeenTime", &seen) ||
	    tn_entry_time(entry, "modifyTimestamp", &written))
		return;
	apart = seen - written;
	if (apart > CLOCK_MAX || apart < -CLOCK_MAX)
		doctor_complain(doctor, name,
		                "has a clock that is %lld s %s this one",
		                (long long)(apart > 0 ? apart : -apart),
		                apart > 0 ? "ahead of" : "behind");
}

static void
judge_silence(struct doctor *doctor, const struct tn_entry *entry,
              const char *name)
{
	int64_t written;
	int64_t seen;

	/* slapd's time, so that a wrong clock is no silence. */
	if (tn_entry_time(entry, "tenureSeenTime", &seen) ||
	    tn_entry_time(entry, "modifyTimestamp", &written))
		doctor_complain(doctor, name, "never reported");
	else if (doctor->session.moment.now - written > SILENT_MAX)
		doctor_complain(
		    doctor, name, "reported %lld hours ago for the last time",
		    (long long)((doctor->session.moment.now - written) / 3600));
}

static void
judge_break_glass(struct doctor *doctor, const struct tn_entry *entry,
                  const char *name)
{
	int64_t seen;

	/* One that never reported has a complaint already. */
	if (!tn_entry_time(entry, "tenureSeenTime", &seen) &&
	    !tn_entry_text(entry, "tenureBreakGlass"))
		doctor_complain(doctor, name, "names no break-glass account");
}

void
doctor_host_clocks(struct doctor *doctor)
{
	each_report(doctor, judge_clock);
}

void
doctor_host_silent(struct doctor *doctor)
{
	each_report(doctor, judge_silence);
}

void
doctor_host_break_glass(struct doctor *doctor)
{
	each_report(doctor, judge_break_glass);
}
