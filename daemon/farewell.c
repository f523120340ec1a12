#include <config.h>

#include "farewell.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "wire/person_words.h"

#define TEXT_MAX (2 * TN_SAID_MAX + 64)
/* Linux: eight majors of Unix98 pseudo-terminals; minors have twenty bits. */
#define PTS_FIRST 136u
#define PTS_LAST  143u

void
tn_farewell_take(struct tn_farewell *farewell, const struct tn_message *message)
{
	const size_t size = sizeof(farewell->why) / sizeof(farewell->why[0]);
	uint32_t uid;
	uint32_t kind;

	if (tn_message_u32(message, TN_TAG_UID, &uid) != TN_OK ||
	    tn_message_u32(message, TN_TAG_LOCK_KIND, &kind) != TN_OK)
		return;
	farewell->why[farewell->next].uid = uid;
	farewell->why[farewell->next].kind = (enum tn_lock_kind)kind;
	farewell->next = (farewell->next + 1) % size;
}

bool
tn_farewell_number(uint32_t terminal, unsigned int *ret)
{
	const unsigned int major = terminal >> 8 & 0xfffu;
	const unsigned int minor =
	    (terminal & 0xffu) | (terminal >> 12 & 0xfff00u);

	if (major < PTS_FIRST || major > PTS_LAST)
		return false;
	*ret = (major - PTS_FIRST) * 256 + minor;
	return true;
}

/* The newest word of this person. */
static enum tn_words
words_for(const struct tn_farewell *farewell, uint32_t uid)
{
	const size_t size = sizeof(farewell->why) / sizeof(farewell->why[0]);
	size_t i;

	for (i = 1; i <= size; i++) {
		const size_t at = (farewell->next + size - i) % size;

		if (farewell->why[at].uid != uid)
			continue;
		switch (farewell->why[at].kind) {
		case TN_LOCK_LEAK:
			return TN_WORDS_LEAK;
		case TN_LOCK_DEPARTURE:
			return TN_WORDS_DEPARTED;
		case TN_LOCK_SUSPENSION:
			return TN_WORDS_SUSPENDED;
		default:
			return TN_WORDS_NOT_SERVED;
		}
	}
	return TN_WORDS_NOT_SERVED;
}

bool
tn_farewell_say(const struct tn_farewell *farewell, uint32_t uid,
                uint32_t terminal)
{
	const struct tn_words_values values = { .contact = farewell->contact };
	char text[TEXT_MAX];
	struct tn_said said;
	struct stat st;
	char path[32];
	unsigned int number;
	ssize_t put = -1;
	int len;
	int fd;

	if (!tn_farewell_number(terminal, &number))
		return false;
	(void)snprintf(path, sizeof(path), "/dev/pts/%u", number);
	fd = open(path,
	          O_WRONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	tn_words_say(words_for(farewell, uid), &values, &said);
	len = snprintf(text, sizeof(text), "\r\n\r\ntenured: %s\r\n%s\r\n",
	               said.english, said.local);
	/* It may be another's by now. */
	if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_uid == uid &&
	    len > 0 && (size_t)len < sizeof(text))
		put = write(fd, text, (size_t)len);
	(void)close(fd);
	return put > 0;
}
