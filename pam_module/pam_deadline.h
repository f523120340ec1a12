/*
 * How long a login may wait for tenured in all, over its phases: 5 s as
 * shipped, whatever hangs. Time at a prompt is the person's own.
 */
#ifndef TN_PAM_DEADLINE_H
#define TN_PAM_DEADLINE_H

#include <security/pam_modules.h>
#include <stdint.h>
#include "pam_status.h"

/* A login begins anew: what earlier ones of this handle waited is forgotten. */
void tn_pam_deadline_start(pam_handle_t *pamh);

/* Milliseconds that a question of this phase may take, 0: none is asked.
   total  seconds for the login. */
int tn_pam_deadline_left(pam_handle_t *pamh, enum tn_pam_phase phase,
                         unsigned int total);

/* So long was waited. */
void tn_pam_deadline_spend(pam_handle_t *pamh, int64_t ms);

/* CLOCK_MONOTONIC. */
int64_t tn_pam_now_ms(void);

/* Milliseconds that are left of the login in all. */
int tn_pam_deadline_rest(pam_handle_t *pamh, unsigned int total);

/*
 * The delay that is to slow a guesser down comes on top of the wait, and is cut
 * so that both keep the deadline: nothing of it (0) where nothing could be
 * checked, so nothing was guessed. _at_most also where another module asked for
 * the delay; _on undoes it at the next attempt. A program with a delay of its
 * own keeps that.
 */
void tn_pam_delay_at_most(pam_handle_t *pamh, int ms);
void tn_pam_delay_on(pam_handle_t *pamh);

#endif
