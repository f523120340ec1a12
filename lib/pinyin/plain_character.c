#include "pinyin/plain_character.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include "base/attrs.h"
#include "pinyin/plain_letters.h"

/* The Chinese characters that have traditional forms: Extension A and the
   block that all of daily use are in. */
#define HAN_FIRST    0x3400
#define HAN_LAST     0x9fff
#define HAN_COUNT    ((size_t)(HAN_LAST - HAN_FIRST + 1))
#define HANGUL_FIRST 0xac00
#define HANGUL_LAST  0xd7a3
#define UNITS        40 /* the longest decomposition has 18 */

/* Made once, by a transliterator that never sees a password; only read then. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_ready;
static UChar simplified[HAN_COUNT];
static const UNormalizer2 *normalizer;

/* All the characters at once, a line each: none is another's context. */
static bool
simplify(UTransliterator *transliterator, UChar *units)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = (int32_t)(2 * HAN_COUNT);
	int32_t limit = len;
	size_t i;

	for (i = 0; i < HAN_COUNT; i++) {
		units[2 * i] = (UChar)(HAN_FIRST + i);
		units[2 * i + 1] = '\n';
	}
	utrans_transUChars(transliterator, units, &len, len, 0, &limit,
	                   &status);
	if (U_FAILURE(status) || (size_t)limit != 2 * HAN_COUNT)
		return false;
	for (i = 0; i < HAN_COUNT; i++) {
		if (units[2 * i + 1] != '\n')
			return false;
		simplified[i] = units[2 * i];
	}
	return true;
}

static void
make_ready(void)
{
	static const char id[] = "Traditional-Simplified";
	UErrorCode status = U_ZERO_ERROR;
	UTransliterator *transliterator;
	UChar name[TN_ARRAY_LEN(id)];
	UChar *units = malloc(2 * HAN_COUNT * sizeof(*units));

	u_uastrcpy(name, id);
	transliterator =
	    utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	normalizer = unorm2_getNFKDInstance(&status);
	is_ready = U_SUCCESS(status) && units != NULL &&
	           simplify(transliterator, units);
	if (transliterator != NULL)
		utrans_close(transliterator);
	free(units);
}

static bool
is_unseen(UChar32 point)
{
	return (U_GET_GC_MASK(point) & (U_GC_M_MASK | U_GC_CF_MASK)) != 0 ||
	       u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* Of any script, also in a circle; -1: none. Not of words for numbers (一). */
static int32_t
figure_of(UChar32 point)
{
	double value;

	if ((U_GET_GC_MASK(point) & (U_GC_ND_MASK | U_GC_NO_MASK)) == 0)
		return -1;
	value = u_getNumericValue(point);
	if (value >= 0 && value <= 9 && (int32_t)value == value)
		return (int32_t)value;
	return -1;
}

/* One that is decomposed already; ret has room for TN_PLAIN_MAX. */
static size_t
read_point(UChar32 point, uint32_t *ret)
{
	size_t count;

	if (is_unseen(point))
		return 0;
	point = u_foldCase(point, U_FOLD_CASE_DEFAULT);
	count = tn_plain_letters((uint32_t)point, ret);
	if (count > 0)
		return count;
	if (figure_of(point) >= 0)
		ret[0] = '0' + (uint32_t)figure_of(point);
	else if (point >= HAN_FIRST && point <= HAN_LAST)
		ret[0] = simplified[point - HAN_FIRST];
	else if (point >= 0x80 &&
	         (U_GET_GC_MASK(point) &
	          (U_GC_P_MASK | U_GC_S_MASK | U_GC_Z_MASK)) != 0)
		ret[0] = (uint32_t)point | TN_PLAIN_SEPARATOR;
	else
		ret[0] = (uint32_t)point;
	return 1;
}

size_t
tn_plain_character(uint32_t point, uint32_t ret[TN_PLAIN_MAX])
{
	UErrorCode status = U_ZERO_ERROR;
	UChar units[UNITS];
	int32_t len = 0;
	int32_t at = 0;
	size_t count = 0;

	(void)pthread_once(&once, make_ready);
	if (!is_ready)
		return TN_PLAIN_FAILED;
	/* A syllable of Korean is one character, not its three letters. */
	if (point < HANGUL_FIRST || point > HANGUL_LAST)
		len = unorm2_getDecomposition(normalizer, (UChar32)point, units,
		                              UNITS, &status);
	if (len <= 0 && U_SUCCESS(status))
		return read_point((UChar32)point, ret);
	while (U_SUCCESS(status) && at < len) {
		uint32_t plain[TN_PLAIN_MAX];
		uint32_t one;
		size_t more;
		size_t i;

		one = (uint32_t)units[at++];
		if (U16_IS_LEAD(one) && at < len)
			one = (uint32_t)U16_GET_SUPPLEMENTARY(one, units[at++]);
		more = read_point((UChar32)one, plain);
		if (more > TN_PLAIN_MAX - count)
			return TN_PLAIN_FAILED;
		for (i = 0; i < more; i++)
			ret[count++] = plain[i];
	}
	return U_SUCCESS(status) ? count : TN_PLAIN_FAILED;
}
