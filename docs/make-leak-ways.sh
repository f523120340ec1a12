#!/bin/sh
# Prints docs/leak-ways.md: tests/e2e/leak-ways.tsv as a page.
#
#	docs/make-leak-ways.sh >docs/leak-ways.md
#
# tests/lint/access-page.sh says when the page is older than the table.
set -eu
: "${top_srcdir:=$(dirname "$0")/..}"

cat <<'END'
# Ways to stay in after a leak report

Made by docs/make-leak-ways.sh; do not edit. Each is tried by tests/e2e/leak-ways-in.sh, before and after the lock.

*closed*: it ends, or is refused, within a second unless it says otherwise. *reported*: it is left, and somebody is told
where to look. *open*: Tenure does not see it; the way out is in the last column. What a host says it did of a lock:
[directory.md](directory.md), "What a host did of a lock".

| | way | outcome | how |
| --- | --- | --- | --- |
END
awk -F '\t' '/^#/ { next } { printf "| %d | %s | %s | %s |\n", ++n, $2, $3, $4 }' \
	"$top_srcdir/tests/e2e/leak-ways.tsv"
cat <<'END'

Without CONFIG_AUDIT in the kernel, or pam_loginuid in the stacks of sshd, login and cron (Debian has it there), programs
of another uid are neither ended nor reported; in the stacks of sudo and su it must not stand, or their children escape.
A daemon that an administrator restarts by hand without systemd carries that login uid: it ends with an administrator whose
session is open, and is reported otherwise.

**logind.** Ending the processes does not wait for it and does not need it. Where it runs it is asked to terminate the user's
sessions and manager (TerminateUser), so that a unit with Restart= does not come back, and that the user lingers no more; one
that does not answer is left after two seconds. Tried against python3-dbusmock's template of logind, against one that
hangs, and without any (tests/integration/logind.sh); the manager, systemd --user, is the real one. Units in the
home stay, and tenure leak search names them.

**The reason** is written on the person's own pseudo-terminals before anything ends, where messages are taken (mesg y, which
sshd sets; a console of login(1) with TTYPERM 0600 is not told). A program that reads no terminal is told nothing; the next
key login is.
END
