#include "leak_self.h"

#include <ctype.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ask_password.h"
#include "base/buf.h"
#include "base/text.h"
#include "secret/secret.h"
#include "session.h"
#include "wire/client.h"
#include "wire/person_words.h"

/* Longer than tenured waits for the directory. */
#define TIMEOUT_MS 5000
#define CASE_MAX   40

/* "self-20261123-3f9a1c20" */
static int
new_case(char ret[CASE_MAX], struct tn_err *err)
{
	time_t now = time(NULL);
	uint32_t random;
	struct tm day;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random) ||
	    !gmtime_r(&now, &day))
		return tn_fail(err, TN_E_IO, "no random number");
	snprintf(ret, CASE_MAX, "self-%04d%02d%02d-%08x",
	         (day.tm_year + 1900) % 10000, day.tm_mon + 1, day.tm_mday,
	         random);
	return TN_OK;
}

/* How many processes of ours run on this host. */
static size_t
count_processes(uid_t uid)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct stat st;
	size_t count = 0;

	while (proc && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    !fstatat(dirfd(proc), entry->d_name, &st, 0) &&
		    st.st_uid == uid)
			count++;
	if (proc)
		closedir(proc);
	return count;
}

static void
print_what(const char *login, const char *contact, const char *name,
           size_t processes)
{
	struct tn_said whom;

	tn_words_contact(contact, &whom);
	printf("You report that a password or a key of %s may be known to "
	       "somebody else.\n"
	       "您将报告账号 %s 的密码或密钥可能已泄露。\n\n"
	       "At once, on every host:\n"
	       "  the account is closed: password, keys, sudo, cron jobs\n"
	       "  all your sessions and programs end, this one too (%zu "
	       "processes here)\n"
	       "  your keys are withdrawn for good\n"
	       "所有主机立即执行：账号停用；您的全部会话和程序（本机%zu个进程，"
	       "包括此会话）\n被终止；密钥永久作废。\n\n"
	       "To get a new password, prove who you are: see %s.\n"
	       "请携带身份证明联系%s，核实身份后重新设置密码。\n\n"
	       "Your case number, write it down / 您的案件编号，请记下：\n"
	       "  %s\n\n",
	       login, login, processes, processes, whom.english, whom.local,
	       name);
	fflush(stdout);
}

/* A host cannot know it, and locks nobody who holds one; this program may be
   ended before anybody could say so afterwards. */
static void
print_role(const char *login)
{
	printf("Do you hold a role (administrator, security, audit, HR, IT "
	       "manager)? No host alone\n"
	       "locks you: without your password ONLY THIS HOST is closed. To "
	       "close all others type\n"
	       "at once, on another host:  tenure leak report --role\n"
	       "or have an administrator type:\n"
	       "  tenure leak report %s --reason 'own report' --as LOGIN\n"
	       "若您担任管理角色（系统、安全、审计、人事、IT主管），仅凭主机不能停用"
	       "您的账号：\n未提供密码时只停用本机。要停用其他主机，请立即在另一台"
	       "主机输入\n  tenure leak report --role\n或请其他管理员输入上一行"
	       "命令。\n\n",
	       login);
	fflush(stdout);
}

/* Whoever holds a role types the password; others have nothing to prove. */
static int
ask_role(struct tn_secret **ret, struct tn_err *err)
{
	int r = ask_password_if_any(
	    -1,
	    "You hold a role: your password. You hold none: Enter\n"
	    "担任角色者请输入密码，其他人直接回车: ",
	    ret, err);

	return r == TN_E_NOT_FOUND ? TN_OK : r;
}

/* One question, on a terminal. */
static bool
agrees(void)
{
	char line[64];

	fputs("Type yes to go on / 输入 yes 继续: ", stdout);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return !strcmp(line, "yes") || !strcmp(line, "是");
}

static int
put_password(const char *data, size_t len, void *arg)
{
	tn_message_put(arg, TN_TAG_PASSWORD, data, len);
	return TN_OK;
}

static int
ask(const char *name, const char *reason, const struct tn_secret *password,
    struct tn_buf *buffer, struct tn_message *ret, struct tn_err *err)
{
	struct tn_buf request;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_LEAK);
	tn_message_put_text(&request, TN_TAG_CASE, name);
	tn_message_put_text(&request, TN_TAG_REASON, reason);
	if (password)
		(void)tn_secret_use(password, put_password, &request);
	r = tn_message_finish(&request);
	if (r)
		r = tn_fail(err, r, "the reason is too long");
	else
		r = tn_ask(TN_WIRE_SOCKET, &request, TIMEOUT_MS, buffer, ret,
		           err);
	tn_buf_done(&request);
	return r;
}

