#include "config.h"
#include "upgrade_merge.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "upgrade_values.h"

#define NAME_MAX_LEN 128
#define SHOWN        120 /* bytes of a value */

/* One entry on its way; the three sides of the attribute in hand. */
struct merging {
	struct upgrade_notes *notes;
	const char *dn;
	bool is_data;
	struct upgrade_values base, live, shipped;
	struct ldif_entry *ret;
	bool failed;
};

static void
note(struct merging *m, const char *word, const char *line, const char *more)
{
	fprintf(m->notes->out, "%s: %s: %.*s%s\n", word, m->dn, SHOWN, line,
	        more);
}

static void
emit(struct merging *m, const struct upgrade_values *values)
{
	size_t i;

	for (i = 0; i < values->count; i++)
		m->failed |= !ldif_entry_add(m->ret, values->lines[i]);
}

/* A value of a set, with its number where they have one. */
static void
emit_one(struct merging *m, const char *attribute, const char *line,
         bool is_numbered, size_t *number)
{
	size_t name = strlen(attribute);
	char *copy = NULL;
	int len;

	if (!is_numbered || line[name + 1] == ':') {
		m->failed |= !ldif_entry_add(m->ret, line);
		return;
	}
	len = asprintf(&copy, "%s: {%zu}%s", attribute, (*number)++,
	               upgrade_value_text(line));
	m->failed |= len < 0 || !ldif_entry_add(m->ret, copy);
	if (len >= 0)
		free(copy);
}

/* The line of the same name on another side, or NULL. */
static const char *
counterpart(const struct upgrade_values *side, const char *attribute,
            const char *line)
{
	const char *text = upgrade_value_text(line);
	size_t len = upgrade_value_key(attribute, text);
	size_t i;

	for (i = 0; i < side->count; i++) {
		const char *other = upgrade_value_text(side->lines[i]);

		if (upgrade_value_key(attribute, other) == len &&
		    !strncasecmp(text, other, len))
			return side->lines[i];
	}
	return NULL;
}

static bool
is_same_text(const char *left, const char *right)
{
	return left && right &&
	       !strcmp(upgrade_value_text(left), upgrade_value_text(right));
}

/* Which line of one name: ours, or theirs? */
static const char *
choose(struct merging *m, const char *base, const char *live,
       const char *shipped)
{
	if (!live) {
		m->notes->changes++;
		note(m, base ? "lost, put back" : "new", shipped, "");
		return shipped;
	}
	if (is_same_text(live, shipped))
		return shipped;
	if (is_same_text(live, base)) {
		m->notes->changes++;
		note(m, "changed", shipped, "");
		return shipped;
	}
	if (is_same_text(base, shipped)) {
		m->notes->kept++;
		note(m, "yours, kept", live, "");
		return live;
	}
	if (!m->notes->take_shipped) {
		m->notes->conflicts++;
		note(m, "changed by you and by Tenure", live, "");
		return live;
	}
	m->notes->changes++;
	note(m, "yours, replaced", live, "");
	return shipped;
}

/* What only they have: added by them, or shipped once and no longer. */
static void
emit_theirs(struct merging *m, const char *attribute, bool is_numbered,
            size_t *number)
{
	size_t i;

	for (i = 0; i < m->live.count; i++) {
		const char *line = m->live.lines[i];

		if (counterpart(&m->shipped, attribute, line))
			continue;
		if (is_same_text(counterpart(&m->base, attribute, line),
		                 line)) {
			m->notes->changes++;
			note(m, "no longer shipped", line, "");
			continue;
		}
		m->notes->kept++;
		note(m, "yours, kept", line, "");
		emit_one(m, attribute, line, is_numbered, number);
	}
}

static void
merge_set(struct merging *m, const char *attribute)
{
	bool is_numbered = m->live.is_numbered || m->shipped.is_numbered;
	/* The first limit that fits counts: theirs would never be asked. */
	bool theirs_first = !strcasecmp(attribute, "olcLimits");
	size_t number = 0;
	size_t i;

	if (theirs_first)
		emit_theirs(m, attribute, is_numbered, &number);
	for (i = 0; i < m->shipped.count; i++) {
		const char *line = m->shipped.lines[i];

		line = choose(m, counterpart(&m->base, attribute, line),
		              counterpart(&m->live, attribute, line), line);
		emit_one(m, attribute, line, is_numbered, &number);
	}
	if (!theirs_first)
		emit_theirs(m, attribute, is_numbered, &number);
}

static void
note_all(struct merging *m, const char *word,
         const struct upgrade_values *values,
         const struct upgrade_values *but_not)
{
	size_t i, k;

	for (i = 0; i < values->count; i++) {
		for (k = 0; k < but_not->count; k++) {
			if (is_same_text(values->lines[i], but_not->lines[k]))
				break;
		}
		if (k == but_not->count)
			note(m, word, values->lines[i], "");
	}
}

/* Values of which both sides changed some. */
static void
both_changed(struct merging *m, bool is_theirs)
{
	if (is_theirs) {
		m->notes->kept++;
		note_all(m, "yours, kept; Tenure changed it too", &m->live,
		         &m->shipped);
		emit(m, &m->live);
	} else if (m->notes->take_shipped) {
		m->notes->changes++;
		note_all(m, "yours, replaced", &m->live, &m->base);
		emit(m, &m->shipped);
	} else {
		m->notes->conflicts++;
		note_all(m, "changed by you and by Tenure", &m->live, &m->base);
		note_all(m, "taken out by you, changed by Tenure", &m->base,
		         &m->live);
		emit(m, &m->live);
	}
}

