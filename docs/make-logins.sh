#!/bin/sh
# Prints docs/logins.md: the cells of tests/e2e/logins.tsv, or of another such
# table: of the one that tests/e2e/logins.sh writes of what it saw.
#
#	docs/make-logins.sh [TABLE] >docs/logins.md
#
# tests/lint/logins-page.sh says when the page is older than they are.
set -eu
: "${top_srcdir:=$(dirname "$0")/..}"

cat <<'END'
# Every way in, for a person in every state

Made by docs/make-logins.sh; do not edit. The rows are those of the verdict (lib/account/verdict.c). tests/e2e/logins.sh
brings a person into each state and tries each way with the real program: sshd, sftp, scp, login, su, sudo, passwd,
cron, and a screen locker, which is a program of the person's own without any right. Each cell is compared with what
happened.

| cell | means |
| --- | --- |
| in | let in; cron: the job runs; passwd: a new password is asked for |
| warn | let in, and told of the coming expiry |
| change | the password must be changed first, and the program asks for it |
| no | refused: with the one sentence that everybody gets, or in the program's own words |
| why | refused, and told the reason; by SSH key behind the tag of the row, as in `[tenure:8:must-change]` |

END
awk -F '\t' '
/^#/ || /^$/ { next }
{
	line = "|"
	for (i = 1; i <= NF; i++)
		line = line " " $i " |"
	print line
	if (!started) {
		rule = "|"
		for (i = 1; i <= NF; i++)
			rule = rule " --- |"
		print rule
		started = 1
	}
}' "${1:-$top_srcdir/tests/e2e/logins.tsv}"

cat <<'END'

**The sshd** is as shipped (50-tenure.conf, 51-tenure-keys.conf): keys are those of the directory, told by tenure-keys(8) under
its own user; "a key in the home" is one that the person put into ~/.ssh/authorized_keys, and opens for nobody of the directory.
One column has an sshd of its own: "ssh, password" is what 50-tenure.conf turns off (`PasswordAuthentication`), turned on again.

**What is no column**: sftp and scp by password are "ssh, keyboard-interactive", since sshd asks before it knows what is to be
run; `at` is "cron" (service atd; tests/e2e/leak-ways-in.sh runs its jobs); a way without PAM has no row to obey, and
`tenure doctor` looks for those. Graphical logins and a locker of a desktop were not tried: the lab has no display; they
ask PAM as login and the locker here do.

**Rows 2 and 3** have no key columns that say why: with the lock all keys are withdrawn, for good, within the second. A
suspension (row 4) only withholds them: sshd is given keys that open nothing, so that the reason can be told. Until the
directory has withdrawn the keys of rows 2 and 3, they are withheld likewise.

**pam_systemd** behind pam_tenure, as Debian's pam-auth-update orders them, was tried with the logind of python3-dbusmock
(tests/integration/logind.sh): a person of the directory has a session there, and somebody locked is refused and has none. With a real
logind it was not tried, since no systemd runs in the lab; nor with one that hangs: pam_systemd waits for that by itself.

**Where a change is due** (rows 8 and 9) and nothing can ask (sftp, scp, a command, `PasswordAuthentication`
without a terminal), nothing is run, and the reason is told; the exit status is 1, of sftp and scp 255. By key on a terminal sshd runs
passwd(1) and ends; by keyboard-interactive (with a terminal, or with a command and none), at the console and by su the
new password is asked for and set, and the same login goes on (logins.sh goes this way to its end, too). `key_change` in tenure.conf has two other answers, `deny` and `warn`. sudo itself asks for no change where
its rule says NOPASSWD.

**Row 6** refuses a password and whatever stands for one; a key is another proof, and goes on to the rows below it.

**With tenured dead** the column "ssh, key, a command" is the same, cell by cell: the account phase goes by the root-only
part of the snapshot, tenure-snapshot(5), for as long as the greatest silence (row 5b). A password cannot be checked then: it is refused
with a sentence, within 5 s. Nobody of /etc/passwd notices.
END
