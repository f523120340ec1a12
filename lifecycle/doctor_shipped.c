/*
 * The slapd that runs against what is shipped: the comparison of
 * `tenure init --check`, sorted into checks, one complaint for each attribute.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "directory/search.h"
#include "init_compare.h"

#define LINES_MAX ((size_t)1024 * 1024)

/* Which check a line of the comparison belongs to. */
enum topic { OVERLAYS, RULES, POLICY, OTHER };

static enum topic
topic_of(const char *line)
{
	/* A value may hold any of these words: the dn comes first. */
	const char *value = strstr(line, ": ");
	size_t len = value ? (size_t)(value - line) : strlen(line);

	if (!strncmp(line, "the password policy", 19) ||
	    !strncmp(line, "cn=default,ou=policies,", 23))
		return POLICY;
	if (!strncmp(line, "the overlay", 11) ||
	    (len > 11 && !strncmp(line, "olcOverlay=", 11)))
		return OVERLAYS;
	if (strstr(line, ": olcAccess: "))
		return RULES;
	return OTHER;
}

/* Once for all the checks here; NULL when it could not be made. */
static const char *
comparison(struct doctor *doctor)
{
	struct init_plan plan = {
		.ldif_dir = INIT_LDIF_DIR,
		.config_dir = INIT_CONFIG_DIR,
		.data_dir = INIT_DATA_DIR,
	};
	size_t findings = 0;
	size_t size = 0;
	char *text = NULL;
	FILE *out;
	int r;

	if (doctor->comparison)
		return tn_buf_text(doctor->comparison);
	if (doctor->comparison_error.code)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out) {
		tn_fail(&doctor->comparison_error, TN_E_NO_MEMORY, "memory");
		return NULL;
	}
	r = init_compare(doctor->config_path, &plan, out, &findings,
	                 &doctor->comparison_error);
	fclose(out);
	if (!r)
		doctor->comparison = calloc(1, sizeof(*doctor->comparison));
	if (doctor->comparison) {
		tn_buf_init(doctor->comparison, LINES_MAX);
		tn_buf_put(doctor->comparison, text, size);
	}
	free(text);
	return doctor->comparison ? tn_buf_text(doctor->comparison) : NULL;
}

/* "DN: lost: olcAccess: {1}to ...": how far two lines speak of the same. */
static size_t
subject_of(const char *line, size_t len, const char **ret_words)
{
	static const char *const signs[] = { ": lost: ", ": not shipped: " };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(signs); i++) {
		const char *at = strstr(line, signs[i]);

		if (at && at < line + len) {
			*ret_words = at + 2;
			return (size_t)(at - line);
		}
	}
	*ret_words = NULL;
	return 0;
}

static bool
is_same(const char *a, const char *b)
{
	const char *colon_a = strstr(a, ": ");
	const char *colon_b = strstr(b, ": ");
	size_t len;

	if (!colon_a || !colon_b)
		return false;
	a = colon_a + 2;
	b = colon_b + 2;
	len = strcspn(a, ":\n");
	return len == strcspn(b, ":\n") && !strncmp(a, b, len);
}

/* One attribute of one entry is one complaint, however many values: what is
   lost and what stands there instead, as far as it fits. */
static void
add_words(struct doctor *doctor, const char *words, size_t len)
{
	char *cause = doctor->said[doctor->count - 1].cause;
	size_t used = strlen(cause);

	snprintf(cause + used, DOCTOR_TEXT_MAX - used, "; %.*s", (int)len,
	         words);
	tn_text_clean(cause + used);
}

static void
say(struct doctor *doctor, enum topic topic)
{
	const char *text = comparison(doctor);
	const char *last = NULL;
	const char *last_words = NULL;
	size_t last_len = 0;

	if (!text) {
		doctor_unknown(doctor, "slapd", "%s",
		               doctor->comparison_error.text);
		return;
	}
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		size_t len = strcspn(text, "\n");
		const char *words;
		size_t subject = subject_of(text, len, &words);
		size_t words_len = words ? len - (size_t)(words - text) : 0;
		char object[160];

		if (topic_of(text) != topic)
			continue;
		if (!words) {
			doctor_complain(doctor, "slapd", "%.*s", (int)len,
			                text);
			continue;
		}
		if (last && last_len == subject &&
		    !strncmp(last, text, subject) &&
		    is_same(last_words, words)) {
			add_words(doctor, words, words_len);
			continue;
		}
		last = text;
		last_len = subject;
		last_words = words;
		snprintf(object, sizeof(object), "%.*s", (int)subject, text);
		doctor_complain(doctor, object, "%.*s", (int)words_len, words);
	}
}

void
doctor_overlays(struct doctor *doctor)
{
	say(doctor, OVERLAYS);
}

void
doctor_rules(struct doctor *doctor)
{
	say(doctor, RULES);
}

void
doctor_policy(struct doctor *doctor)
{
	say(doctor, POLICY);
}

void
doctor_configuration(struct doctor *doctor)
{
	say(doctor, OTHER);
}

/* The comparison does not look at an overlay's number: one that is lost would
   move all behind it. */
struct order {
	size_t count;
	struct {
		unsigned long number;
		size_t rank;
		char name[32];
	} at[16];
};

static const char *const wanted_order[] = { "accesslog", "syncprov", "unique",
	                                    "constraint", "ppolicy" };

static int
found_overlay(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *value = tn_entry_text(entry, "olcOverlay");
	struct order *order = arg;
	char *end = NULL;
	size_t i;

	(void)err;
	if (!value || *value != '{' || order->count == 16)
		return TN_OK;
	order->at[order->count].number = strtoul(value + 1, &end, 10);
	for (i = 0; *end == '}' && i < TN_ARRAY_LEN(wanted_order); i++) {
		if (strcmp(end + 1, wanted_order[i]) != 0)
			continue;
		order->at[order->count].rank = i;
		snprintf(order->at[order->count].name, 32, "%s", end + 1);
		order->count++;
		return TN_OK;
	}
	return TN_OK;
}

void
doctor_overlay_order(struct doctor *doctor)
{
	static const char *const attributes[] = { "olcOverlay", NULL };
	struct tn_err err = TN_ERR_INIT;
	struct order order = { 0 };
	size_t i, k;

	if (!doctor_is_heard(doctor))
		return;
	if (tn_search(doctor->session.connection,
	              "olcDatabase={3}mdb,cn=config", TN_SCOPE_ONE,
	              "(objectClass=olcOverlayConfig)", attributes,
	              found_overlay, &order, &err)) {
		doctor_unknown(doctor, "cn=config", "%s", err.text);
		return;
	}
	for (i = 0; i < order.count; i++) {
		for (k = 0; k < order.count; k++) {
			if (order.at[i].number < order.at[k].number &&
			    order.at[i].rank > order.at[k].rank) {
				doctor_complain(
				    doctor, "olcDatabase={3}mdb,cn=config",
				    "%s stands before %s", order.at[i].name,
				    order.at[k].name);
				return;
			}
		}
	}
}
