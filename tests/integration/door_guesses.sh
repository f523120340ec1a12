#!/bin/bash
#
# Who guesses at somebody's password keeps nobody else out: not by su, whose
# caller guesses at another's, not from many places, not from one whence the
# person comes too. slapd's own lock, which shuts the person out everywhere, is
# reached by none of it, and the person's own programs are heard meanwhile.

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
[ -x "$ask" ] || {
	echo 'tests/integration/daemon_ask: not built (make check TESTS=)'
	exit 77
}
right=First-9x-gleam
wang=2000011 li=2000012

check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1
sed -i 's/^\(passwd\|group\):.*/\1: files tenure/' /etc/nsswitch.conf
env DEBIAN_FRONTEND=noninteractive pam-auth-update --package
start_tenured
check 'people are served' wait_for 10 served li

# counted: wrong passwords of wang, by slapd
counted()
{
	LDAPNOINIT=1 ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// \
		-b "uid=wang,ou=people,$base" -s base pwdFailureTime |
		grep -c '^pwdFailureTime'
}
# guess TIMES [FIELD...]: so many wrong passwords of wang
guess()
{
	local times=$1

	shift
	for _ in $(seq "$times"); do
		echo wrong | "$ask" authenticate user=wang "$@" >/dev/null
	done
}
# opens [FIELD...]: the right one
opens()
{
	echo "$right" | "$ask" authenticate user=wang "$@"
}
storm()
{
	local place hands=

	for place in 1 2 3 4 5; do
		guess 3 service=sshd rhost="203.0.113.$place" &
		hands="$hands $!"
	done
	wait $hands
}
passwd_by_wang()
{
	printf '%s\n' "$right" "$1" "$1" |
		timeout 20 setpriv --reuid $wang --regid 2000000 \
			--clear-groups passwd
}

# --- su, whose caller is somebody else ---------------------------------------
check 'wang uses sudo in a terminal' answers 'result ok' \
	opens service=sudo tty=/dev/pts/0 caller=$wang
for terminal in 0 1 2; do
	guess 3 service=su tty=/dev/pts/$terminal caller=$li
done
check_same 5 "$(counted)" 'li is heard five times by su, in three terminals'
check_output=$(echo "$right" | as $li su wang -c 'id -un' 2>&1)
check 'and by the real su no more, not even with the right one' \
	grep -q 'su throttled from uid:2000012' "$tenured_log"
check 'wang goes on with sudo' answers 'result ok' \
	opens service=sudo tty=/dev/pts/0 caller=$wang
check_same 0 "$(counted)" 'which ends the counting'

# --- from everywhere: the person's own programs ------------------------------
storm
check_same 8 "$(counted)" 'five places are heard eight times together'
check 'a new place is not' answers 'result throttled' \
	opens service=sshd rhost=192.0.2.7
check 'the screen locker is' answers 'result ok' \
	as $wang "$ask" verify user=wang service=locker <<<"$right"
storm
next=tr0ut-Gleam-barge-84
check 'and passwd' passwd_by_wang $next
right=$next

# --- the locker by itself ----------------------------------------------------
for _ in $(seq 12); do
	echo wrong | as $wang "$ask" authenticate user=wang service=locker
done >/dev/null
check 'wrong ones at the locker do not lock the account in slapd' \
	test "$(counted)" -lt 12
check 'which the person sees elsewhere' answers 'result ok' \
	opens service=sshd rhost=192.0.2.1

# --- from where the person comes too -----------------------------------------
check 'a gateway that many use lets wang in' answers 'result ok' \
	opens service=sshd rhost=192.0.2.2
guess 7 service=sshd rhost=192.0.2.2
storm
check_same 8 "$(counted)" 'all of it stays below what locks'
check 'at home wang logs in' answers 'result ok' \
	opens service=sshd rhost=192.0.2.1
end_tenured
check_done
