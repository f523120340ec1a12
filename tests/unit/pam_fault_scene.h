/* The logins that pam_faults.c plays, and how each ends where no call fails. */
#ifndef TN_PAM_FAULT_SCENE_H
#define TN_PAM_FAULT_SCENE_H

#include <stdbool.h>
#include <stddef.h>

/* A login: with a password, or by key where it has no answers. */
struct fault_scene {
	const char *service;
	const char *user;
	const char *const *answers;
	int auth;    /* without a failure */
	int account; /* the same */
	int change;  /* of the change that is due; PAM_IGNORE: none */
};

extern const struct fault_scene fault_scenes[];
extern const size_t fault_scene_count;

struct fault_outcome {
	int auth;
	int account;
	int change;
	bool is_silent; /* a denial came without a text */
};

bool
fault_is_same(const struct fault_outcome *got, const struct fault_scene *scene);
/* Nothing that was to be refused is let in. */
bool
fault_is_safe(const struct fault_outcome *got, const struct fault_scene *scene);

#endif
