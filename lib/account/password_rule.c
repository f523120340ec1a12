#include "account/password_rule.h"

#include <stdbool.h>
#include <string.h>
#include "account/password_view.h"
#include "base/text.h"

/* A password must be worth so many characters (password_worth.c). */
#define WORTH_MIN 8
/* A word of so many letters is found anywhere; a shorter one (li, wxm) only
   where it is not the middle of something else. */
#define ANYWHERE_MIN 4
/* One of letters and figures. */
#define MIXED_MIN 3
/* So many figures are no chance where letters and signs stand for them: four
   are ("iole" in violet is 1013). */
#define SPELT_MIN 5
/* Only digits are too few ways, however irregular, up to this length. */
#define DIGITS_ONLY_MIN 16
/* So many digits in a row are a part of a telephone number. */
#define PHONE_PART 6
/* A new password keeps an old one of so many characters in it. */
#define OLD_KEPT_MIN 6

static bool
is_letter(uint32_t point)
{
	return point >= 'a' && point <= 'z';
}

/* True when the word may be searched for anywhere. Two Chinese characters say
   as much as four letters, db1 as much as a word. */
static bool
is_long(const struct tn_password_view *word)
{
	size_t letters = 0;
	size_t i;

	if (word->len >= ANYWHERE_MIN)
		return true;
	for (i = 0; i < word->len; i++) {
		if (word->point[i] >= 0x2e80)
			return word->len >= 2;
		letters += is_letter(word->point[i]) ? 1 : 0;
	}
	return word->len >= MIXED_MIN && letters > 0 && letters < word->len;
}

static bool
is_digits(const struct tn_password_view *view)
{
	size_t i;

	for (i = 0; i < view->len; i++) {
		if (view->point[i] < '0' || view->point[i] > '9')
			return false;
	}
	return true;
}

/* The password, forwards and backwards. */
struct sought {
	struct tn_password_view forwards;
	struct tn_password_view backwards;
};

static bool
has_word(const struct sought *password, const struct tn_password_view *source)
{
	struct tn_password_view word = *source;
	bool is_number;

	tn_view_join(&word);
	tn_view_merge_umlaut(&word);
	if (!is_long(&word))
		return false;
	is_number = is_digits(&word) && word.len >= SPELT_MIN;
	return tn_view_finds(&password->forwards, &word, is_number) ||
	       tn_view_finds(&password->backwards, &word, is_number);
}

/* Some digits of a telephone number that follow each other. */
static bool
has_phone(const struct sought *password, const struct tn_password_view *number)
{
	struct tn_password_view part = { .len = PHONE_PART };
	size_t at;

	for (at = 0; at + PHONE_PART <= number->len; at++) {
		memcpy(part.point, number->point + at,
		       PHONE_PART * sizeof(part.point[0]));
		if (has_word(password, &part))
			return true;
	}
	return false;
}

/* The parts of a word that stand for it alone as well: the given name of a
   Chinese name, the figures of a staff number without zeros before them. */
static bool
has_part(const struct sought *password, const struct tn_password_view *word,
         enum tn_password_fault fault)
{
	struct tn_password_view part = { .len = 0 };
	size_t i;

	if (fault == TN_PASSWORD_STAFF_NUMBER) {
		for (i = 0; i < word->len; i++) {
			uint32_t point = word->point[i];

			if (point < '0' || point > '9' ||
			    (point == '0' && part.len == 0))
				continue;
			part.point[part.len++] = point;
		}
		return part.len >= ANYWHERE_MIN && has_word(password, &part);
	}
	if (fault == TN_PASSWORD_PHONE)
		return has_phone(password, word);
	if (fault != TN_PASSWORD_NAME || word->len < 3 ||
	    word->point[0] < 0x2e80)
		return false;
	part.len = word->len - 1;
	memcpy(part.point, word->point + 1, part.len * sizeof(part.point[0]));
	return has_word(password, &part);
}

/*
 * Is the run of letters made of the person's words and of nothing else (li,
 * wxm, meixinli)? reach[i]: the run is made of words up to i.
 */
static bool
is_made_of_words(const struct tn_password_view *run,
                 const struct tn_password_context *context,
                 enum tn_password_fault *ret_fault)
{
	bool reach[TN_PASSWORD_MAX + 1] = { true };
	struct tn_password_view word;
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	size_t at;
	size_t i;

	for (at = 0; at < run->len; at++) {
		for (i = 0; reach[at] && i < context->count; i++) {
			if (!tn_view_fold(&word, context->words[i].word,
			                  context->plain))
				continue;
			tn_view_merge_umlaut(&word);
			if (word.len < 2 || !tn_view_has_at(run, at, &word))
				continue;
			reach[at + word.len] = true;
			if (at == 0)
				fault = context->words[i].fault;
		}
	}
	if (!reach[run->len])
		return false;
	*ret_fault = fault;
	return true;
}

