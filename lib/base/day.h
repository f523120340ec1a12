/*
 * Days, and LDAP's generalizedTime. Pure; reads no clock. Any thread.
 * A day is a count of days since 1970-01-01 in the proleptic Gregorian
 * calendar; a time is seconds since 1970-01-01 00:00 UTC.
 */
#ifndef TN_BASE_DAY_H
#define TN_BASE_DAY_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define TN_DAY_NONE    INT32_MIN /* no such day is set */
#define TN_TIME_NONE   INT64_MIN /* no such time is set */
#define TN_DAY_SECONDS 86400

/* "2026-11-30" (also 2026/11/30, 2026.11.30, 2026/3/1). TN_E_INVALID when no
   real day between 1900-01-01 and 9999-12-31. */
int tn_day_parse(const char *text, int32_t *ret, struct tn_err *err);
/* Writes "2026-11-30" and a NUL; TN_DAY_NONE writes "-". */
#define TN_DAY_TEXT_MAX 16
void tn_day_format(int32_t day, char text[TN_DAY_TEXT_MAX]);

/* RFC 4517 3.3.13: "20261130235959Z", fractions dropped, "+0200" applied.
   len: bytes; text needs no NUL. TN_E_INVALID otherwise. */
int
tn_gtime_parse(const char *text, size_t len, int64_t *ret, struct tn_err *err);
/* The same in milliseconds: of a fraction of a second three digits count, as in
   the first part of an entryCSN, "20261130235959.123456Z". */
int tn_gtime_parse_ms(const char *text, size_t len, int64_t *ret,
                      struct tn_err *err);
/* Writes "20261130235959Z" and a NUL. */
#define TN_GTIME_TEXT_MAX 24
void tn_gtime_format(int64_t time, char text[TN_GTIME_TEXT_MAX]);
/* Writes RFC 3339 "2026-11-30T23:59:59Z" and a NUL; TN_TIME_NONE "-". */
#define TN_RFC3339_TEXT_MAX 32
void tn_rfc3339_format(int64_t time, char text[TN_RFC3339_TEXT_MAX]);
/* Reads what tn_rfc3339_format wrote: UTC, whole seconds, nothing else. */
int tn_rfc3339_parse(const char *text, int64_t *ret, struct tn_err *err);

/* The day that it is at a time, utc_offset seconds east of Greenwich. */
int32_t tn_day_of(int64_t time, int32_t utc_offset);
/* The first second of a day, utc_offset seconds east of Greenwich. */
int64_t tn_day_start(int32_t day, int32_t utc_offset);

#endif