static void
merge_attribute(struct merging *m, const char *attribute)
{
	enum upgrade_rule rule =
	    m->is_data ? UPGRADE_THEIRS : upgrade_rule_of(attribute);

	if (upgrade_values_same(&m->live, &m->shipped)) {
		emit(m, &m->shipped);
	} else if (upgrade_values_same(&m->live, &m->base)) {
		m->notes->changes++;
		note_all(m, m->base.count ? "changed" : "new", &m->shipped,
		         &m->live);
		note_all(m, "no longer shipped", &m->live, &m->shipped);
		emit(m, &m->shipped);
	} else if (rule == UPGRADE_KEYED) {
		merge_set(m, attribute);
	} else if (m->is_data && strncasecmp(attribute, "pwd", 3) != 0 &&
	           upgrade_values_same(&m->base, &m->shipped)) {
		/* Members, the next number: what a directory is for. */
		emit(m, &m->live);
	} else if (upgrade_values_same(&m->base, &m->shipped)) {
		m->notes->kept++;
		note_all(m, "yours, kept", &m->live, &m->base);
		note_all(m, "taken out by you", &m->base, &m->live);
		emit(m, &m->live);
	} else {
		both_changed(m, rule == UPGRADE_THEIRS);
	}
}

/* Has this attribute been seen in the first `until` lines? */
static bool
was_before(const struct ldif_entry *entry, size_t until, const char *attribute)
{
	size_t i;

	for (i = 0; entry && i < until; i++) {
		if (ldif_line_is(entry->lines[i], attribute))
			return true;
	}
	return false;
}

static void
merge_lines(struct merging *m, const struct ldif_entry *of,
            const struct ldif_entry *done, const struct ldif_entry *base,
            const struct ldif_entry *live, const struct ldif_entry *shipped)
{
	char name[NAME_MAX_LEN];
	size_t i;

	for (i = 0; of && i < of->count; i++) {
		size_t len = strcspn(of->lines[i], ":");

		if (len >= sizeof(name)) {
			m->failed = true;
			return;
		}
		memcpy(name, of->lines[i], len);
		name[len] = '\0';
		if (ldif_line_is_operational(of->lines[i]) ||
		    was_before(of, i, name) ||
		    was_before(done, done ? done->count : 0, name))
			continue;
		upgrade_values_of(base, name, &m->base);
		upgrade_values_of(live, name, &m->live);
		upgrade_values_of(shipped, name, &m->shipped);
		/* What an entry is called goes with the dn. */
		if (!m->is_data && shipped && len == strcspn(m->dn, "=") &&
		    !strncasecmp(m->dn, name, len))
			emit(m, &m->shipped);
		else
			merge_attribute(m, name);
	}
}

int
upgrade_merge_entry(const struct ldif_entry *base,
                    const struct ldif_entry *live,
                    const struct ldif_entry *shipped, bool is_data,
                    struct ldif_entry *ret, struct upgrade_notes *notes,
                    struct tn_err *err)
{
	struct merging *m = calloc(1, sizeof(*m));
	size_t before = notes->changes;
	size_t i;
	bool failed;

	if (!m)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", shipped->dn);
	m->notes = notes;
	m->dn = ret->dn;
	m->is_data = is_data;
	m->ret = ret;
	merge_lines(m, shipped, NULL, base, live, shipped);
	merge_lines(m, live, shipped, base, live, shipped);
	for (i = 0; i < live->count; i++) {
		const char *line = live->lines[i];

		if (!ldif_line_is_operational(line))
			continue;
		/* A new number of change, where there is a change. */
		if (notes->changes > before &&
		    (ldif_line_is(line, "entryCSN") ||
		     ldif_line_is(line, "modifyTimestamp") ||
		     ldif_line_is(line, "modifiersName")))
			continue;
		m->failed |= !ldif_entry_add(ret, line);
	}
	failed = m->failed;
	free(m);
	return failed ? tn_fail(err, TN_E_LIMIT, "%s: too much", ret->dn)
	              : TN_OK;
}

bool
upgrade_is_same(const struct ldif_entry *left, const struct ldif_entry *right)
{
	const struct ldif_entry *sides[2] = { left, right };
	struct upgrade_values *values = calloc(2, sizeof(*values));
	char name[NAME_MAX_LEN];
	bool same = values != NULL;
	size_t side, i;

	for (side = 0; same && side < 2; side++) {
		for (i = 0; same && i < sides[side]->count; i++) {
			const char *line = sides[side]->lines[i];

			snprintf(name, sizeof(name), "%.*s",
			         (int)strcspn(line, ":"), line);
			if (ldif_line_is_operational(line) ||
			    was_before(sides[side], i, name))
				continue;
			upgrade_values_of(left, name, &values[0]);
			upgrade_values_of(right, name, &values[1]);
			same = upgrade_values_same(&values[0], &values[1]);
		}
	}
	free(values);
	return same;
}
