#include "ask_password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "account/password_rule.h"

#define INTERRUPT '\003' /* typed: signals are off while echo is */

/* Up to the newline or the end of file. */
static int
read_line(int fd, struct tn_secret **ret, struct tn_err *err)
{
	char line[TN_PASSWORD_MAX + 2];
	size_t len = 0;
	int r;

	for (;;) {
		ssize_t n = read(fd, line + len, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = tn_fail_errno(err, TN_E_IO, errno,
			                  "the password cannot be read");
			goto out;
		}
		if (!n || line[len] == '\n')
			break;
		if (line[len] == INTERRUPT) {
			r = tn_fail(err, TN_E_INVALID, "interrupted");
			goto out;
		}
		if (++len > TN_PASSWORD_MAX) {
			r = tn_fail(err, TN_E_INVALID,
			            "the password is longer than %d bytes",
			            TN_PASSWORD_MAX);
			goto out;
		}
	}
	if (!len) {
		r = tn_fail(err, TN_E_NOT_FOUND, "no password was given");
		goto out;
	}
	r = tn_secret_new(line, len, ret, err);
out:
	tn_wipe(line, sizeof(line));
	return r;
}

static int
ask_terminal(int terminal, const char *prompt, struct tn_secret **ret,
             struct tn_err *err)
{
	struct termios quiet;
	struct termios before;
	sigset_t block;
	sigset_t old;
	int r;

	if (tcgetattr(terminal, &before))
		return tn_fail_errno(err, TN_E_IO, errno, "the terminal");
	/* A signal must not leave the terminal without echo: it waits until
	   echo is on again. */
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTSTP);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGHUP);
	sigprocmask(SIG_BLOCK, &block, &old);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	if (tcsetattr(terminal, TCSAFLUSH, &quiet)) {
		r = tn_fail_errno(err, TN_E_IO, errno, "the terminal");
		goto out;
	}
	(void)!write(terminal, prompt, strlen(prompt));
	r = read_line(terminal, ret, err);
	(void)!write(terminal, "\n", 1);
	tcsetattr(terminal, TCSAFLUSH, &before);
out:
	sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}

int
ask_password(int fd, const char *prompt, struct tn_secret **ret,
             struct tn_err *err)
{
	int r = ask_password_if_any(fd, prompt, ret, err);

	if (r == TN_E_NOT_FOUND && err)
		err->code = TN_E_INVALID;
	return r == TN_E_NOT_FOUND ? TN_E_INVALID : r;
}

int
ask_password_if_any(int fd, const char *prompt, struct tn_secret **ret,
                    struct tn_err *err)
{
	int terminal;
	int r;

	r = tn_secret_start(err);
	if (r)
		return r;
	if (fd >= 0)
		return read_line(fd, ret, err);
	terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0)
		return tn_fail(err, TN_E_INVALID,
		               "there is no terminal to ask for the password "
		               "on: use --password-fd");
	r = ask_terminal(terminal, prompt, ret, err);
	close(terminal);
	return r;
}
