/*
 * On one host, for tests/bench-leak: until when does tenured let each of these
 * people in, and until when do their processes live? Asks tenured as
 * pam_tenure's account phase does (an SSH login by key), for one person after
 * the other in the order of the list, again and again until row 2 of the
 * verdict refuses; and for somebody else in between, who must be let in.
 *
 * usage: leak_door HOST PAUSE-MS LEAKED OTHERS
 *
 * LEAKED, OTHERS  files of lines "LOGIN UID"
 *
 * Prints, one line each, times in microseconds since 1970:
 *	HOST ready PROCESSES		all of LEAKED are let in; that many run
 *	HOST shut LOGIN TIME TIME|-	refused from then on; the last of their
 *					processes had ended then (-: none ran)
 *	HOST odd LOGIN WHAT		an answer that should not be
 *	HOST done ASKED REFUSED LEFT	others: asked how often, refused how
 *					often; processes of LEAKED that are left
 * Exit status 1 when somebody was not shut within a minute.
 */
#include <config.h>

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "account/verdict.h"
#include "base/text.h"
#include "wire/client.h"

#define PEOPLE_MAX  5000
#define PROCESS_MAX 64
#define PATIENCE_US 60000000
#define ASK_MS      15000
#define OTHERS_EACH 8 /* somebody else, each so many questions */
#define NO_ANSWER   255

struct person {
	char login[64];
	unsigned long long uid;
	size_t processes;
	struct pollfd process[PROCESS_MAX]; /* pidfds */
};

static const char *host;
static struct person leaked[PEOPLE_MAX / 10];
static size_t leaked_count;
static struct person *others;
static size_t other_count;
static size_t asked;
static size_t refused;

static long long
now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
rest(long milliseconds)
{
	const struct timespec pause = { .tv_sec = milliseconds / 1000,
		                        .tv_nsec =
		                            milliseconds % 1000 * 1000000 };

	(void)nanosleep(&pause, NULL);
}

static size_t
read_people(const char *path, struct person *people, size_t most)
{
	FILE *file = fopen(path, "re");
	size_t count = 0;
	char line[256];
	char *blank;

	if (file == NULL)
		return 0;
	while (count < most && fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		blank = strchr(line, ' ');
		if (blank == NULL)
			continue;
		*blank = '\0';
		if (tn_text_copy(people[count].login,
		                 sizeof(people[count].login), line) &&
		    tn_text_to_u64(blank + 1, UINT32_MAX, &people[count].uid))
			count++;
	}
	(void)fclose(file);
	return count;
}

/* enum tn_wire_result, or NO_ANSWER. */
static uint32_t
ask(const struct person *person, uint32_t *ret_row)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_message message;
	struct tn_buf request;
	struct tn_buf answer;
	uint32_t result = NO_ANSWER;

	*ret_row = TN_ROW_NONE;
	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&answer, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_ACCOUNT);
	tn_message_put_text(&request, TN_TAG_USER, person->login);
	tn_message_put_text(&request, TN_TAG_SERVICE, "sshd");
	tn_message_put_text(&request, TN_TAG_RHOST, "192.0.2.1");
	tn_message_put_u32(&request, TN_TAG_WAY, TN_WAY_KEY);
	(void)tn_message_finish(&request);
	if (tn_ask(TN_WIRE_SOCKET, &request, ASK_MS, &answer, &message, &err) ==
	    TN_OK) {
		(void)tn_message_u32(&message, TN_TAG_RESULT, &result);
		(void)tn_message_u32(&message, TN_TAG_ROW, ret_row);
	} else {
		printf("%s odd %s %s\n", host, person->login, err.text);
	}
	tn_buf_done(&request);
	tn_buf_done(&answer);
	return result;
}

static bool
is_let_in(const struct person *person)
{
	uint32_t row;
	const uint32_t result = ask(person, &row);

	if (result == TN_RESULT_OK)
		return true;
	printf("%s odd %s result %u, row %u\n", host, person->login, result,
	       row);
	return false;
}

static void
ask_another(void)
{
	refused += !is_let_in(&others[asked++ % other_count]);
}

/* The real uid of a process; false of one that has ended and waits for its
   parent, too (its state comes first). */
