/*
 * Does a password stay in memory? A plain program: it logs in with a password
 * that its own image holds only encoded, ends the transaction and searches
 * everything that it can read of itself. Exit 0: gone. 1: found. 2: the search
 * itself does not work.
 */
#include <config.h>

#include <security/pam_appl.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The password with each byte xor 0x55, so that only what PAM handles can
   match. "Right-Horse-7", the one that the fake tenured takes. */
static const unsigned char encoded[] = { 'R' ^ 0x55, 'i' ^ 0x55, 'g' ^ 0x55,
	                                 'h' ^ 0x55, 't' ^ 0x55, '-' ^ 0x55,
	                                 'H' ^ 0x55, 'o' ^ 0x55, 'r' ^ 0x55,
	                                 's' ^ 0x55, 'e' ^ 0x55, '-' ^ 0x55,
	                                 '7' ^ 0x55 };
#define LEN sizeof(encoded)

static void
decode(char *ret)
{
	for (size_t i = 0; i < LEN; i++)
		ret[i] = (char)(encoded[i] ^ 0x55);
	ret[LEN] = '\0';
}

static size_t
count_in(const unsigned char *data, size_t len)
{
	size_t found = 0;

	for (size_t i = 0; i + LEN <= len; i++) {
		size_t at = 0;

		while (at < LEN && data[i + at] == (encoded[at] ^ 0x55))
			at++;
		found += at == LEN;
	}
	return found;
}

/* How often the password stands in this process's readable memory. */
static size_t
search(bool talk)
{
	static unsigned char block[1 << 20];
	unsigned long start;
	unsigned long end;
	size_t found = 0;
	char line[512];
	char mode[8];
	FILE *maps = fopen("/proc/self/maps", "re");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);

	if (maps == NULL || mem < 0)
		exit(2);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3 ||
		    mode[0] != 'r')
			continue;
		for (unsigned long at = start; at < end;) {
			size_t want = sizeof(block);
			ssize_t n;
			size_t here;

			if (want > end - at)
				want = end - at;
			/* Not into what is being searched. */
			if (at < (unsigned long)block + sizeof(block) &&
			    at + want > (unsigned long)block) {
				at += 4096;
				continue;
			}
			n = pread(mem, block, want, (off_t)at);
			if (n <= 0)
				break;
			here = count_in(block, (size_t)n);
			if (here != 0 && talk)
				fprintf(stderr, "found at %lx: %s", at, line);
			found += here;
			at += (unsigned long)n;
			if (at < end)
				at -= LEN; /* one that lies across */
		}
		memset(block, 0, sizeof(block));
	}
	fclose(maps);
	close(mem);
	return found;
}

static int
converse(int count, const struct pam_message **messages,
         struct pam_response **ret, void *arg)
{
	struct pam_response *replies = calloc((size_t)count, sizeof(*replies));

	(void)arg;
	if (replies == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		if (messages[i]->msg_style != PAM_PROMPT_ECHO_OFF)
			continue;
		replies[i].resp = malloc(LEN + 1);
		if (replies[i].resp == NULL)
			return PAM_BUF_ERR;
		if (strncmp(messages[i]->msg, "Password", 8) == 0)
			decode(replies[i].resp);
		else
			memcpy(replies[i].resp, "Blue-Kettle9", 13);
	}
	*ret = replies;
	return PAM_SUCCESS;
}

/* argv: the folder of service files. */
int
main(int argc, char **argv)
{
	struct pam_conv conv = { .conv = converse };
	pam_handle_t *pamh = NULL;
	char *canary;
	size_t remembered;
	size_t left;

	if (argc != 2)
		return 2;
	/* The search must be able to find one. */
	canary = malloc(LEN + 1);
	if (canary == NULL)
		return 2;
	decode(canary);
	if (search(false) == 0)
		return 2;
	explicit_bzero(canary, LEN);
	free(canary);
	if (search(true) != 0)
		return 2;

	if (pam_start_confdir("sshd", "change", &conv, argv[1], &pamh) !=
	        PAM_SUCCESS ||
	    pam_authenticate(pamh, 0) != PAM_SUCCESS ||
	    pam_acct_mgmt(pamh, 0) != PAM_NEW_AUTHTOK_REQD)
		return 2;
	/* Kept for the change that is due, once. */
	remembered = search(false);
	if (remembered == 0)
		return 2;
	if (pam_chauthtok(pamh, PAM_CHANGE_EXPIRED_AUTHTOK) != PAM_SUCCESS)
		return 2;
	left = search(true);
	printf("kept for the change: %zu, after the change: %zu\n", remembered,
	       left);
	if (pam_end(pamh, PAM_SUCCESS) != PAM_SUCCESS)
		return 2;
	left += search(true);
	return left == 0 ? 0 : 1;
}
