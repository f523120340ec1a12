/* Several keys as one text: so they travel from the directory to sshd. */
#include "account/ssh_key.h"

#include <string.h>

const char *
tn_ssh_keys_next(const char **at, size_t *ret_len)
{
	const char *key = *at;

	if (*key == '\0')
		return NULL;
	*ret_len = strcspn(key, "\n");
	*at = key + *ret_len;
	if (**at == '\n')
		(*at)++;
	return key;
}

static int
compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

bool
tn_ssh_keys_add(char keys[TN_SSH_KEYS_TEXT_MAX + 1], const char *key,
                size_t len)
{
	size_t used = strlen(keys);
	const char *at = keys;
	const char *next;
	size_t place = used;
	size_t count = 0;
	size_t next_len;

	if (tn_ssh_key_check(key, len) != TN_SSH_KEY_GOOD ||
	    used + len + 1 > TN_SSH_KEYS_TEXT_MAX)
		return false;
	while ((next = tn_ssh_keys_next(&at, &next_len)) != NULL) {
		int order = compare(next, next_len, key, len);

		if (order == 0)
			return true;
		if (order > 0 && place == used)
			place = (size_t)(next - keys);
		count++;
	}
	if (count >= TN_SSH_KEYS_MAX)
		return false;
	if (place == used) {
		if (used > 0)
			keys[used++] = '\n';
		memcpy(keys + used, key, len);
		keys[used + len] = '\0';
		return true;
	}
	memmove(keys + place + len + 1, keys + place, used - place + 1);
	memcpy(keys + place, key, len);
	keys[place + len] = '\n';
	return true;
}

bool
tn_ssh_keys_are_good(const char *keys)
{
	const char *at = keys;
	const char *key;
	size_t count = 0;
	size_t len;

	while ((key = tn_ssh_keys_next(&at, &len)) != NULL)
		if (++count > TN_SSH_KEYS_MAX ||
		    tn_ssh_key_check(key, len) != TN_SSH_KEY_GOOD)
			return false;
	/* No newline at the end, where none follows. */
	return at == keys || at[-1] != '\n';
}
