/*
 * Whom may the reaper end? Pure. A process with any uid of a dead person ends.
 * So does one of another uid that carries the person's login uid, such as a root
 * shell of sudo, if it has a terminal or its audit session is still open; what
 * is left of a session that is over, such as a daemon that was restarted in it,
 * is reported. No uid below the minimum is dead, whatever a file says.
 */
#ifndef TN_DAEMON_REAP_RULE_H
#define TN_DAEMON_REAP_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_NO_LOGIN_UID UINT32_MAX
#define TN_NO_SESSION   UINT32_MAX

/* The identity of a process, from /proc/PID/status, loginuid, sessionid, stat.
 */
struct tn_process {
	uint32_t real;
	uint32_t effective;
	uint32_t saved;
	uint32_t filesystem;
	uint32_t login;    /* TN_NO_LOGIN_UID when it has none */
	uint32_t session;  /* audit session, or TN_NO_SESSION */
	uint32_t terminal; /* its device number; 0: it has none */
	int parent;
	char name[32];
	bool is_zombie; /* with no thread that is alive */
};

enum tn_reap {
	TN_REAP_LEAVE = 0,
	TN_REAP_REPORT,
	TN_REAP_END_LATER, /* of another uid: after the person's own, since
			      they may go by themselves and close the session */
	TN_REAP_END,
};

/* Audit sessions that are open: each has a process of the person's own, or one
   with a terminal. */
#define TN_SESSIONS_MAX 256
struct tn_open_sessions {
	uint32_t ids[TN_SESSIONS_MAX];
	size_t count;
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

/* Is the process one that keeps an audit session of a dead person open? Then
   the session is added. Every process is to be shown before any is decided. */
void tn_open_sessions_note(struct tn_open_sessions *sessions,
                           const struct tn_process *process,
                           const struct tn_dead_set *dead);

/* Rule    DESIGN section 8; UM-15.1, CI-P38. */
enum tn_reap
tn_reap_decide(const struct tn_process *process, const struct tn_dead_set *dead,
               const struct tn_open_sessions *sessions);

/* The dead person that it belongs to, or TN_NO_LOGIN_UID. */
uint32_t
tn_reap_whose(const struct tn_process *process, const struct tn_dead_set *dead);

/*
 * Read the identity out of the texts of /proc/PID/status, loginuid, sessionid
 * and stat (these three "" when there is none). False for a text that is not
 * one: such a process is left alone.
 */
bool tn_process_parse(const char *status, const char *loginuid,
                      const char *sessionid, const char *stat,
                      struct tn_process *ret);

#endif