static bool
uid_of(const char *pid, unsigned long long *ret)
{
	char line[256];
	char path[64];
	bool is_there = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%.16s/status", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	while (!is_there && fgets(line, sizeof(line), file) != NULL &&
	       strncmp(line, "State:\tZ", 8) != 0)
		if (strncmp(line, "Uid:\t", 5) == 0) {
			line[5 + strspn(line + 5, "0123456789")] = '\0';
			is_there = tn_text_to_u64(line + 5, UINT32_MAX, ret);
		}
	(void)fclose(file);
	return is_there;
}

/* Every process of LEAKED; a handle on each where holds is set. */
static size_t
look_at_processes(bool holds)
{
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	unsigned long long uid;
	unsigned long long pid;
	struct person *person;
	size_t count = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (!tn_text_to_u64(entry->d_name, INT32_MAX, &pid) ||
		    !uid_of(entry->d_name, &uid))
			continue;
		for (person = leaked; person < leaked + leaked_count; person++)
			if (person->uid == uid)
				break;
		if (person == leaked + leaked_count)
			continue;
		count++;
		if (holds && person->processes < PROCESS_MAX)
			person->process[person->processes++] = (struct pollfd){
				.fd = (int)syscall(SYS_pidfd_open, (pid_t)pid,
				                   0),
				.events = POLLIN,
			};
	}
	if (folder != NULL)
		(void)closedir(folder);
	return count;
}

/* When the last of them had ended; 0: one has not. */
static long long
wait_for_end(struct person *person)
{
	size_t i;

	for (i = 0; i < person->processes; i++) {
		if (person->process[i].fd >= 0 &&
		    poll(&person->process[i], 1, PATIENCE_US / 1000) != 1)
			return 0;
		(void)close(person->process[i].fd);
	}
	return now_us();
}

/* Until row 2 refuses; false: not within a minute. */
static bool
watch(struct person *person, long pause)
{
	const long long began = now_us();
	uint32_t result;
	uint32_t row;
	long long shut = 0;
	long long ended;
	size_t turn;

	for (turn = 1; shut == 0; turn++) {
		result = ask(person, &row);
		if (result == TN_RESULT_DENIED && row == TN_ROW_LEAK)
			shut = now_us();
		else if (result != TN_RESULT_OK)
			printf("%s odd %s result %u, row %u\n", host,
			       person->login, result, row);
		else if (now_us() - began > PATIENCE_US)
			return false;
		if (turn % OTHERS_EACH == 0)
			ask_another();
		if (shut == 0)
			rest(pause);
	}
	if (person->processes == 0) {
		printf("%s shut %s %lld -\n", host, person->login, shut);
		return true;
	}
	ended = wait_for_end(person);
	printf("%s shut %s %lld %lld\n", host, person->login, shut, ended);
	return ended != 0;
}

int
main(int argc, char **argv)
{
	unsigned long long pause;
	int status = 0;
	uint32_t row;
	size_t i;

	others = calloc(PEOPLE_MAX, sizeof(*others));
	if (argc != 5 || others == NULL ||
	    !tn_text_to_u64(argv[2], 1000, &pause))
		return 2;
	host = argv[1];
	/* A line is one write: several hosts have one pipe. */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	leaked_count = read_people(argv[3], leaked, TN_ARRAY_LEN(leaked));
	other_count = read_people(argv[4], others, PEOPLE_MAX);
	if (leaked_count == 0 || other_count == 0)
		return 2;
	for (i = 0; i < leaked_count; i++)
		if (!is_let_in(&leaked[i]))
			status = 1;
	printf("%s ready %zu\n", host, look_at_processes(true));
	for (i = 0; i < leaked_count && status == 0; i++)
		if (!watch(&leaked[i], (long)pause))
			status = 1;
	/* Nobody was opened again, and of the others nobody was shut. */
	for (i = 0; i < leaked_count && status == 0; i++)
		if (ask(&leaked[i], &row) != TN_RESULT_DENIED ||
		    row != TN_ROW_LEAK)
			status = 1;
	for (i = 0; i < other_count; i++)
		ask_another();
	printf("%s done %zu %zu %zu\n", host, asked, refused,
	       look_at_processes(false));
	return status;
}
