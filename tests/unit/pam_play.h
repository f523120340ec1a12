/*
 * Play a person before libpam: the real libpam and the real module, service
 * files in a folder of the test's own, answers that were laid out before.
 */
#ifndef TN_PAM_PLAY_H
#define TN_PAM_PLAY_H

#include <security/pam_appl.h>
#include "fake_tenured.h"

/* Makes the folder, its service files and the fake tenured; in each test's
   .init, and undone in its .fini. */
void play_start(void);
void play_stop(void);

/* Where the service files and the fake's socket stand. */
extern char play_folder[64];
extern struct fake_tenured play_fake;

struct play {
	pam_handle_t *pamh;
	const char *const *answers; /* ends in NULL; then there is silence */
	char heard[4096]; /* each prompt and text: "P:…\n", "E:…\n", "I:…\n" */
};

/*
 * Begin a transaction.
 * service  "tenure", "sshd", "sudo", "cron": the fake tenured is asked.
 *          "down": nobody listens. "mistyped": with an unknown option.
 */
void play_begin(struct play *play, const char *service, const char *user,
                const char *const *answers);
void play_end(struct play *play);

#endif
