/* What the module leaves in memory: see pam_canary.c, which it runs. */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "pam_play.h"

TestSuite(pam_memory, .init = play_start, .fini = play_stop, .timeout = 60);

Test(pam_memory, no_password_outlives_its_transaction)
{
	const char *top = getenv("top_builddir");
	char program[512];
	int status = -1;
	pid_t pid;

#ifdef __SANITIZE_ADDRESS__
	cr_skip_test("shadow memory is too large to search, and keeps what "
	             "libpam frees");
#endif
	snprintf(program, sizeof(program), "%s/tests/unit/pam_canary",
	         top != NULL ? top : ".");
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		execl(program, "pam_canary", play_folder, (char *)NULL);
		_exit(127);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status));
	cr_expect_neq(WEXITSTATUS(status), 1, "a password is still there");
	cr_expect_eq(WEXITSTATUS(status), 0);
}
