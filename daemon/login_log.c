#include <config.h>

#include "login_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "account/account.h"
#include "account/verdict.h"
#include "base/day.h"
#include "base/text.h"

#define NEIGHBOURS 8

/* As it lies in the file: zeros are a free place. */
struct place {
	char login[TN_LOGIN_MAX + 1];
	char service[25];
	char way[10];
	char from[48];
	uint32_t count;
	int64_t first;
	int64_t last;
};

/* One word without blanks, cut at a whole character; "-" for none. */
static void
put_word(char *ret, size_t size, const char *text)
{
	size_t len = strlen(text);
	size_t i;

	memset(ret, 0, size);
	memcpy(ret, text, len < size ? len : size - 1);
	if (len >= size)
		tn_text_cut(ret, size - 1);
	tn_text_clean(ret);
	for (i = 0; ret[i] != '\0'; i++)
		if (ret[i] == ' ' || ret[i] == '=')
			ret[i] = '_';
	if (ret[0] == '\0')
		ret[0] = '-';
}

static uint32_t
hash_text(uint32_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return (hash ^ 0xffu) * 16777619u;
}

static bool
is_same(const struct place *a, const struct place *b)
{
	return strncmp(a->login, b->login, sizeof(a->login)) == 0 &&
	       strncmp(a->service, b->service, sizeof(a->service)) == 0 &&
	       strncmp(a->way, b->way, sizeof(a->way)) == 0 &&
	       strncmp(a->from, b->from, sizeof(a->from)) == 0;
}

/* A file can be anything: every text ends, and is clean. */
static bool
read_place(int file, size_t number, struct place *ret)
{
	struct place place;

	if (pread(file, &place, sizeof(place),
	          (off_t)(number * sizeof(place))) != (ssize_t)sizeof(place) ||
	    place.login[0] == '\0')
		return false;
	place.login[sizeof(place.login) - 1] = '\0';
	place.service[sizeof(place.service) - 1] = '\0';
	place.way[sizeof(place.way) - 1] = '\0';
	place.from[sizeof(place.from) - 1] = '\0';
	tn_text_clean(place.login);
	tn_text_clean(place.service);
	tn_text_clean(place.way);
	tn_text_clean(place.from);
	*ret = place;
	return true;
}

int
tn_login_log_add(const char *path, const char *login, const char *service,
                 const char *way, const char *from, int64_t now,
                 struct tn_err *err)
{
	struct place wanted;
	struct place found;
	size_t start;
	size_t chosen = 0;
	size_t i;
	int64_t eldest = INT64_MAX;
	int file;
	int rc = TN_OK;

	memset(&wanted, 0, sizeof(wanted));
	wanted.count = 1;
	wanted.first = now;
	wanted.last = now;
	put_word(wanted.login, sizeof(wanted.login), login);
	put_word(wanted.service, sizeof(wanted.service), service);
	put_word(wanted.way, sizeof(wanted.way), way);
	put_word(wanted.from, sizeof(wanted.from), from);
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	start = hash_text(
	    hash_text(hash_text(2166136261u, wanted.login), wanted.service),
	    wanted.from);
	for (i = 0; i < NEIGHBOURS; i++) {
		size_t number = (start + i) % TN_LOGIN_LOG_PLACES;

		if (!read_place(file, number, &found)) {
			if (eldest > INT64_MIN)
				chosen = number;
			eldest = INT64_MIN;
			continue;
		}
		if (is_same(&found, &wanted)) {
			chosen = number;
			wanted.first = found.first;
			wanted.count =
			    found.count + (found.count != UINT32_MAX);
			break;
		}
		if (found.last < eldest) {
			eldest = found.last;
			chosen = number;
		}
	}
	if (pwrite(file, &wanted, sizeof(wanted),
	           (off_t)(chosen * sizeof(wanted))) != (ssize_t)sizeof(wanted))
		rc = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	(void)close(file);
	return rc;
}

static int
later_first(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return (x->last < y->last) - (x->last > y->last);
}

int
tn_login_log_of(const char *path, const char *login, struct tn_buf *ret)
{
	char first[TN_GTIME_TEXT_MAX];
	char last[TN_GTIME_TEXT_MAX];
	struct place *found;
	size_t count = 0;
	size_t i;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (file < 0)
		return errno == ENOENT ? TN_OK : TN_E_IO;
	found = calloc(TN_LOGIN_LOG_PLACES, sizeof(*found));
	for (i = 0; found != NULL && i < TN_LOGIN_LOG_PLACES; i++)
		if (read_place(file, i, &found[count]) &&
		    strcmp(found[count].login, login) == 0)
			count++;
	(void)close(file);
	if (found == NULL)
		return TN_E_NO_MEMORY;
	qsort(found, count, sizeof(*found), later_first);
	for (i = 0; i < count && i < TN_LOGIN_LOG_TELL_MAX; i++) {
		tn_gtime_format(found[i].first, first);
		tn_gtime_format(found[i].last, last);
		(void)tn_buf_printf(ret,
		                    "login=%s service=%s way=%s from=%s "
		                    "first=%s last=%s count=%u\n",
		                    found[i].login, found[i].service,
		                    found[i].way, found[i].from, first, last,
		                    found[i].count);
	}
	free(found);
	return ret->failed;
}

int
tn_login_log_known(const char *path, int64_t since,
                   int (*told)(const char *login, const char *source,
                               int64_t last, void *arg),
                   void *arg)
{
	const char *password = tn_way_words(TN_WAY_PASSWORD);
	struct place place;
	int rc = TN_OK;
	size_t i;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (file < 0)
		return errno == ENOENT ? TN_OK : TN_E_IO;
	for (i = 0; rc == TN_OK && i < TN_LOGIN_LOG_PLACES; i++)
		if (read_place(file, i, &place) && place.last > since &&
		    strcmp(place.way, password) == 0)
			rc = told(place.login,
			          strcmp(place.from, "-") == 0 ? place.service
			                                       : place.from,
			          place.last, arg);
	(void)close(file);
	return rc;
}