static void
print_result(const struct command_run *run, const char *name,
             const char *message, const char *local)
{
	json_t *json;

	if (!run->json) {
		printf("%s\n%s\n", message, local);
		return;
	}
	json = json_pack("{s:s, s:s}", "case", name, "message", message);
	json_dumpf(json, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(json);
}

static int
report(struct command_run *run, const char *name, const char *reason,
       const struct tn_secret *password)
{
	char message[1024] = "";
	char local[1024] = "";
	uint32_t result = TN_RESULT_DENIED;
	struct tn_err err = TN_ERR_INIT;
	struct tn_message answer;
	struct tn_buf buffer;
	int status;
	int r;

	tn_buf_init(&buffer, TN_WIRE_MAX);
	r = ask(name, *reason ? reason : NULL, password, &buffer, &answer,
	        &err);
	if (r) {
		status = command_fail(run, &err);
		goto out;
	}
	(void)tn_message_u32(&answer, TN_TAG_RESULT, &result);
	(void)tn_message_text(&answer, TN_TAG_MESSAGE, message,
	                      sizeof(message));
	(void)tn_message_text(&answer, TN_TAG_MESSAGE_LOCAL, local,
	                      sizeof(local));
	if (result == TN_RESULT_OK) {
		print_result(run, name, message, local);
		status = EXIT_CLEAN;
	} else if (result == TN_RESULT_DENIED) {
		status =
		    command_refuse(run, "this login is not from the directory: "
		                        "tell an administrator");
	} else {
		tn_fail(&err, TN_E_UNREACHABLE,
		        "tenured could not do it: tell an administrator at "
		        "once");
		status = command_fail(run, &err);
	}
out:
	tn_buf_done(&buffer);
	return status;
}

/* What the lock says of it, as a report of an administrator's that is not the
   first does. */
static int
put_words(const struct session *session, const struct leak_said *said,
          char ret[TN_REASON_MAX + 1], struct tn_err *err)
{
	const char *what = said->what ? said->what : "";
	const char *how = said->how ? said->how : "";
	char time_text[TN_RFC3339_TEXT_MAX];
	int64_t discovered;
	int len;
	int r = leak_discovered(session, said->discovered, &discovered, err);

	if (r)
		return r;
	tn_rfc3339_format(discovered, time_text);
	if (said->how || said->discovered)
		len = snprintf(
		    ret, TN_REASON_MAX + 1, "%s%s(discovered %s%s%s)", what,
		    *what ? " " : "", time_text, *how ? ": " : "", how);
	else
		len = snprintf(ret, TN_REASON_MAX + 1, "%s", what);
	if (len > TN_REASON_MAX)
		return tn_fail(err, TN_E_RULE,
		               "--reason and --how are too long together: say "
		               "it shorter, nothing was reported yet");
	return TN_OK;
}

int
leak_self(struct command_run *run, const struct leak_said *said, bool yes,
          bool role)
{
	char reason[TN_REASON_MAX + 1] = "";
	struct tn_secret *password = NULL;
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;
	char name[CASE_MAX];
	char login[64];
	uid_t uid = getuid();
	int status;

	if (!uid)
		return command_usage(run, "whose? root names the person; "
		                          "others report their own");
	if (!yes && !isatty(STDIN_FILENO))
		return command_usage(run, "there is no terminal to ask on: "
		                          "--yes says that it is meant");
	if (session_config(run, &session, &err) || new_case(name, &err) ||
	    put_words(&session, said, reason, &err)) {
		status = command_fail(run, &err);
		goto out;
	}
	session_user_name(uid, login, sizeof(login));
	if (!run->json)
		print_what(login, session.config->contact, name,
		           count_processes(uid));
	if (!run->json && !role)
		print_role(login);
	if (!yes && !agrees()) {
		status = command_refuse(run, "nothing was reported");
		goto out;
	}
	/* Before anything ends: this program does, too. */
	if ((role && ask_password(run->password_fd, "Password / 密码: ",
	                          &password, &err)) ||
	    (!role && !yes && ask_role(&password, &err))) {
		status = command_fail(run, &err);
		goto out;
	}
	status = report(run, name, reason, password);
out:
	tn_secret_freep(&password);
	session_close(&session);
	return status;
}
