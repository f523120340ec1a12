/*
 * Whom may the reaper end? Pure. A process with any uid of a dead person ends;
 * one of another uid that only carries the person's login uid is reported; no
 * uid below the minimum is ever touched, whatever a file says.
 */
#ifndef TN_DAEMON_REAP_RULE_H
#define TN_DAEMON_REAP_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_NO_LOGIN_UID UINT32_MAX

/* The identity of a process, from /proc/PID/status and loginuid. */
struct tn_process {
	uint32_t real;
	uint32_t effective;
	uint32_t saved;
	uint32_t filesystem;
	uint32_t login; /* TN_NO_LOGIN_UID when it has none */
	char name[32];
	bool is_zombie;
};

enum tn_reap {
	TN_REAP_LEAVE = 0,
	TN_REAP_REPORT,
	TN_REAP_END,
};

/* The dead of a snapshot: sorted, each once. */
struct tn_dead_set {
	uint32_t *uids;
	size_t count;
};

/* Sorts uids in place and drops what is below min_uid (raised to 1000), or is
   no person's number at all. */
void tn_dead_set_make(struct tn_dead_set *set, uint32_t min_uid);
bool tn_dead_set_has(const struct tn_dead_set *set, uint32_t uid);

/* Rule    DESIGN section 8; UM-15.1, CI-P38. */
enum tn_reap tn_reap_decide(const struct tn_process *process,
                            const struct tn_dead_set *dead);

/*
 * Read the identity out of the text of /proc/PID/status and of
 * /proc/PID/loginuid (NULL or "" when there is none). False for a text that is
 * not one: such a process is left alone.
 */
bool tn_process_parse(const char *status, const char *loginuid,
                      struct tn_process *ret);

#endif
