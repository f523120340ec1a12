#!/bin/bash
#
# What logind keeps of a person is ended with their sessions: logind is asked
# (python3-dbusmock's template of it, on a system bus of this machine), and
# lingering is taken away, also without logind, with one that does not answer,
# and with none at all. Nobody waits for it. And whoever is ended is told why on
# their terminal. UM-15.1. Also pam_systemd behind us in a stack, as Debian's
# pam-auth-update puts it.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
check 'this machine sees no process outside' contained || exit 1
number=12
for name in 赵敏 钱进 孙红 周华; do
	number=$((number + 1))
	person "person$number" "$name" "E00$number" "20000$number"
done | ldap_add
useradd -M -u 2000015 localone 2>/dev/null
linger=/var/lib/systemd/linger
mkdir -p $linger
start_tenured
check 'the directory is read' wait_for 10 is_ready
check 'everybody is served' wait_for 5 served person16

gone() { ! kill -0 "$1" 2>/dev/null; }
works() # UID: a process of theirs, its number in $worker
{
	as "$1" sleep 1000 2>/dev/null &
	worker=$!
	wait_for 5 grep -q "^Uid:.$1" "/proc/$worker/status"
}
called() { grep -q "$*" /run/logind.log; }
effect_of()
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
		-o ldif-wrap=no -b cn=tenure-reports '(tenureLockEffect=*)' \
		tenureLockEffect | grep "^tenureLockEffect: $1 "
}

# --- without logind ------------------------------------------------------------------
works 2000011
touch $linger/wang $linger/li $linger/nobody-known
lock one leak wang
check 'without logind the person is ended' wait_for 3 gone "$worker"
check 'and lingers no more' wait_for 3 test ! -e $linger/wang
check 'others do' test -e $linger/li -a -e $linger/nobody-known
check 'the host says so in its record' wait_for 15 eval \
	'effect_of one | grep -q " left=0 linger=1$"'

# --- with logind -------------------------------------------------------------------
mkdir -p /run/dbus /run/systemd/seats
dbus-daemon --system --nofork --nopidfile >/var/log/dbus.log 2>&1 &
check 'a system bus' wait_for 10 test -S /run/dbus/system_bus_socket
python3 -m dbusmock --system --template logind >/run/logind.log 2>&1 &
logind=$!
mocks()
{
	busctl --timeout=5 call org.freedesktop.login1 /org/freedesktop/login1 \
		org.freedesktop.DBus.Mock "$@"
}
check 'with a logind' wait_for 20 mocks AddMethod sssss \
	org.freedesktop.login1.Manager SetUserLinger ubb '' \
	'import os; f = "/var/lib/systemd/linger/li"; os.path.exists(f) and os.unlink(f)'
works 2000012
lock two leak li
check 'the person is ended' wait_for 3 gone "$worker"
check 'logind is asked to end what it keeps' wait_for 3 called \
	'TerminateUser 2000012'
check 'and that nobody lingers' wait_for 3 called \
	'SetUserLinger 2000012 False False'
check 'which nobody does' wait_for 3 test ! -e $linger/li
check 'of others nothing is asked' test \
	"$(grep -c 'TerminateUser' /run/logind.log)" = 1

# --- pam_systemd in the stack ------------------------------------------------------
sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
printf '%s\n' 'account required pam_tenure.so' 'session required pam_tenure.so' \
	'session optional pam_systemd.so' >/etc/pam.d/seat
check 'logind makes sessions' mocks AddMethod sssss \
	org.freedesktop.login1.Manager CreateSession 'uusssssussbssa(sv)' \
	soshusub 'import dbus, os; self.fifo = os.pipe()
ret = ("c7", dbus.ObjectPath("/org/freedesktop/login1/session/c7"),
    "/run/user/7", dbus.types.UnixFd(self.fifo[1]), args[0], "", 0, False)'
check 'and ends them' mocks AddMethod sssss org.freedesktop.login1.Manager \
	ReleaseSession s '' ''
check 'with pam_systemd in the stack a person of the directory comes in' \
	pamtester seat person14 acct_mgmt open_session close_session
check 'logind is told of the session, by number' wait_for 3 called \
	'CreateSession 2000014 '
check 'and of its end' wait_for 3 called 'ReleaseSession "c7"'
created=$(grep -c 'CreateSession' /run/logind.log)
check_status 1 'who is locked comes in no more than without it' \
	pamtester seat li acct_mgmt open_session
check_same "$created" "$(grep -c 'CreateSession' /run/logind.log)" \
	'and has no session'

# --- with one that says nothing ----------------------------------------------------
kill -STOP "$logind"
works 2000013
touch $linger/person13
began=$(date +%s%3N)
lock three leak person13
check 'with a logind that hangs the person is ended' wait_for 3 gone "$worker"
took=$(($(date +%s%3N) - began))
check "within a second ($took ms)" test "$took" -le 1000
works 2000014
began=$(date +%s%3N)
lock four leak person14
check 'and so is the next one, meanwhile' wait_for 3 gone "$worker"
took=$(($(date +%s%3N) - began))
check "within a second ($took ms)" test "$took" -le 1000
check 'lingering ends by the file alone' wait_for 10 test ! -e $linger/person13
kill -KILL "$logind"

# --- who may not be ended ---------------------------------------------------------
touch $linger/person15
lock five leak person15
check 'the number of a local account is nobody'\''s to end' wait_for 15 eval \
	'effect_of five | grep -q "uid=local"'
check 'nor their lingering' test -e $linger/person15

# --- the terminal ------------------------------------------------------------------
# A terminal of the person's, as sshd sets it up; cat is what sshd would be.
python3 - >/run/terminal 2>&1 <<'END' &
import os, pty
pid, fd = pty.fork()
if pid == 0:
    tty = os.ttyname(0)
    os.chown(tty, 2000016, 5)
    os.chmod(tty, 0o620)
    os.setgroups([])
    os.setgid(2000000)
    os.setuid(2000016)
    os.execvp("sleep", ["sleep", "1000"])
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
END
at_terminal() { pgrep -u 2000016 -x sleep >/dev/null; }
check 'somebody sits at a terminal' wait_for 10 at_terminal
began=$(date +%s%3N)
lock six leak person16
check 'and is ended' wait_for 3 eval '! at_terminal'
took=$(($(date +%s%3N) - began))
check "within a second ($took ms)" test "$took" -le 1000
check 'told why, in English' wait_for 3 grep -q \
	'leak of this account.*: it is closed .*Ask the service desk' /run/terminal
check 'and in Chinese' grep -q '该账号已报告泄露' /run/terminal
check_done
