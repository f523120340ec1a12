#!/bin/bash
#
# What each process of tenured may do, tried from inside (confined_try), and
# what the kernel says of the real ones. docs/design.md has the table.
# Needs confined_try and daemon_ask (make check TESTS=).

set -u
. "$top_srcdir/tests/labkit/check.sh"
. "$top_srcdir/tests/integration/lib/daemon_fixture.sh"
try=$top_builddir/tests/integration/confined_try
for program in "$try" "$ask"; do
	[ -x "$program" ] && continue
	echo "${program##*/}: not built (make check TESTS=)"
	exit 77
done
check 'the directory and the host are set up' set_up_directory_and_host ||
	exit 1

# --- tried from inside -------------------------------------------------------
useradd -M -u 1500 ordinary
mkdir -m 0755 /run/try /run/try/snapshot /run/try/aside
install -o ordinary -m 0600 /dev/null /run/try/ordinary
setpriv --reuid ordinary --regid ordinary --clear-groups sleep 600 &
victim=$!
# It is the victim only once it has become that user.
check 'there is an ordinary process' \
	wait_for 5 grep -q '^Uid:.*1500' "/proc/$victim/status"
# Each attempt counts as a test of its own.
"$try" /run/try "$victim" >/run/tried 2>&1
tried=$?
cat /run/tried
check "the table was tried whole (exit status $tried)" \
	test "$(grep -c '^ok' /run/tried)" -ge 120
[ "$tried" = 0 ] || check_failed=$((check_failed + 1))
kill "$victim"

# --- the real ones -----------------------------------------------------------
start_tenured
check 'tenured serves' wait_for 20 served wang

# says NAME PID FIELD VALUE: what the kernel says of a process
says()
{
	check_same "$4" "$(sed -n "s/^$3:[[:blank:]]*//p" "/proc/$2/status" |
		tr '\t' ' ' | sed 's/ *$//')" "$1: $3 is ${4:-empty}"
}

# process NAME PID USER CAPABILITIES [GROUP]
process()
{
	local uid gid field

	uid=$(id -u "$3") gid=$(id -g "$3")
	[ -z "${5-}" ] || gid=$(getent group "$5" | cut -d: -f3)
	says "$1" "$2" Uid "$uid $uid $uid $uid"
	says "$1" "$2" Gid "$gid $gid $gid $gid"
	says "$1" "$2" Groups ''
	says "$1" "$2" CapInh 0000000000000000
	says "$1" "$2" CapAmb 0000000000000000
	for field in CapPrm CapEff; do
		says "$1" "$2" "$field" "$4"
	done
	says "$1" "$2" CapBnd 0000000000000000
	says "$1" "$2" NoNewPrivs 1
	says "$1" "$2" Seccomp 2
	check_output=$(cat "/proc/$2/limits")
	check "$1: writes no core file" \
		grep -q '^Max core file size *0 *0 ' "/proc/$2/limits"
}

process net "$(child 1)" tenure 0000000000000000
process publish "$(child 2)" root 0000000000000000
# CAP_KILL (5) and CAP_SYS_PTRACE (19)
process reaper "$(child 3)" tenure-reaper 0000000000080020 tty
process sessions "$(child 4)" root 0000000000000000

enforcer=$(ps -eo pid=,args= | awk '$2 ~ /tenured$/ && /--directory/ { print $1; exit }')
if [ -z "$enforcer" ]; then
	tenured --directory --foreground >/var/log/enforcer.log 2>&1 &
	enforcer=$!
fi
wait_for 10 grep -q '^Seccomp:.*2' "/proc/$enforcer/status"
process enforcer "$enforcer" tenure-enforcer 0000000000000000

check_done
