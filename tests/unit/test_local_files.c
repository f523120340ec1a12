#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "host_report.h"
#include "local_files.h"

static char folder[] = "/tmp/tn-local-XXXXXX";

static void
write_file(const char *name, const char *text)
{
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	cr_assert_not_null(file);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
}

static void
start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	write_file("passwd", "root:x:0:0:root:/root:/bin/bash\n"
	                     "daemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n"
	                     "# a comment:x:5:5:::\n"
	                     "\n"
	                     "broken\n"
	                     "half:x:77\n"
	                     "glass:x:1000:1000::/home/glass:/bin/bash\n"
	                     "short:x:1001:1001\n"
	                     "off:x:1002:1002:::/bin/false\n"
	                     "nobody:x:65534:65534::/x:/bin/sh\n"
	                     "last:x:1003:1003:L:/home/last:/bin/zsh");
	write_file("group", "root:x:0:\nops:x:1000:glass,last\n");
	write_file("subuid",
	           "glass:100000:65536\nbad:x:y\nend:4294967290:99\n");
	write_file("shells", "# shells\n/bin/bash\n /bin/zsh \nsh\n");
}

static void
end(void)
{
	static const char *const names[] = { "passwd", "group", "subuid",
		                             "subgid", "shells" };
	char path[64];
	size_t i;

	for (i = 0; i < 5; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

TestSuite(local_files, .init = start, .fini = end);

static struct tn_local_files *
read_them(void)
{
	struct tn_local_files *files = NULL;

	cr_assert_eq(tn_local_files_read(folder, &files, NULL), TN_OK);
	return files;
}

Test(local_files, what_the_host_has_is_known_and_nothing_else)
{
	struct tn_local_files *files = read_them();
	struct tn_local_names is = tn_local_files_names(files);

	cr_expect(is.has_user_name(is.context, "root"));
	cr_expect(is.has_user_name(is.context, "last"), "without a newline");
	cr_expect(is.has_user_name(is.context, "short"));
	cr_expect(!is.has_user_name(is.context, "broken"));
	cr_expect(!is.has_user_name(is.context, "roo"));
	cr_expect(is.has_uid(is.context, 1003));
	cr_expect(!is.has_uid(is.context, 5));
	cr_expect(is.has_group_name(is.context, "ops"));
	cr_expect(is.has_gid(is.context, 1000));
	cr_expect(is.has_subuid(is.context, 100000));
	cr_expect(is.has_subuid(is.context, 165535));
	cr_expect(!is.has_subuid(is.context, 165536));
	cr_expect(is.has_subuid(is.context, 4294967295u), "ends at the top");
	cr_expect(!is.has_subgid(is.context, 100000), "a file that is missing");
	cr_expect(is.has_shell(is.context, "/bin/zsh"));
	cr_expect(!is.has_shell(is.context, "sh"));
	tn_local_files_free(files);
}

Test(local_files, a_change_is_seen)
{
	struct tn_local_files *files = read_them();

	cr_expect(tn_local_files_is_current(files));
	write_file("subgid", "glass:100000:65536\n");
	cr_expect(!tn_local_files_is_current(files));
	tn_local_files_free(files);
	files = read_them();
	cr_expect(tn_local_files_is_current(files));
	tn_local_files_free(files);
}

Test(local_files, without_passwd_nothing_is_known)
{
	struct tn_local_files *files = NULL;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/passwd", folder);
	cr_assert_eq(unlink(path), 0);
	cr_expect_neq(tn_local_files_read(folder, &files, NULL), TN_OK);
	cr_expect_null(files);
}

Test(local_files, the_report_names_local_accounts_that_can_log_in)
{
	static const char *const wanted[] = {
		"root:0:/bin/bash", "glass:1000:/bin/bash",
		"short:1001:", "last:1003:/bin/zsh"
	};
	struct tn_local_files *files = read_them();
	char **accounts = NULL;
	size_t i;

	cr_assert_eq(tn_host_report_accounts(files, &accounts, NULL), TN_OK);
	for (i = 0; i < 4; i++) {
		cr_assert_not_null(accounts[i], "%s", wanted[i]);
		cr_expect_str_eq(accounts[i], wanted[i]);
	}
	cr_expect_null(accounts[4]);
	free(accounts);
	tn_local_files_free(files);
}
