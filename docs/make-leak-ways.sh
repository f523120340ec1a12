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
session is open, and is reported otherwise. logind is not asked: when the last process of a person is gone, it closes their
sessions by itself; a lingering manager is a process of the person and cannot start again. The reason is not written on the
terminals of sessions that end; a key login is told.
END