/* The run of letters from at on, forwards or backwards. */
static enum tn_password_fault
check_run(const struct tn_password_view *password, size_t at, size_t len,
          const struct tn_password_context *context)
{
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	struct tn_password_view run = { .len = len };

	memcpy(run.point, password->point + at, len * sizeof(run.point[0]));
	tn_view_merge_umlaut(&run);
	if (!is_made_of_words(&run, context, &fault)) {
		tn_view_reverse(&run);
		is_made_of_words(&run, context, &fault);
	}
	tn_view_wipe(&run);
	return fault;
}

/* Runs of letters that are nothing but words. One of two letters counts only
   where it is all the letters that there are. */
static enum tn_password_fault
check_runs(const struct tn_password_view *password,
           const struct tn_password_context *context)
{
	enum tn_password_fault fault;
	enum tn_password_fault fault_of_two = TN_PASSWORD_GOOD;
	size_t runs = 0;
	size_t at = 0;

	while (at < password->len) {
		size_t len = 0;

		while (at + len < password->len &&
		       is_letter(password->point[at + len]))
			len++;
		if (len > 0) {
			runs++;
			fault = check_run(password, at, len, context);
			if (fault != TN_PASSWORD_GOOD && len > 2)
				return fault;
			if (fault != TN_PASSWORD_GOOD)
				fault_of_two = fault;
		}
		at += len > 0 ? len : 1;
	}
	return runs == 1 ? fault_of_two : TN_PASSWORD_GOOD;
}

static enum tn_password_fault
check_words(const struct tn_password_view *password,
            const struct tn_password_context *context)
{
	struct sought sought = { *password, *password };
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	struct tn_password_view word;
	size_t i;

	tn_view_reverse(&sought.backwards);
	for (i = 0; i < context->count && fault == TN_PASSWORD_GOOD; i++) {
		if (!tn_view_fold(&word, context->words[i].word,
		                  context->plain))
			continue; /* longer than any password */
		if (has_word(&sought, &word) ||
		    has_part(&sought, &word, context->words[i].fault))
			fault = context->words[i].fault;
	}
	explicit_bzero(&sought, sizeof(sought));
	return fault != TN_PASSWORD_GOOD ? fault
	                                 : check_runs(password, context);
}

/* The old password, or so near to it that who knew it guesses this one. */
static bool
is_like_old(const struct tn_password_view *password,
            const struct tn_password_context *context)
{
	struct tn_password_view old;
	bool like;
	size_t longer;

	if (context->old == NULL ||
	    !tn_view_fold(&old, context->old, context->plain) || old.len == 0)
		return false;
	longer = old.len > password->len ? old.len : password->len;
	like = (old.len >= OLD_KEPT_MIN && tn_view_has(password, &old)) ||
	       (password->len >= OLD_KEPT_MIN && tn_view_has(&old, password)) ||
	       tn_view_distance(password, &old) <= 2 + longer / 12;
	if (!like) {
		tn_view_reverse(&old);
		like = tn_view_distance(password, &old) <= 2;
	}
	tn_view_wipe(&old);
	return like;
}

static bool
is_digits_only(const struct tn_password_view *password)
{
	return password->len < DIGITS_ONLY_MIN && is_digits(password);
}

enum tn_password_fault
tn_password_check(const char *password,
                  const struct tn_password_context *context)
{
	size_t bytes = strnlen(password, TN_PASSWORD_MAX + 1);
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	struct tn_password_view view;
	size_t worth;

	if (bytes > TN_PASSWORD_MAX)
		return TN_PASSWORD_TOO_LONG;
	if (tn_text_has_control(password) ||
	    !tn_view_fold(&view, password, context->plain))
		return TN_PASSWORD_CHARACTERS;
	if (view.typed < context->min_length) {
		fault = TN_PASSWORD_TOO_SHORT; /* IS-5 */
		goto out;
	}
	if (is_like_old(&view, context)) {
		fault = TN_PASSWORD_OLD; /* CI-3.2 */
		goto out;
	}
	fault = check_words(&view, context); /* CI-3.1, IS-5 */
	if (fault != TN_PASSWORD_GOOD)
		goto out;
	worth = tn_view_worth(&view, &fault); /* CI-3.1 */
	if (worth >= WORTH_MIN)
		fault = is_digits_only(&view) ? TN_PASSWORD_COMMON
		                              : TN_PASSWORD_GOOD;
	else if (fault == TN_PASSWORD_GOOD) /* nothing saved: it is short */
		fault = TN_PASSWORD_TOO_SHORT;
out:
	tn_view_wipe(&view);
	return fault;
}
