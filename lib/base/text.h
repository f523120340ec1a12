/* Bounded text: checks and copies for UTF-8 and ASCII. Pure. Any thread. */
#ifndef TN_BASE_TEXT_H
#define TN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the first character of len bytes (RFC 3629). Returns how many bytes
   it takes, 0 when they begin no valid character or len is 0. */
size_t tn_text_next(const char *text, size_t len, uint32_t *ret_point);
/* U+0000..001F, U+007F..009F, U+2028, U+2029. */
bool tn_point_is_control(uint32_t point);
/* Makes one clean line in place: each control character and each byte that is
   no UTF-8 becomes '?'. */
void tn_text_clean(char *text);
/* Cuts text of len bytes back to whole characters: drops the beginning of a
   character that stands at the very end. */
void tn_text_cut(char *text, size_t len);

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms), no NUL. */
bool tn_text_is_utf8(const char *text, size_t len);
/* Characters (code points) of valid UTF-8. */
size_t tn_text_length(const char *text);
/* Has a control character: U+0000..001F, U+007F..009F, U+2028, U+2029. */
bool tn_text_has_control(const char *text);
/* Copies with a NUL; false, and dst empty, when it does not fit. */
bool tn_text_copy(char *dst, size_t size, const char *src);
/* Trims ASCII blanks and U+3000 at both ends, in place. */
void tn_text_trim(char *text);
/* Decimal, no sign, no blank; false when it is not one or is above max. */
bool tn_text_to_u64(const char *text, unsigned long long max,
                    unsigned long long *ret);

#endif
