#include <config.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "traces.h"

static char root[] = "/tmp/test_traces.XXXXXX";

static void
make(const char *path, const char *text)
{
	char name[512];
	char *slash;
	FILE *file;

	(void)snprintf(name, sizeof(name), "%s%s", root, path);
	for (slash = strchr(name + strlen(root) + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(name, 0755);
		*slash = '/';
	}
	if (text == NULL)
		return;
	file = fopen(name, "w");
	cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void
begin(void)
{
	cr_assert_not_null(mkdtemp(root));
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void
end(void)
{
	(void)nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct seen {
	size_t count;
	char lines[2048];
};

static int
see(const struct trace *trace, void *arg, struct tn_err *err)
{
	struct seen *seen = arg;
	size_t len = strlen(seen->lines);

	(void)err;
	seen->count++;
	(void)snprintf(seen->lines + len, sizeof(seen->lines) - len,
	               "%s %s %.8s%s%s\n", trace_kind_text(trace->kind),
	               trace->path, trace->sha256,
	               trace->target != NULL ? " -> " : "",
	               trace->target != NULL ? trace->target : "");
	return TN_OK;
}

static void
has(const struct seen *seen, const char *line)
{
	cr_expect(strstr(seen->lines, line) != NULL, "%s in:\n%s", line,
	          seen->lines);
}

Test(traces, what_lets_in_or_starts_again_is_named_UM_15_1, .init = begin,
     .fini = end)
{
	struct tn_err err = TN_ERR_INIT;
	struct seen seen = { .count = 0 };
	char path[512];

	make("/home/wang/.ssh/authorized_keys", "abc");
	make("/home/wang/.ssh/authorized_keys2", "abc");
	make("/home/wang/.ssh/id_ed25519", "not looked at");
	make("/home/wang/.config/systemd/user/a.service", "abc");
	make("/home/wang/.config/systemd/user/default.target.wants/x", NULL);
	(void)snprintf(path, sizeof(path),
	               "%s/home/wang/.config/systemd/user/"
	               "default.target.wants/a.service",
	               root);
	cr_assert_eq(symlink("../a.service", path), 0);
	make("/home/wang/.bashrc", "abc");
	make("/home/wang/notes", "not looked at");
	make("/var/spool/cron/crontabs/wang", "abc");
	make("/var/spool/cron/crontabs/li", "not looked at");
	make("/var/spool/cron/atjobs/a0000101c4f5e0", "abc");
	make("/var/lib/systemd/linger/wang", "");
	cr_assert_eq(traces_find(root, "wang", getuid(), "/home/wang", see,
	                         &seen, &err),
	             TN_OK, "%s", err.text);
	has(&seen, "key file /home/wang/.ssh/authorized_keys ba7816bf\n");
	has(&seen, "key file /home/wang/.ssh/authorized_keys2 ba7816bf\n");
	has(&seen,
	    "user unit /home/wang/.config/systemd/user/a.service ba7816bf\n");
	has(&seen, "default.target.wants/a.service  -> ../a.service\n");
	has(&seen, "start file /home/wang/.bashrc ba7816bf\n");
	has(&seen, "crontab /var/spool/cron/crontabs/wang ba7816bf\n");
	has(&seen, "at job /var/spool/cron/atjobs/a0000101c4f5e0 ba7816bf\n");
	has(&seen, "lingering /var/lib/systemd/linger/wang e3b0c442\n");
	cr_expect_eq(seen.count, 8, "%s", seen.lines);
}

Test(traces, an_at_job_of_another_is_not_theirs, .init = begin, .fini = end)
{
	struct tn_err err = TN_ERR_INIT;
	struct seen seen = { .count = 0 };

	make("/var/spool/cron/atjobs/a0000101c4f5e0", "abc");
	cr_assert_eq(traces_find(root, "wang", getuid() + 1, "/home/wang", see,
	                         &seen, &err),
	             TN_OK);
	cr_expect_eq(seen.count, 0);
}

Test(traces, no_link_is_followed_and_no_pipe_is_waited_for, .init = begin,
     .fini = end)
{
	struct tn_err err = TN_ERR_INIT;
	struct seen seen = { .count = 0 };
	char path[512];

	make("/root/secret/authorized_keys", "abc");
	make("/home/wang/x", "");
	(void)snprintf(path, sizeof(path), "%s/home/wang/.ssh", root);
	cr_assert_eq(symlink("/root/secret", path), 0);
	(void)snprintf(path, sizeof(path), "%s/home/wang/.bashrc", root);
	cr_assert_eq(mkfifo(path, 0600), 0);
	(void)snprintf(path, sizeof(path), "%s/home/wang/.profile", root);
	cr_assert_eq(symlink("/etc/shadow", path), 0);
	cr_assert_eq(traces_find(root, "wang", getuid(), "/home/wang", see,
	                         &seen, &err),
	             TN_OK);
	has(&seen, "key file /home/wang/.ssh  -> /root/secret\n");
	has(&seen, "start file /home/wang/.bashrc \n");
	has(&seen, "start file /home/wang/.profile  -> /etc/shadow\n");
	cr_expect(strstr(seen.lines, "ba7816bf") == NULL);
	cr_expect_eq(seen.count, 3, "%s", seen.lines);
}

Test(traces, too_many_are_an_error_and_not_a_short_list, .init = begin,
     .fini = end)
{
	struct tn_err err = TN_ERR_INIT;
	struct seen seen = { .count = 0 };
	char path[64];
	int i;

	for (i = 0; i <= TRACES_MAX; i++) {
		(void)snprintf(path, sizeof(path),
		               "/home/wang/.config/autostart/%d", i);
		make(path, "");
	}
	cr_expect_eq(traces_find(root, "wang", getuid(), "/home/wang", see,
	                         &seen, &err),
	             TN_E_LIMIT);
	cr_expect_eq(seen.count, TRACES_MAX);
}
